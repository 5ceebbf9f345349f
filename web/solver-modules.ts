/** A compiled WebAssembly module; it can be posted to a thread. */
export type CompiledModule = object

const texts: Readonly<Record<string, () => Promise<{ readonly default: string }>>> = {
  highs: () => import('built:highs.wasm'),
  clarabel: () => import('built:clarabel.wasm'),
}

declare const WebAssembly: { compile(bytes: ArrayBuffer): Promise<CompiledModule> }

/** The tree of cases of an integer program asks HiGHS. */
const startFrom: Readonly<Record<string, string>> = { highs: 'highs', clarabel: 'clarabel', 'proof tree': 'highs' }

const compiled = new Map<string, Promise<CompiledModule>>()

/** The WebAssembly that a solver starts from, each compiled once; none for solvers in plain JavaScript. */
export async function modulesFor(solver: string): Promise<Readonly<Record<string, CompiledModule>>> {
  const name = startFrom[solver]
  if (name === undefined) return {}
  const module = compiled.get(name) ?? compile(name)
  compiled.set(name, module)
  return { [name]: await module }
}

async function compile(name: string): Promise<CompiledModule> {
  const { default: text } = (await texts[name]?.()) ?? { default: '' }
  return WebAssembly.compile(await unpacked(text))
}

async function unpacked(base64: string): Promise<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer()
}
