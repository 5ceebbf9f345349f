import { type Solver, solvers } from '#src/index.js'

/** A solver of `fakes/`, run by the worker from its own file, with the capabilities of HiGHS unless stated. */
export function fake(name: string, capabilities: Partial<Solver['capabilities']> = {}): Solver {
  return {
    ...solvers[0],
    name,
    module: new URL(`./${name}.mjs`, import.meta.url).href,
    version: async () => '0',
    settingsToTry: () => [{}],
    capabilities: { ...solvers[0].capabilities, ...capabilities },
  }
}
