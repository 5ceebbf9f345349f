import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { axioms, waterFilling } from '#models/index.js'
import { toNumber } from '#src/numeric/index.js'
import { book, judge, outcomeOf } from './support.js'

const filling = waterFilling()

/** docs/axioms.md says why each domain ends where it does, with a book beyond it on which the optimum itself breaks. */
describe('beyond its domain the optimum breaks an axiom', () => {
  it('sybil-resistance: parts that cannot pay wall off the debt', async () => {
    const whole = book(1, { BTC: 5 }, ['A', 1, ['BTC', 10]], ['B', 2, ['BTC', 10]])
    const split = book(1, { BTC: 5 }, ['A1', -9, ['BTC', 1]], ['A2', 10, ['BTC', 9]], ['B', 2, ['BTC', 10]])
    expect(await judge('sybil-resistance', filling, whole, split)).toContain(
      'keeps 5 of it. Split into A1 and A2, its owner keeps 9',
    )
  })

  it('sybil-resistance: the demanded position apart from the others', async () => {
    const whole = book(1, { BTC: 1 }, ['X', 1, ['BTC', 1], ['ETH', 9]], ['Y', 1, ['BTC', 5]])
    const split = book(1, { BTC: 1 }, ['X1', 0.5, ['BTC', 1]], ['X2', 0.5, ['ETH', 9]], ['Y', 1, ['BTC', 5]])
    expect(await judge('sybil-resistance', filling, whole, split)).toContain(
      'keeps 0 of it. Split into X1, its owner keeps 1',
    )
  })

  it('path-independence: market by market', async () => {
    const keeps = async (demand: Readonly<Record<string, number>>, btc: number) => {
      const { shares } = await outcomeOf(
        filling,
        book(1, demand, ['A', 1, ['BTC', btc], ['ETH', 1]], ['B', 1, ['BTC', 2]]),
      )
      return shares.map(({ account, market, kept }) => [account, market, toNumber(kept)])
    }
    const atOnce = (await keeps({ BTC: 1, ETH: 1 }, 2)) as [string, string, number][]
    for (const owner of ['A', 'B']) {
      const sum = atOnce.filter(([account]) => account === owner).reduce((total, [, , kept]) => total + kept, 0)
      expect(sum).toBeCloseTo(1.5, 9)
    }
    // A stands at 3 and gives the BTC, stands at 2 and gives the ETH.
    expect(await keeps({ BTC: 1 }, 2)).toEqual([
      ['A', 'BTC', 1],
      ['B', 'BTC', 2],
    ])
    expect(await keeps({ ETH: 1 }, 1)).toEqual([['A', 'ETH', 0]])
  })

  it('order-preservation: who cannot be closed stays above', async () => {
    const event = book(1, { BTC: 50 }, ['A', 10, ['BTC', 100]], ['B', 10, ['BTC', 1], ['ETH', 90]])
    const { shareOf } = await outcomeOf(filling, event)
    expect(toNumber(shareOf('A')!.kept)).toBe(51)
    expect(toNumber(shareOf('B')!.kept)).toBe(0)
  })

  it('continuity: a demand below what the insolvent hold', async () => {
    const event = book(100, { BTC: 10 }, ['A', 0, ['BTC', 10]], ['B', -1, ['BTC', 10]])
    const variant = book(100, { BTC: 10 }, ['A', 0.001, ['BTC', 10]], ['B', -1, ['BTC', 10]])
    expect(await judge('continuity', filling, event, variant)).toContain('Of account A 5 of 10 is closed')
    const covered = { ...event, demand: [{ ...event.demand![0], quantity: 20 }] }
    expect(await judge('continuity', filling, covered, { ...variant, demand: covered.demand })).toBeUndefined()
  })

  it('continuity: thin accounts', async () => {
    const event = book(100, { BTC: 100 }, ['A', 1, ['BTC', 100]], ['B', 1, ['BTC', 100]])
    const variant = book(100, { BTC: 100 }, ['A', 1.01, ['BTC', 100]], ['B', 1, ['BTC', 100]])
    expect(await judge('continuity', filling, event, variant)).toContain('49.75')
  })
})

describe('docs/axioms.md', () => {
  const page = readFileSync(new URL('../../../docs/axioms.md', import.meta.url), 'utf8').replace(/\s+/g, ' ')

  it.each(axioms.map((axiom) => [axiom.name, axiom] as const))(
    '%s stands there as it is judged',
    (name, { statement, domain }) => {
      expect(page).toContain(`## ${name} ${statement} *${domain}*`)
    },
  )
})
