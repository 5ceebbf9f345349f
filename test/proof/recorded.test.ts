import { writeFileSync } from 'node:fs'
import { checkCertificate, parseCertificate } from 'spillway'
import { describe, expect, it } from 'vitest'
import { frac, num, over } from '../fraction.js'
import { type Certified, certified, objectives } from './certified.js'
import { type Forgery, forgeriesOf } from './forgeries.js'
import { isProved, judge } from './python.js'
import { FILE, type RecordedCase, recorded } from './recorded.js'
import { shapedBook } from './shapes.js'

/**
 * Certificates of every objective and under every terms, with forgeries of each, and what the checker in Python says of them: value and bound
 * of what it proves, and yes or no of every forgery. They are recorded, so that neither a solver nor Python is needed to judge our own checker.
 *
 * The first book here, and forgeries of its first certificates; all of them, as mutation runs do: RECORDED=all npx vitest run test/proof/recorded.test.ts.
 * Recorded anew, where the format or a solver's answers changed: RECORD=12 npx vitest run test/proof/recorded.test.ts
 */
const SEED = 77_003
/** Forgeries of one test. */
const PART = 6

async function record(books: number): Promise<void> {
  const lines: string[] = []
  const names = Object.keys(objectives)
  for (let b = 0; b < books; b++) {
    const shaped = shapedBook(SEED + b)
    const made: { readonly name: string; readonly proof: Certified }[] = []
    for (const [t, name] of names.entries()) {
      const other = objectives[names[(t + b) % names.length]](shaped.book, SEED + b)
      const proof = await certified(shaped, objectives[name](shaped.book, SEED + b), b % 2 === 0 ? undefined : other)
      if (proof !== undefined) made.push({ name, proof })
    }
    const proofs = made.map(({ proof }) => proof)
    const cases = made.map(({ name, proof }) => {
      const forged = forgeriesOf(proof, proofs)
      const [own, ...verdicts] = judge([proof, ...forged.map(({ files }) => files)])
      expect(own.proved, `book ${b}, ${name}: ${own.reason}`).toBe(true)
      const forgeries = verdicts
        .map(({ proved }, f) => (!proved ? 'n' : forged[f].mayHold && !isProved(forged[f].files) ? '?' : 'y'))
        .join('')
      const { allocation, certificate } = proof
      return { name, allocation, certificate, value: own.value, bound: own.bound, forgeries }
    })
    if (cases.length > 0) lines.push(JSON.stringify({ event: shaped.book, pinned: shaped.pinned, cases }))
  }
  writeFileSync(FILE, `${lines.join('\n')}\n`)
}

if (process.env.RECORD) await record(Number(process.env.RECORD))

describe.each(recorded.map((book, b) => [b, book] as const))('recorded certificates of book %i', (_, book) => {
  const { event, pinned, cases } = book
  const filesOf = ({ allocation, certificate }: RecordedCase): Certified => ({ event, allocation, certificate, pinned })

  it.each(cases.map((own) => [own.name, own] as const))('prove what Python proves: %s', (_name, own) => {
    const { proved, value, bound, ...rest } = checkCertificate(
      event as never,
      own.allocation as never,
      parseCertificate(own.certificate as never),
      [],
      pinned,
    )
    expect({ proved, ...rest }).toMatchObject({ proved: true, objective: own.certificate.objective })
    const theirs = numberOf(own.value)
    if (theirs === null) expect(value).toBeNull()
    else expect(Math.abs((value as number) - theirs)).toBeLessThanOrEqual(2 ** -51 * Math.abs(theirs))
    // The bound that the evidence proves is at least the one stated.
    const stated = numberOf(own.bound)
    if (stated === null) expect(bound).toBeNull()
    else expect(bound).toBeGreaterThanOrEqual(stated * (1 - Math.sign(stated) * 1e-15))
  })

  const judged = process.env.RECORDED === 'all' ? cases : cases.slice(0, 3)
  const parts = judged.flatMap((own) =>
    Array.from({ length: Math.ceil(own.forgeries.length / PART) }, (_, p) => [own.name, p * PART, own] as const),
  )
  it.each(parts)('and forgeries as Python does: %s, from %i', (_name, from, own) => {
    const forged = forgeriesFor(own)
    expect(forged).toHaveLength(own.forgeries.length)
    const wrong = forged.slice(from, from + PART).filter(({ files }, f) => {
      const theirs = own.forgeries[from + f]
      return theirs !== '?' && isProved(files) !== (theirs === 'y')
    })
    expect(wrong.map(({ what }) => what)).toEqual([])
  })
  const known = new Map<RecordedCase, readonly Forgery[]>()
  const forgeriesFor = (own: RecordedCase): readonly Forgery[] => {
    const found = known.get(own) ?? forgeriesOf(filesOf(own), cases.map(filesOf))
    known.set(own, found)
    return found
  }
})

/** The double nearest to a fraction as it is written, or its neighbour. */
function numberOf(text: string | null): number | null {
  if (text === null) return null
  const [above, below = '1'] = text.split('/')
  return num(over(frac(above), frac(below)))
}
