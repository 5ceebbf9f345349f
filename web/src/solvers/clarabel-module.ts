import type { Clarabel } from '../../../src/solvers/clarabel-module.js'
import { givenModule } from '../../given-modules.js'

export type { Clarabel } from '../../../src/solvers/clarabel-module.js'

/** The package in which Clarabel's WebAssembly comes. */
export const PACKAGE = 'cvxjs'

/** Starts Clarabel on WebAssembly that came along with the text of this package. */
export async function startClarabel(): Promise<Clarabel> {
  const { default: start, solve } = await import('built:clarabel')
  await start({ module_or_path: givenModule('clarabel') })
  return { solve: solve as Clarabel['solve'] }
}
