import { sha256 } from './sha256.js'

/** What the checker of receipts needs of `node:crypto`, where there is none. */
export function createHash(algorithm: string) {
  if (algorithm !== 'sha256') throw new RangeError(`no ${algorithm} here`)
  let text = ''
  const hash = {
    update(more: string) {
      text += more
      return hash
    },
    digest(_form: 'hex'): string {
      return sha256(text)
    },
  }
  return hash
}
