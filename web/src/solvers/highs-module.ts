import type { Highs } from 'highs'
import { givenModule } from '../../given-modules.js'

interface Instantiation {
  instantiateWasm(imports: object, done: (instance: object) => void): void
}

declare const WebAssembly: { instantiate(module: object, imports: object): Promise<object> }

/** Starts HiGHS on WebAssembly that came along with the text of this package. */
export async function startHighs(): Promise<Highs> {
  const { default: start } = (await import('highs')) as unknown as {
    readonly default: (options: Instantiation) => Promise<Highs>
  }
  const module = givenModule('highs')
  return new Promise((resolve, reject) => {
    start({
      instantiateWasm: (imports, done) => {
        WebAssembly.instantiate(module, imports).then(done, reject)
      },
    }).then(resolve, reject)
  })
}
