/** What the build puts into place (`examples/bundle.mjs`). */

/** The program of the thread of solvers, `solver-worker.ts` with all that it imports. */
declare module 'built:solver-worker' {
  const text: string
  export default text
}

/** WebAssembly by solver: gzip, in base64. */
declare module 'built:highs.wasm' {
  const text: string
  export default text
}
declare module 'built:clarabel.wasm' {
  const text: string
  export default text
}

/** The versions of the packages of solvers that came along. */
declare module 'built:versions' {
  const versions: Readonly<Record<string, string>>
  export default versions
}

declare module 'built:clarabel' {
  const start: (options: { readonly module_or_path: object }) => Promise<unknown>
  export default start
  export const solve: (...problem: readonly unknown[]) => object
}
