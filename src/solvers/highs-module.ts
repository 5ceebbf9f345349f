import type { Highs } from 'highs'

/**
 * Starts HiGHS, whose package finds its WebAssembly in a file beside its own. The types describe the CommonJS face of
 * the package.
 */
export async function startHighs(): Promise<Highs> {
  const { default: start } = (await import('highs')) as unknown as { readonly default: () => Promise<Highs> }
  return start()
}
