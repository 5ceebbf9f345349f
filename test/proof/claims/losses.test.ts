import { describe, expect, it } from 'vitest'
import { parseEvent } from '#models/book/index.js'
import { parseMoves } from '#models/moves/index.js'
import { checkCertificate } from '#models/proof/check-certificate.js'
import type { Claimant, PrepareOptions } from '#models/proof/claim.js'
import { ellipsoidInputs, ellipsoidLossClaims } from '#models/proof/claims/ellipsoid-loss.js'
import { expectedLossClaims } from '#models/proof/claims/expected-loss.js'
import { claimants } from '#models/proof/claims/index.js'
import { lossClaim } from '#models/proof/claims/scenario-losses.js'
import { cvarClaims, entropicTailOf, evarClaims, tailOf, worstCaseLossClaims } from '#models/proof/claims/tails.js'
import { decimalOf, parseDecimal, type Ratio, ratioNumber, ratioText, toText } from '#src/numeric/index.js'
import { thrown } from '../thrown.js'
import * as page from '../worked.js'

const scenarios = parseMoves(page.moves)
const gaussian = (covariance: number, mean = 0) =>
  parseMoves({ format: 'spillway/moves@1', markets: ['BTC'], gaussian: { covariance: [[covariance]], mean: [mean] } })
const cut = (...texts: readonly string[]) => texts.map((text) => parseDecimal(text)!)
const text = (ratio: Ratio | undefined): string | undefined => ratio && ratioText(ratio)

/** Made where they are asked for, so that whoever changes one is noticed by the test that asks. */
const cases = {
  'expected-loss': [page.meanLoss, page.lossBook, () => expectedLossClaims({ moves: scenarios }), '75', '50'],
  cvar: [page.cvar, page.lossBook, () => cvarClaims({ moves: scenarios, confidence: 0.5 }), '150', '100'],
  'worst-case-loss': [page.worstLoss, page.lossBook, () => worstCaseLossClaims({ moves: scenarios }), '300', '200'],
  'ellipsoid-loss': [
    page.ellipsoid,
    page.ellipsoidBook,
    () => ellipsoidLossClaims({ moves: gaussian(0.04), confidence: 0.5 }),
    '100',
    '60',
  ],
  'expected-loss, normal': [
    page.normal,
    page.lossBook,
    () => expectedLossClaims({ moves: gaussian(0, 0.5) }),
    '300',
    '200',
  ],
} as const

describe.each(Object.entries(cases))('the claim of %s', (_, [stated, book, make, before, after]) => {
  const made = () => make().prepare(parseEvent(book))

  it('is worth what the page works by hand, before and after', () => {
    const claim = made()
    expect(text(claim.before!())).toBe(before)
    expect(text(claim.value(cut('0', '0')))).toBe(before)
    expect(text(claim.value(cut('2', '0')))).toBe(after)
    // B cannot lose.
    expect(text(claim.value(cut('0', '2')))).toBe(before)
  })

  it('is bounded by its evidence, and by what it says of it', () => {
    const claim = made()
    const { bound, prices, evidence } = claim.recheck!(stated.evidence)
    expect(text(bound)).toBe(stated.bound)
    expect(prices).toEqual([Number((stated.evidence as { prices: { BTC: string } }).prices.BTC)])
    expect(text(claim.recheck!(JSON.parse(JSON.stringify(evidence!()))).bound)).toBe(stated.bound)
  })

  it('asks for no order, and measures gaps by 1e-12 of the gross notional', () => {
    const claim = made()
    expect(claim.breaks(cut('0', '2'), decimalOf(1e-9))).toBeUndefined()
    expect(claim.gapFloor).toBe(1e-12 * 2000)
    const flat = parseEvent({ ...book, accounts: book.accounts.map((own) => ({ ...own, positions: [] })), demand: [] })
    expect(make().prepare(flat).gapFloor).toBe(Number.MIN_VALUE)
  })

  it('is proved by its certificate, and not by one that promises more', () => {
    const proved = (change: Partial<page.Stated>): boolean => {
      const files = page.worked({ ...stated, ...change }, page.lossCuts, book)
      return checkCertificate(files.event as never, files.allocation, files.certificate).proved
    }
    expect(proved({})).toBe(true)
    expect(proved({ bound: `${stated.bound}00000001/100000000` })).toBe(false)
    expect(proved({ value: String(Number(stated.value) - 1) })).toBe(false)
    expect(proved({ evidence: { ...(stated.evidence as object), note: 1 } })).toBe(false)
  })
})

