import type { CompiledModule } from './solver-modules.js'

/** The WebAssembly that solvers of this thread start from, by solver: whoever calls them has given it before. */
const given = new Map<string, CompiledModule>()

export function giveModule(solver: string, module: CompiledModule): void {
  given.set(solver, module)
}

export function givenModule(solver: string): CompiledModule {
  const module = given.get(solver)
  if (module === undefined) throw new TypeError(`the WebAssembly of ${solver} was not given to this thread`)
  return module
}
