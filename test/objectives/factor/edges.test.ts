import { factorLeverage, type GaussianMoves, parseEvent, policies, SpillwayError, solve } from 'spillway'
import { describe, expect, it } from 'vitest'
import { ratioNumber } from '#src/numeric/index.js'
import { randomFrom } from '../../books.js'
import { num, order } from '../../fraction.js'
import { problemOf } from '../leverage/oracle.js'
import { closedOf, faultOf, randomAllocation, text } from '../leverage/support.js'
import { factorBook } from './books.js'
import { chainGap, insolventGroup, read, solventGroup, sumOfSquares } from './oracle.js'
import { eventOf as book } from './small.js'
import { judged, solved } from './support.js'

async function codeOf(action: () => unknown): Promise<string> {
  try {
    await action()
  } catch (error) {
    if (error instanceof SpillwayError) return `${error.code} ${error.path}`
    throw error
  }
  return 'nothing'
}

describe('by hand', () => {
  it('a hedge whose cut raises |z|, and a reversed market', async () => {
    // A long 10 M (z = 10 + 5·(−1)·… ) and shorts N: closing the hedge raises its exposure; B has nothing to lose.
    const event = book(
      { M: ['1', '1'], N: ['1', '1'] },
      { A: ['10', { M: '10', N: '-8' }], B: ['10', { M: '10', N: '-8' }], C: ['10', { N: '-8' }] },
      { N: ['short', '9'] },
    )
    const answer = await solved(event)
    // z = 2, 2, −8. Closing raises z: C first to −8 + x = 2 + y, … with 9 to close: C gives 8 (z = 0), A and B ½ each.
    expect(closedOf(answer.reductions!, 'C', 'N')).toEqual({ n: 8n, d: 1n })
    expect(num(closedOf(answer.reductions!, 'A', 'N'))).toBe(0.5)
    expect(answer.objective.value).toBeCloseTo((2.5 ** 2 * 2) / 10, 14)
    // One more contract raises the optimum: the price is negative.
    expect(answer.prices!.N).toBeCloseTo((-2 * 2.5) / 10, 14)
  })

  it('both sides in different markets, loadings of both signs, drained markets', async () => {
    const event = book(
      { M: ['2', '1'], N: ['5', '-1'], O: ['1', '0'], P: ['1', '3'] },
      {
        A: ['10', { M: '4', N: '2', O: '-3', P: '1' }],
        B: ['20', { M: '-4', N: '3', O: '-9', P: '2' }],
        C: ['5', { M: '6', N: '-1' }],
      },
      { M: ['long', '10'], N: ['long', '2'], O: ['short', '4'], P: ['long', '1'] },
    )
    const answer = await solved(event)
    expect(answer.status).toBe('optimal')
    expect(faultOf(event, answer.reductions!)).toBeUndefined()
    expect(closedOf(answer.reductions!, 'A', 'M')).toEqual({ n: 4n, d: 1n })
    expect(closedOf(answer.reductions!, 'C', 'M')).toEqual({ n: 6n, d: 1n })
    // No loading, no risk: pro rata.
    expect([num(closedOf(answer.reductions!, 'A', 'O')), num(closedOf(answer.reductions!, 'B', 'O'))]).toEqual([1, 3])
    expect(answer.prices!.O).toBe(0)
    const b = read(event, answer.reductions)
    expect(num(chainGap(b, solventGroup(b)))).toBeLessThanOrEqual(1e-13)
  })

  it('nothing demanded, nobody eligible, no loading that moves anything', async () => {
    const idle = book({ M: ['2', '1'] }, { A: ['10', { M: '4' }] }, { M: ['long', '0'] })
    expect((await solved(idle)).objective.value).toBe(0)
    expect((await solved(idle)).factorLeverage).toEqual({
      loadings: 'event',
      minBefore: 0,
      maxBefore: 0,
      minAfter: 0,
      maxAfter: 0,
    })
    const still = book({ M: ['2', '0'] }, { A: ['10', { M: '4' }], B: ['1', { M: '12' }] }, { M: ['long', '4'] })
    for (const solver of ['closed-form', 'highs']) {
      const answer = await solved(still, { solver })
      expect(answer.status).toBe('optimal')
      expect(answer.objective.value).toBe(0)
      expect(answer.reductions).toEqual([
        { account: 'A', market: 'M', quantity: '1' },
        { account: 'B', market: 'M', quantity: '3' },
      ])
    }
  })

  it('hedged to nothing: value and bound are zero', async () => {
    const event = book(
      { M: ['1', '1'], N: ['1', '1'] },
      { A: ['0.3', { M: '0.7', N: '-0.4' }], B: ['0.1', { M: '0.9', N: '-0.7' }] },
      { M: ['long', '0.5'] },
    )
    for (const solver of ['closed-form', 'highs']) {
      const answer = await solved(event, { solver })
      expect(answer.status, solver).toBe('optimal')
      expect(answer.objective.value).toBeLessThan(1e-12)
    }
  })
})

