import { linearProofOf, minMaxLeverage, parseAllocation, parseEvent } from 'spillway'
import { viprText } from 'spillway/modeling'
import { describe, expect, it } from 'vitest'
import { parseRatio } from '#src/numeric/index.js'
import { randomBook } from '../../books.js'
import { skipUnless } from '../../notes.js'
import { type Certified, certified, objectives } from '../certified.js'
import { shapedBook } from '../shapes.js'
import { hasPython, verdictsOf } from './support.js'

/**
 * Derivations of certificates of books of every shape, under every terms: each is right, and proves what the certificate states.
 * The campaign: VIPRCHK=/path/to/viprchk BOOKS=300 npx vitest run test/proof/vipr/shapes.test.ts
 */
const SEED = 88123
const BOOKS = Number(process.env.BOOKS ?? 3)

describe(`derivations of books of every shape (seed ${SEED}, ${BOOKS} books)`, () => {
  skipUnless(hasPython, 'there is no python3')
  it('prove the bounds of their certificates', async () => {
    const written: { readonly what: string; readonly text: string }[] = []
    for (let b = 0; b < BOOKS; b++) {
      const shaped = shapedBook(SEED + b)
      for (const [name, objectiveOf] of Object.entries(objectives)) {
        const made = await certified(shaped, objectiveOf(shaped.book, SEED + b))
        if (made === undefined || made.certificate.bound === null) continue
        const what = `book ${b}, ${name}, ${JSON.stringify(shaped.pinned)}${shaped.lots ? ', lots' : ''}`
        try {
          const allocation = parseAllocation(made.allocation)
          const proof = linearProofOf(parseEvent(made.event), made.certificate, [], allocation)
          const stated = parseRatio(made.certificate.bound)
          // Off the mark the relation is 0 (docs/vipr.md); bounds in whole lots, and of squares cut at zero, may be stated higher than their program is.
          const rest = proof.bound
            .sub(stated)
            .abs()
            .compare(stated.abs().mul(parseRatio('1/1000000000')))
          const isOff = name === 'min-max-leverage' && proof.bound.compare(0) === 0
          if (rest > 0 && !isOff && !shaped.lots && stated.compare(0) > 0)
            expect([what, proof.bound.valueOf()]).toEqual([what, stated.valueOf()])
          expect([what, proof.bound.compare(stated) <= 0]).toEqual([what, true])
          written.push({ what, text: [...viprText(proof)].join('') })
        } catch (error) {
          if ((error as { code?: string }).code !== 'not-expressible') throw error
        }
      }
    }
    expect(written.length).toBeGreaterThan(2 * BOOKS)
    const verdicts = verdictsOf(written.map(({ text }) => text))
    expect(written.flatMap(({ what }, i) => (verdicts[i] === 'proved' ? [] : [`${what}: ${verdicts[i]}`]))).toEqual([])
  }, 3_600_000)

  it('are about the demand that was filled, where the certificate is', async () => {
    const book = randomBook(SEED, { accounts: 6 })
    const made = (await certified({ book, lots: false, pinned: { demand: 'filled' } }, minMaxLeverage())) as Certified
    const event = parseEvent(book)
    const proof = linearProofOf(event, made.certificate, [], parseAllocation(made.allocation))
    expect(proof.bound.compare(parseRatio(made.certificate.bound as string))).toBe(0)
    expect(() => linearProofOf(event, made.certificate)).toThrow(expect.objectContaining({ code: 'missing-input' }))
  })
})
