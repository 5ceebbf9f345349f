import { createRequire } from 'node:module'

/** The package in which Clarabel's WebAssembly comes. */
export const PACKAGE = 'cvxjs'

/** The binding, see its clarabel_wasm.d.ts. */
export interface Clarabel {
  solve(
    ...problem: [
      ...quadratic: [starts: Uint32Array, rows: Uint32Array, values: Float64Array],
      linear: Float64Array,
      ...matrix: [starts: Uint32Array, rows: Uint32Array, values: Float64Array],
      right: Float64Array,
      columns: number,
      rows: number,
      cones: string,
      settings: string,
    ]
  ): { readonly status: string; readonly x?: readonly number[]; readonly z?: readonly number[] }
}

/** The binding is no entry of the package but a dependency inside its folder, so it is looked for from there. */
export async function startClarabel(): Promise<Clarabel> {
  const inPackage = createRequire(createRequire(import.meta.url).resolve(PACKAGE))
  return inPackage('clarabel-wasm-nodejs') as Clarabel
}