describe('insolvent accounts', () => {
  it('first, in contracts, and as fair among them as the demands allow', async () => {
    const event = book(
      { M: ['1', '1'], N: ['1', '1'] },
      { A: ['-1', { M: '6', N: '2' }], B: ['0', { M: '6', N: '-6' }], C: ['10', { M: '9' }] },
      { M: ['long', '4'] },
    )
    // z = 8 and 0 with N = 8 and 12: A gives 4 and comes to 4; B, hedged, is better left alone. C is not touched.
    const answer = await solved(event)
    expect(answer.reductions).toEqual([{ account: 'A', market: 'M', quantity: '4' }])
    expect(answer.objective.value).toBeCloseTo(8.1, 14)
    expect(answer.prices!.M).toBe(0)
    expect(answer.factorLeverage).toMatchObject({ maxBefore: null, maxAfter: null, minAfter: 0 })
    const spared = [
      { account: 'A', market: 'M', quantity: '3' },
      { account: 'C', market: 'M', quantity: '1' },
    ]
    const verdict = await judged(event, spared)
    expect(verdict.verdict).toBe('suboptimal')
    expect(verdict.relativeGap).toBeNull()
    expect(verdict.reason).toContain('insolvent')
    // Whoever of them gives: neither value nor proof looks at it.
    expect((await judged(event, [{ account: 'B', market: 'M', quantity: '4' }])).verdict).toBe('optimal')
  })

  it('more than they hold: all of it, though a hedge is lost', async () => {
    const event = book(
      { M: ['1', '1'], N: ['1', '1'] },
      { B: ['0', { M: '6', N: '-6' }], C: ['10', { M: '9' }] },
      { M: ['long', '7'] },
    )
    expect((await solved(event)).reductions).toEqual([
      { account: 'B', market: 'M', quantity: '6' },
      { account: 'C', market: 'M', quantity: '1' },
    ])
  })

  it('random books, on and off the mark', async () => {
    for (let seed = 64100; seed < 64180; seed++) {
      const random = randomFrom(seed)
      const options = {
        accounts: random.whole(2, 12),
        markets: random.whole(1, 4),
        insolvents: true,
        offMark: seed % 2 === 0,
      }
      const event = factorBook(seed, options)
      const answer = await solved(event)
      expect(answer.status, `seed ${seed}`).toBe('optimal')
      expect(faultOf(event, answer.reductions!), `seed ${seed}`).toBeUndefined()
      const b = read(event, answer.reductions)
      for (const group of [solventGroup(b), insolventGroup(b)]) {
        const value = num(sumOfSquares(group))
        expect(num(chainGap(b, group)), `seed ${seed}`).toBeLessThanOrEqual(1e-13 * value + 1e-16)
      }
      for (const { market, remaining, quantity } of b.markets) {
        const theirs = b.holders.filter((h) => !h.isSolvent && h.capacity.has(market))
        if (num(remaining) === 0) continue
        expect(num(quantity)).toBeGreaterThan(0)
        for (const h of theirs) expect(order(h.closed.get(market)!, h.capacity.get(market)!)).toBe(0)
      }
      // Any other allocation is worse, or breaks the rule, and the verdict knows which.
      const other = randomAllocation(problemOf(event), random, seed % 3 === 0)
      const theirs = read(event, other)
      const verdict = await judged(event, other, { solver: 'closed-form' })
      expect(verdict.feasible).toBe(true)
      expect(verdict.objective.value! / (num(sumOfSquares(solventGroup(theirs))) || 1)).toBeCloseTo(
        num(sumOfSquares(solventGroup(theirs))) ? 1 : 0,
        12,
      )
      if (verdict.verdict === 'optimal') expect(num(chainGap(theirs, solventGroup(theirs)))).toBeGreaterThanOrEqual(0)
      else expect(verdict.verdict).toBe('suboptimal')
    }
  })
})