describe('claims of losses', () => {
  it('count accounts that nothing is closed of', () => {
    // C holds on the other side and loses with falling prices: 100 of equity, 400 at −0.4.
    const other = { account: 'C', equity: '100', positions: [{ market: 'BTC', quantity: '10' }] }
    const event = parseEvent({ ...page.lossBook, accounts: [...page.book.accounts, other] })
    const falling = parseMoves({ ...page.moves, moves: [['0'], ['-0.4']] })
    const made: readonly (readonly [Claimant, string])[] = [
      [worstCaseLossClaims({ moves: falling }), '300'],
      [expectedLossClaims({ moves: falling }), '75'],
      [expectedLossClaims({ moves: gaussian(0, -0.4) }), '300'],
      [ellipsoidLossClaims({ moves: gaussian(0, -0.4), confidence: 0.5 }), '300'],
    ]
    for (const [claimant, value] of made) expect(text(claimant.prepare(event).value(cut('2', '0')))).toBe(value)
  })

  it('have linear programs where moves are scenarios, and none where they are not', () => {
    for (const name of ['expected-loss', 'cvar', 'worst-case-loss'] as const) {
      const [stated, book, make] = cases[name]
      expect(text(make().prepare(parseEvent(book)).linearProof!(stated.evidence).bound)).toBe(stated.bound)
    }
    const none = (name: keyof typeof cases): string | undefined => {
      const [stated, book, make] = cases[name]
      return thrown(() => make().prepare(parseEvent(book)).linearProof!(stated.evidence))
    }
    expect(none('ellipsoid-loss')).toBe('not-expressible objective')
    expect(none('expected-loss, normal')).toBe('not-expressible inputs.moves')
  })

  it('keep to lots, and to who stays solvent', () => {
    const event = parseEvent({ ...page.lossBook, markets: [{ market: 'BTC', markPrice: '100', lotSize: '1' }] })
    for (const [, , make] of Object.values(cases)) {
      const { space } = make().prepare(event, { lots: true, keepSolvent: true })
      expect([space.lots !== undefined, space.caps !== undefined]).toEqual([true, true])
      const plain = make().prepare(event)
      expect([plain.space.lots, plain.space.caps]).toEqual([undefined, undefined])
    }
  })

  it('refuse a book of which doubles cannot square the size', () => {
    const sized = (quantity: string) => () =>
      expectedLossClaims({ moves: gaussian(0.04) }).prepare(
        parseEvent({
          ...page.lossBook,
          accounts: [{ account: 'A', equity: '1', positions: [{ market: 'BTC', quantity }] }],
          demand: [],
        }),
      )
    expect(thrown(sized('-1e67'))).toBeUndefined()
    expect(thrown(sized('-1.000001e68'))).toBe('magnitude positions')
  })

  it('round normal losses up, at 52 digits behind the leading one of the gross notional', () => {
    for (const [price, quantity] of [
      ['100', '-10'],
      ['100.25', '-10.5'],
    ] as const) {
      // s φ(0), where m = 0 and s is a fifth of the notional.
      const event = parseEvent({
        ...page.lossBook,
        markets: [{ market: 'BTC', markPrice: price }],
        accounts: [{ account: 'A', equity: '0', positions: [{ market: 'BTC', quantity }] }],
      })
      const value = expectedLossClaims({ moves: gaussian(0.04) })
        .prepare(event)
        .value(cut('0')) as Ratio
      const size = (0.2 * Number(price) * -Number(quantity)) / Math.sqrt(2 * Math.PI)
      expect(ratioNumber(value)).toBeCloseTo(size, 10)
      // Of something over 1000 these are 49 decimal places, and no less.
      expect(ratioText(value.mul(`1${'0'.repeat(49)}`))).toMatch(/^\d+$/)
      expect(ratioText(value.mul(`1${'0'.repeat(48)}`))).toMatch(/\//)
    }
    // Where nobody holds anything debts are what they are.
    const debt = { ...page.lossBook, accounts: [{ account: 'A', equity: '-1e-60', positions: [] }], demand: [] }
    const value = expectedLossClaims({ moves: gaussian(0.04) })
      .prepare(parseEvent(debt))
      .value([])
    expect(text(value)).toBe(`1/1${'0'.repeat(60)}`)
  })
})

describe('the entropic tail', () => {
  // As on docs/certificate.md: κ = ln(1/0.86), and 177.976 is next to the best temperature.
  const made = () => evarClaims({ moves: scenarios, confidence: 0.14 }).prepare(parseEvent(page.lossBook))
  const after = cut('2', '0')
  const kappa = -Math.log(0.86)
  const valueAt = (t: number): number => 200 + t * (Math.log((3 * Math.exp(-200 / t) + 1) / 4) + kappa)

  it('is worth what its temperature makes of the losses', () => {
    const claim = made()
    expect(ratioNumber(claim.value(after, { temperature: '177.976' }) as Ratio)).toBeCloseTo(valueAt(177.976), 10)
    const { temperature } = claim.valueEvidence!(after) as { temperature: string }
    const best = ratioNumber(claim.value(after) as Ratio)
    expect(best).toBeCloseTo(valueAt(Number(temperature)), 10)
    for (const t of [100, 150, 177, 178, 182.05, 250]) expect(best).toBeLessThanOrEqual(valueAt(t) + 1e-9)
  })

  it('is not worth what a poor temperature makes of them', () => {
    const claim = made()
    for (const poor of ['182.05', '100', '1e-9', undefined])
      expect(thrown(() => claim.value(after, poor === undefined ? {} : { temperature: poor }))).toBe(
        'evidence-range certificate.evidence.temperature',
      )
  })

  it('of losses that are all alike has no temperature', () => {
    const claim = made()
    expect(claim.valueEvidence!(cut('6', '0'))).toEqual({})
    expect(text(claim.value(cut('6', '0'), {}))).toBe(text(claim.value(cut('6', '0'))))
    expect(cases.cvar[2]().prepare(parseEvent(page.lossBook)).valueEvidence!(after)).toEqual({})
  })

  it('is bounded by weights of a small relative entropy', () => {
    const claim = made()
    const evidence = (mass: string) => ({
      prices: { BTC: '25.3125' },
      tails: [{ weight: '1', confidence: '0.14', masses: { 0: '1.975', 1: mass } }],
      shares: { A: { 1: '1' } },
    })
    expect(text(claim.recheck!(evidence('2.025')).bound)).toBe('405/4')
    expect(thrown(() => claim.recheck!(evidence('2.0251')))).toMatch(/^evidence-range/)
  })
})

describe('the claim of scenario losses', () => {
  const event = parseEvent(page.lossBook)
  const made = (asked = tailOf({ confidence: 0.5 }).measure, options?: PrepareOptions) =>
    lossClaim(event, scenarios as never, asked, options)

  it('adds losses up once for the same reductions, and screens once', () => {
    const { totals, screening, gross, book } = made()
    const closed = cut('2', '0')
    expect(totals(closed)).toBe(totals(closed))
    expect(totals(closed).map(toText)).toEqual(['0', '200'])
    expect(totals(cut('1', '0')).map(toText)).toEqual(['0', '250'])
    expect(screening()).toBe(screening())
    expect(gross).toBe(2000)
    expect(book.space.event).toBe(event)
  })

  it('knows what everything loses before, screened or not, exact or not', () => {
    for (const exact of [true, false]) {
      const { claim, screening } = made(undefined, { exact })
      expect(text(claim.before!())).toBe('150')
      screening()
      expect(text(claim.before!())).toBe('150')
    }
  })

  it('writes a tail no wider than one move as the worst of all', () => {
    const { measure } = made(tailOf({ confidence: 0.75 }).measure)
    expect(measure.map(({ confidence }) => toText(confidence))).toEqual(['1'])
    expect(made().measure.map(({ confidence }) => toText(confidence))).toEqual(['0.5'])
  })
})

describe('what objectives of losses are given', () => {
  it('is named, with its defaults', () => {
    expect(tailOf().inputs.confidence).toBe(0.99)
    expect(entropicTailOf().inputs.confidence).toBe(0.99)
    expect(toText(tailOf().measure[0]!.confidence)).toBe('0.99')
    expect(tailOf().measure[0]).not.toHaveProperty('isEntropic')
    expect(entropicTailOf().measure[0]).toHaveProperty('isEntropic', true)
    expect(tailOf({ confidence: 0.5 }).inputs.confidence).toBe(0.5)
    expect(ellipsoidInputs({ moves: gaussian(1) })).toMatchObject({ confidence: 0.99 })
    expect(ellipsoidInputs({ moves: gaussian(1), confidence: 0.5 })).toMatchObject({ confidence: 0.5 })
    expect(cvarClaims({ moves: scenarios }).inputs).toEqual({ moves: scenarios, confidence: 0.99 })
    expect(evarClaims({ moves: scenarios, confidence: 0.5 }).inputs).toEqual({ moves: scenarios, confidence: 0.5 })
    expect(worstCaseLossClaims({ moves: scenarios }).inputs).toEqual({ moves: scenarios })
    expect(expectedLossClaims({ moves: scenarios }).inputs).toEqual({ moves: scenarios })
    expect(cvarClaims({ moves: scenarios }).moves).toBe(scenarios)
  })

  it('is moves, of the right kind, and a confidence that is one', () => {
    const makers = {
      'expected-loss': expectedLossClaims,
      cvar: cvarClaims,
      evar: evarClaims,
      'worst-case-loss': worstCaseLossClaims,
      'ellipsoid-loss': ellipsoidLossClaims,
    } as const
    for (const [name, make] of Object.entries(makers)) {
      expect([name, thrown(() => make())]).toEqual([name, 'missing-input inputs.moves'])
      const fits = name === 'ellipsoid-loss' ? gaussian(1) : scenarios
      expect(make({ moves: fits }).name).toBe(name)
      expect(claimants.get(name)!({ moves: fits }).name).toBe(name)
      const other = name === 'ellipsoid-loss' ? scenarios : gaussian(1)
      if (name !== 'expected-loss')
        expect([name, thrown(() => make({ moves: other }))]).toEqual([name, 'moves-kind inputs.moves'])
    }
    for (const make of [cvarClaims, evarClaims, ellipsoidLossClaims])
      for (const confidence of [-0.1, 1.1, Number.NaN])
        expect(
          thrown(() => make({ moves: make === ellipsoidLossClaims ? gaussian(1) : scenarios, confidence })),
        ).toMatch(/inputs.confidence$/)
  })
})
