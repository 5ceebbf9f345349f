import { z } from 'zod'
import { checkShape } from './check-shape.js'
import { contentDigest } from './digest.js'
import { type ReadOptions, writeWhole } from './file.js'
import { readJsonAs } from './json-file.js'
import { refuseOthers } from './looks-like.js'

const fraction = z
  .string()
  .regex(/^-?\d+(\/[1-9]\d*)?$/)
  .nullable()
  .meta({ description: 'An exact fraction "n/d" or a whole number; null for infinity.' })
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/)

export const certificateSchema = z.strictObject({
  format: z.literal('spillway/certificate@1'),
  objective: z.string().min(1),
  inputs: z.record(z.string(), z.unknown()).meta({
    description: 'What the objective was given: moves, confidence, loadings. Empty where it was given nothing.',
  }),
  lots: z.boolean().meta({ description: 'Whether only whole lots count.' }),
  keepSolvent: z
    .literal(true)
    .optional()
    .meta({ description: 'Nothing may be closed of an account that would end below zero.' }),
  demand: z
    .literal('filled')
    .optional()
    .meta({ description: 'What had to be closed is what the allocation filled of the demand of the event.' }),
  exact: z.boolean().optional().meta({ description: 'Whether value and bound were asked for in exact arithmetic.' }),
  feasibility: z
    .string()
    .max(400)
    .regex(/^\d+(\.\d+)?(e[+-]?\d{1,3})?$/)
    .meta({ description: 'Forgiven share of a demand or a position, a plain decimal number.' }),
  event: digest.meta({ description: 'Digest of the content of the event.' }),
  allocation: digest.meta({ description: 'Digest of the content of the allocation.' }),
  value: fraction.meta({ description: 'The objective of the allocation, exact or rounded up.' }),
  bound: fraction.meta({ description: 'A lower bound on every feasible allocation, exact or rounded down.' }),
  evidence: z
    .record(z.string(), z.unknown())
    .meta({ description: 'What the bound follows from, by objective: see the page of the objective.' }),
  digest: digest.meta({ description: 'Digest of all the rest of this certificate.' }),
})

/**
 * A proof that stands by itself: with the event and the allocation it is all that is needed to re-check value and bound,
 * without any solver.
 */
export type Certificate = z.infer<typeof certificateSchema>

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