describe('loadings', async () => {
  const bare = book(
    { M: ['2'], N: ['3'] },
    { A: ['10', { M: '4', N: '1' }], B: ['5', { M: '4' }] },
    { M: ['long', '4'] },
  )

  it('those given win over those of the event', async () => {
    const event = book({ M: ['2', '1'] }, { A: ['10', { M: '4' }], B: ['5', { M: '4' }] }, { M: ['long', '4'] })
    const own = await solved(event)
    const given = await solved(event, {}, { loadings: new Map([['M', 2]]) })
    const written = await solved(event, {}, { loadings: { M: 2 } })
    expect(written.objective).toEqual(given.objective)
    expect(own.factorLeverage!.loadings).toBe('event')
    expect(given.factorLeverage!.loadings).toBe('given')
    expect(given.objective.value! / own.objective.value!).toBeCloseTo(4, 14)
  })

  const moves: GaussianMoves = {
    kind: 'gaussian',
    markets: ['N', 'M'],
    mean: new Float64Array(2),
    covariance: Float64Array.of(0.04, 0.03, 0.03, 0.09),
    digest: () => 'sha256:none',
  }
  it('from moves, where nothing else gives any, and how much they explain', async () => {
    const answer = await solved(bare, {}, { moves })
    // Eigenvalues of the covariance: (0.13 ± √(0.05² + 4·0.03²))/2.
    const root = Math.hypot(0.05, 0.06)
    expect(answer.factorLeverage!.loadings).toBe('moves')
    expect(answer.factorLeverage!.explained).toBeCloseTo((0.13 + root) / 0.26, 12)
    const given = await solved(
      bare,
      {},
      {
        moves,
        loadings: new Map([
          ['M', 1],
          ['N', 1],
        ]),
      },
    )
    expect(given.factorLeverage).toMatchObject({ loadings: 'given' })
    expect(given.factorLeverage).not.toHaveProperty('explained')
    const event = book({ M: ['2', '1'] }, { A: ['10', { M: '4' }] }, { M: ['long', '4'] })
    expect((await solved(event, {}, { moves })).factorLeverage!.loadings).toBe('event')
  })

  it('none, too few, none for what somebody holds, not a number', async () => {
    expect(await codeOf(() => solved(bare))).toBe('missing-input inputs.loadings')
    const one = (entries: [string, number][]) => codeOf(() => solved(bare, {}, { loadings: new Map(entries) }))
    expect(await one([['N', 1]])).toBe('missing-loading markets.M.factorLoading')
    expect(await one([['M', 1]])).toBe('missing-loading markets.N.factorLoading')
    expect(
      await one([
        ['M', Number.NaN],
        ['N', 1],
      ]),
    ).toBe('loading-value inputs.loadings.M')
    const partly = book({ M: ['2', '1'], N: ['3'] }, { A: ['10', { M: '4', N: '1' }] }, { M: ['long', '4'] })
    expect(await codeOf(() => solved(partly))).toBe('missing-loading markets.N.factorLoading')
    // Nobody eligible holds N: it needs none.
    const apart = book(
      { M: ['2', '1'], N: ['3'] },
      { A: ['10', { M: '4' }], B: ['1', { N: '1' }] },
      { M: ['long', '4'] },
    )
    expect((await solved(apart)).status).toBe('optimal')
  })
})

