import { SpillwayError } from '../errors.js'
import { packageVersion } from './package-version.js'
import type { Solver } from './solver.js'

/** Why the package of a solver did not load. Plain enough to cross to another thread. */
export interface Unloaded {
  /** Entry and version; undefined where the package is not installed. */
  readonly installed: string | undefined
  /** What the import said. */
  readonly why: string
}

export class LoadFailure extends Error implements Unloaded {
  override readonly name = 'LoadFailure'
  readonly installed: string | undefined
  readonly why: string

  constructor({ installed, why }: Unloaded, cause: unknown) {
    super(installed === undefined ? why : `${installed} does not load: ${why}`, { cause })
    this.installed = installed
    this.why = why
  }
}

/** Imports and starts the package of a solver. Throws `LoadFailure`. */
export async function loadPackage<T>(entry: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (cause) {
    const version = packageVersion(entry)
    const installed = version === undefined ? undefined : `${entry} ${version}`
    // The message of a WebAssembly loader may quote its whole bundle.
    const why = (cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)).slice(0, 300)
    throw new LoadFailure({ installed, why }, cause)
  }
}

/** The error for whoever asked: a package that is missing is installed, one that is broken says what is wrong with it. */
export function unloaded({ name, install }: Solver, { installed, why }: Unloaded): SpillwayError {
  const error = { path: 'options.solver', value: name }
  return installed === undefined
    ? new SpillwayError({
        ...error,
        code: 'solver-missing',
        problem: 'the package of this solver is not installed',
        cure: `Install it with \`${install}\`, or choose another solver.`,
      })
    : new SpillwayError({
        ...error,
        code: 'solver-broken',
        problem: `the package of this solver, ${installed}, is installed but does not load (${why})`,
        cure: `Install it anew with \`${install}\`, or choose another solver.`,
        fault: 'engine',
      })
}
