import {
  checkCertificate,
  minMaxLeverage,
  parseAllocation,
  parseCertificate,
  type Reduction,
  solve,
  verify,
  verifyWithProof,
} from 'spillway'
import { describe, expect, it } from 'vitest'
import { ratioNumber } from '#src/numeric/index.js'
import { randomBook, randomFrom } from '../../books.js'
import { type Fraction, num, order } from '../../fraction.js'
import { measures, parsed, randomMoves, riskOf, shortfalls } from './support.js'

/** A book beyond the size up to which arithmetic is exact by itself, with a closed form, so that arithmetic is what takes time. */
const SEED = 4242
const event = randomBook(SEED, { accounts: 450, offMark: 0.01 })
const moves = randomMoves(randomFrom(SEED), ['M0'], 330)
const read = parsed(event)
const fraction = (text: string): Fraction => {
  const [n, d] = text.split('/')
  return { n: BigInt(n!), d: BigInt(d ?? 1) }
}

describe.each(['expected-loss', 'cvar 0.8'])('%s in exact arithmetic on request', (name) => {
  const { parts, make } = measures[name]

  it('lies inside the enclosure', () => {
    const [enclosed, exact] = [make(moves).prepare(read), make(moves).prepare(read, { exact: true })]
    const plan = enclosed.closedForm()!
    const [upper, value] = [enclosed.value(plan.reductions)!, exact.value(plan.reductions)!]
    expect(upper.compare(value)).toBeGreaterThan(0)
    expect(ratioNumber(upper) / ratioNumber(value) - 1).toBeLessThan(1e-11)
    const evidence = JSON.parse(JSON.stringify(plan.bound().evidence!()))
    const [lower, bound] = [enclosed.recheck!(evidence).bound!, exact.recheck!(evidence).bound!]
    expect(lower.compare(bound)).toBeLessThan(0)
    expect(ratioNumber(lower) / ratioNumber(bound)).toBeGreaterThan(1 - 1e-10)
    expect(bound.compare(value)).toBeLessThanOrEqual(0)
  })

  it('goes with a certificate, which is then checked exactly', async () => {
    const { reductions, status } = await solve(read, make(moves), { exact: true, solver: 'closed-form' })
    expect(status).toBe('optimal')
    const truth = riskOf(shortfalls(event, reductions as readonly Reduction[], moves), moves, parts)
    const allocation = parseAllocation({ format: 'spillway/allocation@1', reductions })
    const proof = async (exact: boolean) => {
      const { certificate } = await verifyWithProof(read, allocation, make(moves), { exact, solver: 'closed-form' })
      return parseCertificate(JSON.parse(JSON.stringify(certificate())))
    }
    const [exact, enclosed] = [await proof(true), await proof(false)]
    expect(order(fraction(exact.value!), truth)).toBe(0)
    expect(order(fraction(enclosed.value!), truth)).toBe(1)
    expect([exact.exact, enclosed.exact]).toEqual([true, undefined])
    for (const certificate of [exact, enclosed]) {
      for (const option of [false, true]) {
        const check = checkCertificate(read, allocation, certificate, [], { exact: option })
        expect(check.reason).toBeUndefined()
        expect(check.proved).toBe(true)
        if (certificate.exact || option) expect(check.value).toBe(num(truth))
      }
    }
  })
})

it('objectives that are always exact take the option and answer the same', async () => {
  const small = parsed(randomBook(SEED, { accounts: 6, markets: 2, holdings: 2 }))
  const [plain, exact] = [await solve(small, minMaxLeverage()), await solve(small, minMaxLeverage(), { exact: true })]
  // But for the remark that it changes nothing.
  expect({ ...exact, seconds: 0, remarks: [] }).toEqual({ ...plain, seconds: 0, remarks: [] })
  const allocation = parseAllocation({ format: 'spillway/allocation@1', reductions: plain.reductions })
  const { verdict } = await verify(small, allocation, minMaxLeverage(), { exact: true })
  expect(verdict).toBe('optimal')
})
