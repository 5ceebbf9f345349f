/** Names of files appear in messages also where there are none. */
export const basename = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
export const dirname = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/'))) || '.'
export const extname = (path: string): string => /(?<=[^/])\.[^./]*$/.exec(path)?.[0] ?? ''
export const join = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('/')
export const resolve = join
export const delimiter = ':'
