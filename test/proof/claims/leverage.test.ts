import { describe, expect, it } from 'vitest'
import { parseEvent } from '#models/book/index.js'
import { parseMoves } from '#models/moves/index.js'
import { checkCertificate } from '#models/proof/check-certificate.js'
import { factorLeverageClaims } from '#models/proof/claims/factor-leverage.js'
import { claimants } from '#models/proof/claims/index.js'
import { minMaxLeverageClaims } from '#models/proof/claims/min-max-leverage.js'
import { squaredLeverageClaims, squaresClaim } from '#models/proof/claims/squared-leverage.js'
import { decimalOf, parseDecimal, type Ratio, ratioNumber, ratioText } from '#src/numeric/index.js'
import { thrown } from '../thrown.js'
import * as page from '../worked.js'

const NEARLY = decimalOf(1e-9)
const cut = (...texts: readonly string[]) => texts.map((text) => parseDecimal(text)!)
const text = (ratio: Ratio | undefined): string | undefined => ratio && ratioText(ratio)

type Holding = readonly [market: string, quantity: string]
const eventOf = (
  markets: readonly object[],
  accounts: Readonly<Record<string, readonly [equity: string, ...Holding[]]>>,
  demand: readonly Holding[],
) =>
  parseEvent({
    format: 'spillway/event@1',
    markets,
    accounts: Object.entries(accounts).map(([account, [equity, ...held]]) => ({
      account,
      equity,
      positions: held.map(([market, quantity]) => ({ market, quantity })),
    })),
    demand: demand.map(([market, quantity]) => ({ market, side: 'short', quantity })),
  })

/** Made where they are asked for, so that whoever changes one is noticed by the test that asks. */
const makers = {
  'min-max-leverage': minMaxLeverageClaims,
  'squared-leverage': squaredLeverageClaims,
  // v = 1 · p in every market.
  'factor-leverage': () => factorLeverageClaims({ loadings: { BTC: -1, ETH: -1 } }),
} as const

const cases = [
  ['min-max-leverage', page.leverage, '5/4', [0.1]],
  // 0²/200 + 1000²/800.
  ['squared-leverage', page.squares, '1250', [200]],
  ['factor-leverage', page.factor, '1250', [200]],
] as const

describe.each(cases)('the claim of %s', (name, stated, other, prices) => {
  const made = () => makers[name]().prepare(parseEvent(page.book))

  it('is worth what the page works by hand', () => {
    const claim = made()
    expect(text(claim.value(cut('8', '2')))).toBe(stated.value)
    expect(text(claim.value(cut('10', '0')))).toBe(other)
    expect(claim.gapFloor).toBe(1e-12)
  })

  it('is bounded by its evidence, and by what it says of it', () => {
    const claim = made()
    const { bound, prices: own, evidence } = claim.recheck!(stated.evidence)
    expect(text(bound)).toBe(stated.bound)
    expect(own).toEqual([expect.closeTo(prices[0], 12)])
    if (evidence) expect(text(claim.recheck!(JSON.parse(JSON.stringify(evidence()))).bound)).toBe(stated.bound)
    expect(text(claim.linearProof!(stated.evidence).bound)).toBe(stated.bound)
  })

  it('is proved by its certificate, and not by one that promises more', () => {
    const proved = (change: Partial<page.Stated>): boolean => {
      const files = page.worked({ ...stated, ...change })
      return checkCertificate(files.event as never, files.allocation, files.certificate).proved
    }
    expect(proved({})).toBe(true)
    expect(proved({ bound: `${stated.bound}00000001/100000000` })).toBe(false)
    expect(proved({ value: '0' })).toBe(false)
    expect(proved({ evidence: { ...(stated.evidence as object), note: 1 } })).toBe(false)
  })

  it('has accounts without equity first', () => {
    const event = eventOf(
      [{ market: 'BTC', markPrice: '100' }],
      { A: ['200', ['BTC', '-10']], B: ['800', ['BTC', '-10']], C: ['-1', ['BTC', '-5']], D: ['0', ['BTC', '-1']] },
      [['BTC', '10']],
    )
    const own = makers[name]().prepare(event)
    expect([0, 1, 2, 3].map((pair) => own.goesFirst!(pair))).toEqual([false, false, true, true])
    expect(own.breaks(cut('8', '2', '0', '0'), NEARLY)).toMatch(/insolvent accounts keep 6 contracts of BTC/)
    expect(own.breaks(cut('4', '0', '5', '1'), NEARLY)).toBeUndefined()
    expect(own.breaks(cut('4.00000001', '0', '4.99999999', '1'), NEARLY)).toBeUndefined()
    expect(own.breaks(cut('4.00000002', '0', '4.99999998', '1'), NEARLY)).toBeDefined()
  })

  it('keeps to lots', () => {
    // As on docs/certificate.md: one account of 3 lots and one of 1, of which 1 is demanded.
    const event = eventOf(
      [{ market: 'BTC', markPrice: '1', lotSize: '1' }],
      { A: ['2', ['BTC', '-3.5']], B: ['1', ['BTC', '-1']] },
      [['BTC', '1']],
    )
    const { space } = makers[name]().prepare(event, { lots: true })
    expect([space.lots !== undefined, Array.from(space.capacity)]).toEqual([true, [3, 1]])
    expect(makers[name]().prepare(event).space.lots).toBeUndefined()
  })

  it('looks at accounts that only several markets together keep solvent', () => {
    // X could give 2 of 6, and need not: Y holds all that is demanded.
    const off = { markPrice: '20', adlPrice: '25' }
    const event = eventOf(
      [
        { market: 'BTC', ...off },
        { market: 'ETH', ...off },
      ],
      { X: ['10', ['BTC', '-3'], ['ETH', '-3']], Y: ['1000', ['BTC', '-9'], ['ETH', '-9']] },
      [
        ['BTC', '2'],
        ['ETH', '2'],
      ],
    )
    const own = makers[name]().prepare(event, { keepSolvent: true })
    expect(own.space.solvencyRows).toHaveLength(1)
    expect(own.breaks(cut('0', '0', '2', '2'), NEARLY)).toBeUndefined()
    expect(own.breaks(cut('1', '0', '1', '2'), NEARLY)).toBeDefined()
  })
})

