import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { contentDigest } from '../models/book/index.js'
import { type AdlEvent, type Allocation, version } from '../models/index.js'
import type { Terms } from '../models/proof/index.js'
import { mistake } from './usage.js'

/** Of a statement about an event and an allocation (https://in-toto.io/Statement/v1); documented in docs/attestation.md. */
const PREDICATE_TYPE = 'urn:spillway:verdict:v1'
const PAYLOAD_TYPE = 'application/vnd.in-toto+json'

/** A key that signs, and how others call it. */
export interface SigningKey {
  /** SHA-256 of the public key (SubjectPublicKeyInfo, DER), in hexadecimal digits. */
  readonly keyId: string
  sign(bytes: Uint8Array): Buffer
}

/** Reads an Ed25519 private key, PEM. Throws `bad-key`. */
export async function readSigningKey(path: string): Promise<SigningKey> {
  const cure = 'Give an Ed25519 private key in PEM: `openssl genpkey -algorithm ed25519 -out key.pem` makes one.'
  const pem = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw mistake('file-missing', '--key', path, `the key cannot be read (${error.code})`, 'Check the path.')
  })
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('another kind of key')
    const spki = createPublicKey(key).export({ type: 'spki', format: 'der' })
    return {
      keyId: createHash('sha256').update(spki).digest('hex'),
      sign: (bytes) => sign(null, bytes, key),
    }
  } catch {
    // What stands in the file is never shown.
    throw mistake('bad-key', '--key', path, 'this is no Ed25519 private key in PEM', cure)
  }
}

/** What is attested. */
export interface Attested {
  readonly event: AdlEvent
  readonly allocation: Allocation
  /** What the verdict was found under. */
  readonly terms: Terms & { readonly tolerance: number }
  /** What `verify --json` prints. */
  readonly result: object
}

/**
 * The result of `verify` as an in-toto Statement v1 in a DSSE envelope: who found what, of which event and allocation, under
 * which terms. Without a key `signatures` is empty. No time stands in it, so equal input gives equal bytes.
 */
export function attestation({ event, allocation, terms, result }: Attested, key: SigningKey | undefined): string {
  const { seconds: _, ...timeless } = JSON.parse(JSON.stringify(result)) as Record<string, unknown>
  const policy = JSON.parse(JSON.stringify(terms)) as Record<string, unknown>
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      { name: 'event', digest: { sha256: hexOf(event.digest()) } },
      { name: 'allocation', digest: { sha256: hexOf(allocation.digest()) } },
    ],
    predicateType: PREDICATE_TYPE,
    predicate: {
      verifier: { id: 'spillway', version },
      policy: { ...policy, digest: { sha256: hexOf(contentDigest(policy)) } },
      result: timeless,
    },
  }
  const payload = Buffer.from(JSON.stringify(statement))
  const signatures =
    key === undefined
      ? []
      : [{ keyid: key.keyId, sig: key.sign(preAuthenticationEncoding(PAYLOAD_TYPE, payload)).toString('base64') }]
  return `${JSON.stringify({ payloadType: PAYLOAD_TYPE, payload: payload.toString('base64'), signatures }, null, 2)}\n`
}

/** What DSSE signs: "DSSEv1", then length and bytes of the type and of the payload, parted by spaces. */
function preAuthenticationEncoding(type: string, payload: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `), payload])
}

const hexOf = (digest: string): string => digest.replace(/^sha256:/, '')
