import {
  type Certificate,
  checkCertificate,
  minMaxLeverage,
  parseAllocation,
  parseCertificate,
  parseEvent,
  SpillwayError,
  squaredLeverage,
  verifyWithProof,
} from 'spillway'
import { describe, expect, it } from 'vitest'
import { seal } from '#models/book/index.js'
import { randomBook, randomFrom } from '../books.js'
import { order } from '../fraction.js'
import { largestLeverage, problemOf, standings, sumOfSquares } from '../objectives/leverage/oracle.js'
import { eventOf, randomAllocation } from '../objectives/leverage/support.js'

const SEED = 90210
const objectives = { 'min-max-leverage': minMaxLeverage, 'squared-leverage': squaredLeverage } as const
const values = { 'min-max-leverage': largestLeverage, 'squared-leverage': sumOfSquares } as const
const names = ['min-max-leverage', 'squared-leverage'] as const

/** With something changed, and a digest that fits. */
function resealed({ digest: _, ...content }: Certificate, change: Partial<Certificate>): Certificate {
  return seal({ ...content, ...change })
}

async function certified(
  event: unknown,
  reductions: readonly unknown[],
  name: (typeof names)[number],
  options: { readonly lots?: boolean; readonly solver?: string; readonly feasibility?: number } = {},
) {
  const parsed = parseEvent(event)
  const allocation = parseAllocation({ format: 'spillway/allocation@1', reductions })
  const { verdict, certificate } = await verifyWithProof(parsed, allocation, objectives[name](), options)
  // As a file would hold it.
  const proof = certificate()
  return {
    event: parsed,
    allocation,
    verdict,
    certificate: proof && parseCertificate(JSON.parse(JSON.stringify(proof))),
  }
}

describe(`certificates (seed ${SEED})`, () => {
  it.each(names)('prove any feasible allocation of %s, with the exact value', async (name) => {
    let infinite = 0
    for (let b = 0; b < 60; b++) {
      const kinds = [
        {},
        { offMark: true },
        { markets: 3, holdings: 3, twoSided: true },
        { insolvents: true, ties: true },
      ]
      const book = randomBook(SEED + b, { accounts: 2 + (b % 9), ...kinds[b % kinds.length] })
      const problem = problemOf(book)
      const reductions = randomAllocation(problem, randomFrom(SEED + b))
      const { event, allocation, verdict, certificate } = await certified(book, reductions, name)
      const place = `seed ${SEED + b}`
      expect(certificate, place).toBeDefined()
      const check = checkCertificate(event, allocation, certificate!)
      const word = verdict.verdict === 'optimal' ? 'optimal' : 'suboptimal'
      const { value: stated } = verdict.objective
      expect(check, place).toMatchObject({ proved: true, verdict: word, value: stated, bound: verdict.bound })
      expect(check.relativeGap, place).toBe(verdict.relativeGap)
      const value = values[name](standings(problem, reductions))
      if (value === undefined) {
        expect(certificate!.value, place).toBeNull()
        infinite++
      } else if (name === 'min-max-leverage') {
        const [n, d = '1'] = certificate!.value!.split('/')
        expect(order({ n: BigInt(n!), d: BigInt(d) }, value), place).toBe(0)
      }
    }
    expect(infinite).toBeLessThan(30)
  })

  it.each(names)('hold in whole lots: %s', async (name) => {
    const event = {
      ...eventOf([['A', '2']], { a: ['1', ['A', '-5']], b: ['2', ['A', '-5']] }, [['A', 'short', '5']]),
      markets: [{ market: 'A', markPrice: '2', lotSize: '1' }],
    }
    // Five lots, and the objectives part ways: max(2, 4) < max(4, 3), but 4²/1 + 6²/2 < 2²/1 + 8²/2.
    const given = name === 'min-max-leverage' ? ['4', '1'] : ['3', '2']
    const reductions = given.map((quantity, i) => ({ account: 'ab'[i], market: 'A', quantity }))
    const { event: parsed, allocation, verdict, certificate } = await certified(event, reductions, name, { lots: true })
    expect(verdict.verdict).toBe('optimal')
    expect(checkCertificate(parsed, allocation, certificate!)).toMatchObject({ proved: true, relativeGap: 0 })
    // The same reductions do not reach the optimum over fractions, and a certificate cannot be bent to say so.
    const bent = resealed(certificate!, { lots: false })
    expect(checkCertificate(parsed, allocation, bent).proved).toBe(false)
  })
})

