import { certificateSchema } from './certificate-schema.js'
import { checkShape } from './check-shape.js'
import { contentDigest } from './digest.js'
import { type ReadOptions, writeWhole } from './file.js'
import { readJsonAs } from './json-file.js'
import { refuseOthers } from './looks-like.js'

/**
 * A proof that stands by itself: with the event and the allocation it is all that is needed to re-check value and bound,
 * without any solver.
 */
export type Certificate = {
  format: 'spillway/certificate@1'
  objective: string
  /** What the objective was given: moves, confidence, loadings. */
  inputs: Record<string, unknown>
  /** Whether only whole lots count. */
  lots: boolean
  keepSolvent?: true | undefined
  demand?: 'filled' | undefined
  exact?: boolean | undefined
  /** Forgiven share of a demand or a position, a decimal. */
  feasibility: string
  /** Digests of the contents of event and allocation. */
  event: string
  allocation: string
  /** Exact fractions, or null for infinity. */
  value: string | null
  bound: string | null
  /** What the bound follows from, by objective. */
  evidence: Record<string, unknown>
  /** Digest of all the rest. */
  digest: string
}

/** The fields that a certificate has. */
export const certificateKeys: readonly string[] = Object.keys(certificateSchema.shape)

/** A certificate with its own digest. */
export function seal(content: Omit<Certificate, 'digest'>): Certificate {
  // What a file can hold, before it is digested: no undefined, no typed arrays.
  const plain = JSON.parse(JSON.stringify(content)) as typeof content
  return { ...plain, digest: contentDigest(plain) }
}

/** Whether nothing was changed since it was sealed. */
export function isSealed({ digest: own, ...content }: Certificate): boolean {
  return own === contentDigest(content)
}

/**
 * Reads a certificate from a parsed JSON value; says nothing yet about its truth. A field that is not known stays: it is for
 * `checkCertificate` to refuse.
 */
export function parseCertificate(json: unknown): Certificate {
  refuseOthers(json, 'certificate', 'The order is: spillway check EVENT ALLOCATION CERTIFICATE.')
  checkShape(certificateSchema.loose(), json, 'certificate')
  // As it was given: the schema library leaves out a key `__proto__`, and a digest would then be of less than the file says.
  return json as Certificate
}

/** Reads a certificate from a JSON file. */
export async function readCertificate(path: string, options: ReadOptions = {}): Promise<Certificate> {
  return readJsonAs(path, 'certificate', parseCertificate, options)
}

/** Writes a certificate; the file is whole or untouched. */
export async function writeCertificate(path: string, certificate: Certificate): Promise<void> {
  await writeWhole(path, jsonPieces(certificate))
}

/** One entry of the evidence per line, so that people can read it and a long one never stands in memory twice. */
function* jsonPieces({ evidence, digest: own, ...facts }: Certificate): Generator<string> {
  for (const [key, value] of Object.entries(facts)) {
    yield `${key === 'format' ? '{' : ','}\n  ${JSON.stringify(key)}: ${JSON.stringify(value)}`
  }
  yield ',\n  "evidence": {'
  let separator = ''
  for (const [key, value] of Object.entries(evidence)) {
    yield `${separator}\n    ${JSON.stringify(key)}: ${JSON.stringify(value)}`
    separator = ','
  }
  yield `\n  },\n  "digest": ${JSON.stringify(own)}\n}\n`
}