describe('who stays solvent and comes last', () => {
  const off = { market: 'BTC', markPrice: '20', adlPrice: '25' }

  it('ends no higher than it must, of the largest leverage alone', () => {
    // By hand on docs/certificate.md: A closed by 2 ends at 140/10, and B would end with nothing.
    const event = eventOf([off], { A: ['20', ['BTC', '-9']], B: ['10', ['BTC', '-9']] }, [['BTC', '2']])
    const breaks = (name: keyof typeof makers, ...cuts: readonly string[]) =>
      makers[name]()
        .prepare(event, { keepSolvent: true })
        .breaks(cut(...cuts), NEARLY)
    expect(breaks('min-max-leverage', '2', '0')).toBeUndefined()
    expect(breaks('min-max-leverage', '0', '2')).toMatch(/^account "B" /)
    for (const name of ['squared-leverage', 'factor-leverage'] as const)
      for (const cuts of [
        ['2', '0'],
        ['0', '2'],
      ])
        expect(breaks(name, ...cuts)).toBeUndefined()
  })

  it('is refused where closing the others may make it worse', () => {
    // C stays solvent and holds 100 of ETH beside: closing its BTC raises a/e, and lowers a².
    const event = eventOf(
      [off, { market: 'ETH', markPrice: '10' }],
      { A: ['20', ['BTC', '-9']], C: ['10', ['BTC', '-1'], ['ETH', '-100']] },
      [['BTC', '2']],
    )
    const asked = { keepSolvent: true }
    expect(thrown(() => minMaxLeverageClaims().prepare(event, asked))).toMatch(/^not-expressible /)
    expect(thrown(() => squaredLeverageClaims().prepare(event, asked))).toBeUndefined()
    const turned = (eth: number) => () =>
      factorLeverageClaims({ loadings: { BTC: -1, ETH: eth } }).prepare(event, asked)
    expect(thrown(turned(-1))).toBeUndefined()
    // z = 20 − 1000: the factor sees a hedge in BTC.
    expect(thrown(turned(1))).toMatch(/^not-expressible /)
  })
})

