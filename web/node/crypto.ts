import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

/** SHA-256 at once: the hashes of a browser itself are promises. What is used of Node's interface. */
interface Hash {
  update(data: string | Uint8Array): Hash
  digest(): Uint8Array
  digest(encoding: 'hex'): string
}

interface Hasher {
  update(data: Uint8Array): unknown
  digest(): Uint8Array
}

function hashOf(hasher: Hasher): Hash {
  const hash = {
    update: (data: string | Uint8Array) => {
      hasher.update(typeof data === 'string' ? utf8ToBytes(data) : data)
      return hash
    },
    digest: (encoding?: 'hex') => (encoding === undefined ? hasher.digest() : bytesToHex(hasher.digest())),
  } as Hash
  return hash
}

/** `sha256`, the one that is asked for. */
export const createHash = (_algorithm: 'sha256'): Hash => hashOf(sha256.create())
export const createHmac = (_algorithm: 'sha256', key: Uint8Array): Hash => hashOf(hmac.create(sha256, key))