describe('a certificate is refused', () => {
  const base = eventOf([['A', '2']], { a: ['1', ['A', '-5']], b: ['2', ['A', '-5']] }, [['A', 'short', '4']])
  const best = [
    { account: 'a', market: 'A', quantity: '3' },
    { account: 'b', market: 'A', quantity: '1' },
  ]

  it.each(names)('when a digit of any of the three files changes: %s', async (name) => {
    const { event, allocation, certificate } = await certified(base, best, name)
    expect(checkCertificate(event, allocation, certificate!).proved).toBe(true)
    const otherEvent = parseEvent({ ...base, markets: [{ market: 'A', markPrice: '2.0000000000000000001' }] })
    expect(checkCertificate(otherEvent, allocation, certificate!)).toMatchObject({ proved: false, value: null })
    const other = parseAllocation({
      format: 'spillway/allocation@1',
      reductions: best.map((entry) => ({ ...entry, quantity: entry.account === 'a' ? '3.00000000000000000001' : '1' })),
    })
    expect(checkCertificate(event, other, certificate!).reason).toContain('another allocation')
    const text = JSON.stringify(certificate)
    let tried = 0
    for (const match of text.matchAll(/\d/g)) {
      const digit = String((Number(match[0]) + 1) % 10)
      const changed = `${text.slice(0, match.index)}${digit}${text.slice(match.index + 1)}`
      let proved: boolean
      try {
        proved = checkCertificate(event, allocation, parseCertificate(JSON.parse(changed))).proved
      } catch (error) {
        expect(error).toBeInstanceOf(SpillwayError)
        proved = false
      }
      expect(proved, `digit at ${match.index} of ${text}`).toBe(false)
      tried++
    }
    expect(tried).toBeGreaterThan(100)
  })

  it('when it states more than its evidence proves, digests made to fit', async () => {
    const { event, allocation, certificate } = await certified(base, best, 'min-max-leverage')
    const lie = (change: Partial<Certificate>) => checkCertificate(event, allocation, resealed(certificate!, change))
    expect(lie({})).toMatchObject({ proved: true, value: 4, bound: 4, relativeGap: 0 })
    expect(lie({ bound: '401/100' })).toMatchObject({ proved: false, bound: 4 })
    expect(lie({ value: '399/100' })).toMatchObject({ proved: false, value: 4 })
    expect(lie({ bound: '3' }).proved).toBe(true)
    expect(lie({ evidence: { group: ['a'] } })).toMatchObject({ proved: false, bound: 2 })
    expect(lie({ bound: null }).proved).toBe(false)
    expect(lie({ value: null }).proved).toBe(false)
    expect(lie({ value: '401/100' })).toMatchObject({ proved: false, value: 4 })
    expect(lie({ value: '8/2' }).proved).toBe(true)
  })

  it('when it forgives itself more than the checker does', async () => {
    const short = [
      { account: 'a', market: 'A', quantity: '3' },
      { account: 'b', market: 'A', quantity: '0.999' },
    ]
    const loose = await certified(base, short, 'min-max-leverage', { feasibility: 0.01 })
    expect(loose.verdict.feasible).toBe(true)
    const { event, allocation, certificate } = loose
    expect(checkCertificate(event, allocation, certificate!)).toMatchObject({ proved: false, value: null })
    expect(checkCertificate(event, allocation, certificate!).reason).toContain('feasibility')
    const bent = resealed(certificate!, { feasibility: '1e-9' })
    expect(checkCertificate(event, allocation, bent).reason).toContain('demand-short')
    expect(checkCertificate(event, allocation, certificate!, [], { feasibility: 0.01 }).proved).toBe(true)
    const tight = resealed(certificate!, { feasibility: '1e-9' })
    expect(checkCertificate(event, allocation, tight, [], { feasibility: 0.01 }).proved).toBe(false)
  })

  it('with code, place and cure where it cannot be read', async () => {
    const { event, allocation, certificate } = await certified(base, best, 'squared-leverage')
    const failing = (change: Partial<Certificate>): unknown => {
      try {
        return checkCertificate(event, allocation, resealed(certificate!, change))
      } catch (error) {
        return error
      }
    }
    const bad = (path: string) => ({ code: 'bad-evidence', path: `certificate.${path}`, fault: 'input' })
    expect(failing({ evidence: {} })).toMatchObject(bad('evidence.multipliers'))
    expect(failing({ evidence: { multipliers: { a: 'x' }, prices: {} } })).toMatchObject(bad('evidence.multipliers.a'))
    expect(failing({ objective: 'nonsense' })).toMatchObject({ code: 'unknown-objective' })
    expect(() => parseCertificate({ ...certificate, format: 'spillway/event@1' })).toThrow(/no certificate/)
    expect(() => parseCertificate({ ...certificate, value: 'NaN' })).toThrow(SpillwayError)
  })

  it('and not made for what cannot be proved', async () => {
    const short = await certified(base, best.slice(1), 'min-max-leverage')
    expect(short.verdict.verdict).toBe('infeasible')
    expect(short.certificate).toBeUndefined()
    const debtor = eventOf([['A', '2']], { a: ['-1', ['A', '-5']], b: ['2', ['A', '-5']] }, [['A', 'short', '4']])
    const spared = await certified(debtor, [{ account: 'b', market: 'A', quantity: '4' }], 'min-max-leverage')
    expect(spared.verdict.relativeGap).toBeNull()
    expect(spared.certificate).toBeUndefined()
  })
})