describe('the largest leverage', () => {
  const event = (demand: string) =>
    eventOf([{ market: 'BTC', markPrice: '100' }], { A: ['200', ['BTC', '-10']], C: ['-1', ['BTC', '-5']] }, [
      ['BTC', demand],
    ])

  it('leaves out accounts without equity, and says how many of them keep something', () => {
    const claim = minMaxLeverageClaims().prepare(event('3'))
    expect([text(claim.value(cut('0', '3'))), claim.notCounted!(cut('0', '3'))]).toEqual(['5', 1])
    const whole = minMaxLeverageClaims().prepare(event('5'))
    expect(whole.notCounted!(cut('0', '5'))).toBe(0)
  })

  it('is bounded by a count of lots as well', () => {
    const lots = eventOf(
      [{ market: 'BTC', markPrice: '1', lotSize: '1' }],
      { A: ['2', ['BTC', '-3']], B: ['1', ['BTC', '-1']] },
      [['BTC', '1']],
    )
    const counted = { group: [], levels: { BTC: '1' } }
    expect(text(minMaxLeverageClaims().prepare(lots, { lots: true }).recheck!(counted).bound)).toBe('1')
    expect(thrown(() => minMaxLeverageClaims().prepare(lots).recheck!(counted))).toMatch(/^unknown-key /)
  })
})

describe('the sum of squared leverage', () => {
  it('is summed once for the same reductions, and lies in its range', () => {
    const { claim, problem } = squaresClaim(parseEvent(page.book))
    const closed = cut('8', '2')
    expect(claim.value(closed)).toBe(claim.value(closed))
    expect(claim.value(cut('8', '2'))).not.toBe(claim.value(closed))
    const { low, high } = claim.valueWithin!(closed)!
    expect([ratioNumber(low) <= 1000, ratioNumber(high) >= 1000, ratioNumber(high) - ratioNumber(low) < 1e-6]).toEqual([
      true,
      true,
      true,
    ])
    expect(problem.space).toBe(claim.space)
  })

  it('is bounded by prices of lots as well', () => {
    // One account of 3 lots, a = 3 and g = 2: 9/2 or 2 + 2.5, less 2.5.
    const lots = eventOf([{ market: 'BTC', markPrice: '1', lotSize: '1' }], { A: ['2', ['BTC', '-3']] }, [['BTC', '1']])
    const counted = { multipliers: {}, prices: {}, lotPrices: { BTC: '2.5' } }
    expect(text(squaredLeverageClaims().prepare(lots, { lots: true }).recheck!(counted).bound)).toBe('2')
    expect(thrown(() => squaredLeverageClaims().prepare(lots).recheck!(counted))).toMatch(/^unknown-key /)
  })
})

describe('squared factor leverage', () => {
  const event = parseEvent(page.book)

  it('names the loadings that it was given, and where they come from', () => {
    const moves = parseMoves({ format: 'spillway/moves@1', markets: ['BTC'], moves: [['0.1'], ['-0.2']] })
    const loadings = { BTC: -1 }
    expect(Object.keys(factorLeverageClaims({ loadings, moves }).inputs).sort()).toEqual(['loadings', 'moves'])
    expect(Object.keys(factorLeverageClaims({ loadings }).inputs)).toEqual(['loadings'])
    expect(factorLeverageClaims().inputs).toEqual({})
    const source = (inputs: object, asked = event) => factorLeverageClaims(inputs).prepare(asked).factor!.loadings
    expect(source({ loadings, moves })).toBe('given')
    expect(source({ moves })).toBe('moves')
    const own = parseEvent({ ...page.book, markets: [{ ...page.book.markets[0], factorLoading: '2' }] })
    expect(source({}, own)).toBe('event')
    expect(thrown(() => source({}))).toBe('missing-input inputs.loadings')
  })

  it('tells what one factor moves', () => {
    const { factor } = makers['factor-leverage']().prepare(event)
    // z = 1000 of each before, and 200 and 800 after.
    expect(factor!.leverage()).toEqual({ min: 1.25, max: 5 })
    expect(factor!.leverage(cut('8', '2'))).toEqual({ min: 1, max: 1 })
  })
})

describe('objectives that a checker knows', () => {
  it('are made by their names', () => {
    for (const name of Object.keys(makers)) expect(claimants.get(name)!({}).name).toBe(name)
    expect([...claimants.keys()]).toEqual([
      ...['min-max-leverage', 'squared-leverage', 'expected-loss', 'cvar', 'evar'],
      ...['worst-case-loss', 'ellipsoid-loss', 'factor-leverage'],
    ])
  })
})