describe('the proof', () => {
  it('is read back from its evidence, and a wrong level only makes it weak', async () => {
    for (let seed = 64300; seed < 64330; seed++) {
      const random = randomFrom(seed)
      const event = factorBook(seed, { accounts: random.whole(2, 12), markets: random.whole(1, 4), insolvents: true })
      const prepared = factorLeverage().prepare(parseEvent(event))
      const plan = prepared.closedForm()!
      const { bound, prices, evidence } = plan.bound()
      const written: { levels: Record<string, string> } = JSON.parse(JSON.stringify(evidence!()))
      const again = prepared.recheck!(written)
      expect(again.bound!.equals(bound!)).toBe(true)
      expect(again.prices).toEqual(prices)
      const value = prepared.value(plan.reductions)!
      for (const market of Object.keys(written.levels)) {
        const wrong = { levels: { ...written.levels, [market]: String(random.between(-3, 3)) } }
        expect(prepared.recheck!(wrong).bound!.compare(value), `seed ${seed}`).toBeLessThanOrEqual(0)
        expect(await codeOf(() => prepared.recheck!({ levels: { ...written.levels, [market]: 'high' } }))).toBe(
          `bad-evidence certificate.evidence.levels.${market}`,
        )
      }
      if (Object.keys(written.levels).length > 0) {
        for (const bad of [undefined, null, 3, {}, { levels: null }]) {
          expect(await codeOf(() => prepared.recheck!(bad))).toContain('evidence')
        }
      }
    }
  })
})

describe('the policy factor-water-filling', () => {
  it('is the closed form, and asks for loadings', async () => {
    const event = parseEvent(factorBook(64400, { accounts: 9, markets: 3, insolvents: true }))
    const prepared = factorLeverage().prepare(event)
    const policy = policies.get('factor-water-filling')!()
    const rule = await policy.allocate(prepared.space)
    expect(
      rule.map((x) => text(closedOf([{ account: '', market: '', quantity: String(x.digits) }], '', ''))),
    ).toHaveLength(rule.length)
    expect(prepared.value(rule)!.equals(prepared.value(prepared.closedForm()!.reductions)!)).toBe(true)
    const bare = parseEvent(book({ M: ['2'] }, { A: ['10', { M: '4' }] }, { M: ['long', '4'] }))
    const space = factorLeverage({ loadings: new Map([['M', 1]]) }).prepare(bare).space
    expect(await codeOf(() => policy.allocate(space))).toBe('policy-input markets.factorLoading')
    expect(await policy.allocate(space, { loadings: new Map([['M', 1]]) })).toHaveLength(1)
  })
})

describe('gross leverage in many markets is the case of loadings that are all prices', () => {
  it('the same levels as squared leverage', async () => {
    const { grossProblem, fairReductions, squaredLeverage } = await import('#models/objectives/index.js')
    const { profileOf } = await import('#models/proof/leverage/profile.js')
    let linked = 0
    for (let seed = 64500; seed < 64560; seed++) {
      const random = randomFrom(seed)
      const event = parseEvent(
        factorBook(seed, { accounts: random.whole(2, 15), markets: random.whole(1, 4), insolvents: true }),
      )
      const prepared = squaredLeverage().prepare(event)
      const { space } = prepared
      const closed = prepared.closedForm()
      if (closed === undefined) continue
      const fair = fairReductions(grossProblem(space))
      const [ours, theirs] = [profileOf(space, fair), profileOf(space, closed.reductions)]
      if (space.pairOwner.some((owner, p) => p > 0 && owner === space.pairOwner[p - 1])) linked++
      const before = profileOf(space)
      space.owners.forEach((_, owner) => {
        if (before.equity(owner).digits <= 0n) return
        expect(Math.abs(ours.leverage[owner] - theirs.leverage[owner]), `seed ${seed}`).toBeLessThanOrEqual(
          1e-9 * before.leverage[owner],
        )
      })
      expect((await solve(event, squaredLeverage())).status).toBe('optimal')
      expect(prepared.breaks(fair, { digits: 0n, scale: 0 })).toBeUndefined()
      const [here, there] = [ratioNumber(prepared.value(fair)!), ratioNumber(prepared.value(closed.reductions)!)]
      expect(Math.abs(here - there), `seed ${seed}`).toBeLessThanOrEqual(1e-12 * there)
    }
    expect(linked).toBeGreaterThan(20)
  })
})
