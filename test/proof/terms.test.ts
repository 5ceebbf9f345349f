import { conditionalValueAtRisk, minMaxLeverage, squaredLeverage } from 'spillway'
import { describe, expect, it } from 'vitest'
import { decisionSpace } from '#models/book/decision-space.js'
import { parseAllocation, parseEvent } from '#models/book/index.js'
import { parseMoves } from '#models/moves/index.js'
import { inputsFromJson, inputsJson } from '#models/proof/certificate-inputs.js'
import {
  filledTerms,
  inputBreak,
  isUnknownKey,
  pinBreak,
  termsOf,
  termsUnder,
} from '#models/proof/certificate-terms.js'
import { claimOf, defaultOptions } from '#models/proof/claim-of.js'
import {
  decimalAt,
  decimalsByMarket,
  decimalsByOwner,
  entriesAt,
  field,
  fieldsAt,
  hasField,
  marketNamed,
  onlyFields,
  outOfRange,
  ownerFinder,
  ownerName,
  ratioIn,
  textList,
} from '#models/proof/evidence.js'
import { withFilledDemand } from '#models/proof/filled-demand.js'
import { finite } from '#models/proof/finite.js'
import { relativeGap } from '#models/proof/gap.js'
import { claimantOf } from '#models/proof/given-claimants.js'
import { inputsOf } from '#models/proof/given-inputs.js'
import { missingInput, type ObjectiveInputs } from '#models/proof/inputs.js'
import { parseRatio, toText } from '#src/numeric/index.js'
import { dec } from '../certificates/decimals.js'

/** Whatever is thrown, as its code and path. */
function thrown(act: () => unknown): string | undefined {
  try {
    act()
    return undefined
  } catch (error) {
    const { code, path } = error as { readonly code: string; readonly path: string }
    return `${code} ${path}`
  }
}

const event = parseEvent({
  format: 'spillway/event@1',
  markets: [
    { market: 'A', markPrice: '100', lotSize: '0.5' },
    { market: 'B', markPrice: '10', lotSize: '3' },
    { market: 'C', markPrice: '1' },
  ],
  accounts: [
    {
      account: 'one',
      equity: '6',
      positions: [
        { market: 'A', quantity: '-10' },
        { market: 'B', quantity: '20' },
      ],
    },
    {
      account: 'two',
      equity: '9',
      positions: [
        { market: 'A', quantity: '-4' },
        { market: 'C', quantity: '4' },
      ],
    },
    { account: 'away', equity: '9', positions: [{ market: 'A', quantity: '4' }] },
  ],
  demand: [
    { market: 'A', side: 'short', quantity: '8' },
    { market: 'B', side: 'long', quantity: '12' },
  ],
} as never)
const allocationOf = (rows: readonly (readonly [string, string, string])[]) =>
  parseAllocation({
    format: 'spillway/allocation@1',
    reductions: rows.map(([account, market, quantity]) => ({ account, market, quantity })),
  } as never)
const moves = parseMoves({ format: 'spillway/moves@1', markets: ['A'], moves: [[0.1], [-0.2]] })
const normal = parseMoves({ format: 'spillway/moves@1', markets: ['A'], gaussian: { covariance: [[0.04]] } })

describe('a relative gap', () => {
  const ratio = (text: string | undefined) => (text === undefined ? undefined : parseRatio(text))
  const gap = (value: string | undefined, bound: string | undefined, floor = 1e-12) =>
    relativeGap(ratio(value), ratio(bound), floor)
  it('is the difference over the size of the value, none below zero', () => {
    expect([gap('4', '3'), gap('-4', '-5'), gap('3', '3'), gap('3', '4')]).toEqual([0.25, 0.25, 0, 0])
    expect([gap('0', '-1', 0.5), gap('1/4', '-1/4', 0.5), gap('2', '1', 0.5)]).toEqual([2, 1, 0.5])
  })
  it('is none of two infinities, and unknown of one', () => {
    expect([gap(undefined, undefined), gap(undefined, '3'), gap('3', undefined)]).toEqual([0, null, null])
  })
  it('is of numbers that a report can hold', () => {
    expect([finite(ratio('3/2')), finite(undefined), finite(ratio(`1${'0'.repeat(400)}`))]).toEqual([1.5, null, null])
  })
})

describe('terms', () => {
  const pins = { keepSolvent: false, demand: 'event', feasibility: 1e-9 } as const
  const certificate = { objective: 'cvar', lots: false, feasibility: '1e-9' } as never
  const terms = termsOf(certificate, { moves, confidence: 0.9 })

  it('are what a certificate states, with what is usual where it says nothing', () => {
    expect(terms).toMatchObject({
      objective: 'cvar',
      confidence: 0.9,
      moves: { digest: moves.digest(), count: 2 },
      lots: false,
      keepSolvent: false,
      demand: 'event',
      feasibility: 1e-9,
    })
    expect(
      termsOf({ objective: 'x', lots: true, keepSolvent: true, demand: 'filled', feasibility: '0.5' } as never, {
        moves: normal,
      }),
    ).toMatchObject({
      moves: { count: null },
      lots: true,
      keepSolvent: true,
      demand: 'filled',
      feasibility: 0.5,
    })
    expect(
      termsUnder({ objective: 'x', lots: true, keepSolvent: true, demand: 'filled', feasibility: 0.5 }, {}),
    ).toEqual({
      objective: 'x',
      lots: true,
      keepSolvent: true,
      demand: 'filled',
      feasibility: 0.5,
    })
    expect(
      termsUnder(
        { objective: 'x', lots: false, keepSolvent: false, demand: 'event', feasibility: 0 },
        { loadings: { A: 2 } },
      ),
    ).toHaveProperty('loadings.digest')
  })

  it('break where something else is pinned, each by its name', () => {
    expect(pinBreak(terms, pins)).toBeUndefined()
    expect(pinBreak(terms, { ...pins, objective: 'cvar', confidence: 0.9, moves, lots: false })).toBeUndefined()
    expect(pinBreak(terms, { ...pins, objective: 'evar' })).toBe(
      'objective is pinned to evar, the certificate has cvar',
    )
    expect(pinBreak(terms, { ...pins, confidence: 0.8 })).toMatch(
      /^confidence is pinned to 0.8, the certificate has 0.9$/,
    )
    expect(pinBreak(terms, { ...pins, lots: true })).toMatch(/^lots is pinned to true/)
    expect(pinBreak(terms, { ...pins, keepSolvent: true })).toMatch(/^keepSolvent is pinned to true/)
    expect(pinBreak(terms, { ...pins, demand: 'filled' })).toMatch(/^demand is pinned to filled/)
    expect(pinBreak(terms, { ...pins, feasibility: 1e-8 })).toMatch(/^feasibility is pinned to 1e-8/)
    expect(pinBreak(terms, { ...pins, moves: normal })).toBe(
      `moves is pinned to ${normal.digest()}, the certificate has ${moves.digest()}`,
    )
    expect(pinBreak(terms, { ...pins, loadings: { A: 2 } })).toMatch(
      /^loadings is pinned to sha256:\w+, the certificate has none$/,
    )
    expect(pinBreak(terms, { ...pins, lots: true, feasibility: 0.5 })).toMatch(/^lots .*; feasibility /)
  })

  it('state the inputs that the objective works with, neither others nor fewer', () => {
    expect(inputBreak({ moves, confidence: 0.9 }, { moves, confidence: 0.9 })).toBeUndefined()
    expect(inputBreak({}, {})).toBeUndefined()
    expect(inputBreak({ confidence: 0.9 }, {})).toBe(
      'the certificate states confidence 0.9, its objective works with none',
    )
    expect(inputBreak({}, { confidence: 0.9 })).toBe(
      'the certificate states confidence none, its objective works with 0.9',
    )
    expect(inputBreak({ confidence: 0.8 }, { confidence: 0.9 })).toBe(
      'the certificate states confidence 0.8, its objective works with 0.9',
    )
    expect(inputBreak({ moves }, { moves: normal })).toMatch(/^the certificate states moves sha256/)
  })

  it('say what was filled', () => {
    expect(filledTerms(event)).toEqual([
      { market: 'A', side: 'short', quantity: '8' },
      { market: 'B', side: 'long', quantity: '12' },
    ])
  })
})

describe('the demand that was filled', () => {
  const filled = (rows: readonly (readonly [string, string, string])[], lots = false): readonly string[] =>
    withFilledDemand(event, allocationOf(rows), lots).demand.map(({ quantity }) => toText(quantity))

  it('is the sum of what closes an eligible holding, and nothing else', () => {
    expect(
      filled([
        ['one', 'A', '2'],
        ['two', 'A', '3.5'],
        ['one', 'B', '7'],
      ]),
    ).toEqual(['5.5', '7'])
    expect(
      filled([
        ['one', 'A', '2'],
        ['away', 'A', '3'],
        ['nobody', 'A', '1'],
        ['two', 'C', '1'],
      ]),
    ).toEqual(['2', '0'])
    expect(filled([])).toEqual(['0', '0'])
  })

  it('counts none beyond the holding, and the sum not beyond the demand', () => {
    expect(filled([['two', 'A', '5']])).toEqual(['4', '0'])
    expect(
      filled([
        ['one', 'A', '6'],
        ['two', 'A', '4'],
      ]),
    ).toEqual(['8', '0'])
  })

  it('is in whole lots where lots are', () => {
    expect(
      filled(
        [
          ['one', 'A', '2.75'],
          ['one', 'B', '7'],
        ],
        true,
      ),
    ).toEqual(['2.5', '6'])
    expect(
      filled(
        [
          ['one', 'A', '2.5'],
          ['one', 'B', '6'],
        ],
        true,
      ),
    ).toEqual(['2.5', '6'])
    expect(filled([], true)).toEqual(['0', '0'])
  })

  it('is that of the event as it was given, too, where sizes were turned into contracts', () => {
    const sized = parseEvent({
      format: 'spillway/event@1',
      markets: [{ market: 'A', markPrice: '100', contractSize: '2' }],
      accounts: [{ account: 'one', equity: '6', positions: [{ market: 'A', quantity: '-10' }] }],
      demand: [{ market: 'A', side: 'short', quantity: '8' }],
    } as never)
    const asked = withFilledDemand(sized, allocationOf([['one', 'A', '3']]), false)
    // A short of ten contracts of two.
    expect(asked.given).toEqual({
      ...sized.given,
      demand: [{ market: 0, side: -1, quantity: dec('3') }],
    })
    expect(sized.given!.demand[0].quantity).toEqual(dec('8'))
    expect(filledTerms(asked)).toEqual([{ market: 'A', side: 'short', quantity: '3' }])
  })

  it('leaves the digest of the event', () => {
    expect(withFilledDemand(event, allocationOf([]), false).digest()).toBe(event.digest())
  })
})

describe('what is handed over', () => {
  const options = { lots: false, keepSolvent: false, exact: false }
  const objective = (space: object) => ({ name: 'own', prepare: () => ({ space }) as never })

  it('is an objective that knows of lots and of solvency where they are asked for', () => {
    expect(thrown(() => claimOf(objective({}), event, options))).toBeUndefined()
    expect(thrown(() => claimOf(objective({}), event, { ...options, lots: true }))).toBe('no-lots options.lots')
    expect(thrown(() => claimOf(objective({ lots: [] }), event, { ...options, lots: true }))).toBeUndefined()
    expect(thrown(() => claimOf(objective({}), event, { ...options, keepSolvent: true }))).toBe(
      'no-keep-solvent options.keepSolvent',
    )
    expect(thrown(() => claimOf(objective({ caps: [] }), event, { ...options, keepSolvent: true }))).toBeUndefined()
    expect(thrown(() => claimOf(objective({ caps: [] }), event, { ...options, keepSolvent: true, lots: true }))).toBe(
      'no-lots options.lots',
    )
    expect(defaultOptions).toEqual({ tolerance: 1e-6, feasibility: 1e-9 })
  })

  it('is an objective at all', () => {
    const own = { name: 'own', prepare: () => undefined }
    expect(claimantOf(own, 'here')).toBe(own)
    expect(thrown(() => claimantOf(() => own, 'here'))).toBe('not-called here')
    expect(thrown(() => claimantOf({ make: () => own }, 'here'))).toBe('not-called here')
    const cureOf = (maker: unknown): string | undefined => {
      try {
        claimantOf(maker, 'here')
        return undefined
      } catch (error) {
        return (error as { readonly cure: string }).cure
      }
    }
    expect([
      cureOf(minMaxLeverage),
      cureOf(squaredLeverage),
      cureOf(conditionalValueAtRisk),
      cureOf({ make: () => own }),
    ]).toEqual([
      'Call it: minMaxLeverage().',
      'Call it: squaredLeverage().',
      'Call it: conditionalValueAtRisk({ … }).',
      'Call it: make({ … }).',
    ])
    for (const wrong of [
      undefined,
      'cvar',
      {},
      { name: 'own' },
      { prepare: () => undefined },
      { name: 1, prepare: () => undefined },
    ]) {
      expect(thrown(() => claimantOf(wrong, 'here'))).toBe('wrong-type here')
    }
  })

  it('is a set of inputs by name', () => {
    expect(inputsOf({})).toEqual({})
    expect(inputsOf({ moves, confidence: 0.5 }).moves).toBe(moves)
    const json = { format: 'spillway/moves@1', markets: ['A'], moves: [[0.1], [-0.2]] }
    expect(inputsOf<ObjectiveInputs>({ moves: json as never }).moves?.digest()).toBe(moves.digest())
    expect(thrown(() => inputsOf(moves as never))).toBe('wrong-type inputs')
    expect(thrown(() => inputsOf(normal as never))).toBe('wrong-type inputs')
    expect(inputsOf({ moves: normal }).moves).toBe(normal)
    // What only looks like moves is a set of inputs with names that nobody knows.
    expect(thrown(() => inputsOf({ kind: 'scenarios' } as never))).toMatch(/^unknown-option/)
    expect(thrown(() => inputsOf({ digest: () => '' } as never))).toMatch(/^unknown-option/)
    expect(thrown(() => inputsOf({ moves: { ...json, digest: () => '' } as never }))).toBe('wrong-type inputs.moves')
    expect(thrown(() => inputsOf({ moves: 'file' as never }))).toBe('wrong-type inputs.moves')
    expect(thrown(() => inputsOf({ moves: Promise.resolve(moves) as never }, 'given'))).toBe('wrong-type given.moves')
    expect(thrown(() => inputsOf({ move: moves } as never))).toMatch(/^unknown-option/)
    expect(thrown(() => inputsOf({ confidence: 'high' as never }))).toMatch(/^option-value/)
    expect(missingInput('cvar', 'moves')).toMatchObject({ code: 'missing-input', path: 'inputs.moves' })
  })

  it('is written to a certificate and read back', () => {
    const read = inputsFromJson(inputsJson({ moves, confidence: 0.9, loadings: { A: 2, B: -0.5 } }))
    expect(read.moves?.digest()).toBe(moves.digest())
    expect(read.confidence).toBe(0.9)
    expect([...(read.loadings as ReadonlyMap<string, number>)]).toEqual([
      ['A', 2],
      ['B', -0.5],
    ])
    expect([inputsJson({}), inputsFromJson({})]).toEqual([{}, {}])
    expect(thrown(() => inputsFromJson({ stress: '2' }))).toBe('unknown-key certificate.inputs.stress')
    expect(thrown(() => inputsFromJson({ confidence: 'high' }))).toBe('bad-evidence certificate.inputs.confidence')
    expect(thrown(() => inputsFromJson({ confidence: 0.5 }))).toBe('bad-evidence certificate.inputs.confidence')
    expect(thrown(() => inputsFromJson({ confidence: '1e399' }))).toBe('bad-evidence certificate.inputs.confidence')
    expect(thrown(() => inputsFromJson({ loadings: null }))).toBe('bad-evidence certificate.inputs.loadings')
    expect(thrown(() => inputsFromJson({ loadings: 'A' }))).toBe('bad-evidence certificate.inputs.loadings')
    expect(thrown(() => inputsFromJson({ loadings: { A: 1 } }))).toBe('bad-evidence certificate.inputs.loadings.A')
  })
})

describe('evidence', () => {
  const space = decisionSpace(event)

  it('is read field by field', () => {
    expect(fieldsAt({ a: 1 }, 'evidence')).toEqual({ a: 1 })
    for (const wrong of [null, [], 'text', 1, undefined]) {
      expect(thrown(() => fieldsAt(wrong, 'evidence'))).toBe('bad-evidence certificate.evidence')
    }
    expect(onlyFields({ a: 1 }, 'evidence', ['a', 'b'])).toEqual({ a: 1 })
    expect(thrown(() => onlyFields({ a: 1, c: 2 }, 'evidence', ['a', 'b']))).toBe('unknown-key certificate.evidence.c')
    expect([
      hasField({ a: undefined }, 'a'),
      hasField({}, 'a'),
      hasField(null, 'a'),
      hasField('a', 'length'),
      hasField({}, 'toString'),
    ]).toEqual([true, false, false, false, false])
    expect(field({ a: 5 }, 'a')).toBe(5)
    expect(thrown(() => field({}, 'a'))).toBe('bad-evidence certificate.evidence.a')
    expect(entriesAt({ a: { x: 1, y: 2 } }, 'a')).toEqual([
      ['x', 1],
      ['y', 2],
    ])
    expect(thrown(() => entriesAt({ a: [] }, 'a'))).toBe('bad-evidence certificate.evidence.a')
    expect(textList({ a: ['x', 'y'] }, 'a')).toEqual(['x', 'y'])
    expect(textList({ a: [] }, 'a')).toEqual([])
    for (const wrong of ['x', ['x', 1], { 0: 'x' }]) {
      expect(thrown(() => textList({ a: wrong }, 'a'))).toBe('bad-evidence certificate.evidence.a')
    }
  })

  it('holds decimals in strings, spelled as in every file, and fractions of whole numbers', () => {
    expect(toText(decimalAt('-12.50', 'evidence.x'))).toBe('-12.5')
    for (const wrong of [1, '', '1,5', '0x1', ' 1', '1 ', null, undefined, 'NaN']) {
      expect(
        thrown(() => decimalAt(wrong, 'evidence.x')),
        String(wrong),
      ).toBe('bad-evidence certificate.evidence.x')
    }
    expect(ratioIn('-3/2', 'x').toFraction()).toBe('-3/2')
    expect(ratioIn('7', 'x').toFraction()).toBe('7')
    expect(ratioIn('1234/305', 'x').toFraction()).toBe('1234/305')
    expect(outOfRange('evidence.x', '2', 'is too much')).toMatchObject({
      code: 'evidence-range',
      path: 'certificate.evidence.x',
      value: '2',
    })
    for (const wrong of [1, '', '1.5', '1/0', '1/-2', '+1', '--1', '1/2/3', '1/02', '1e3', '1'.repeat(4001)]) {
      expect(
        thrown(() => ratioIn(wrong, 'x')),
        String(wrong).slice(0, 9),
      ).toBe('bad-evidence certificate.evidence.x')
    }
  })

  it('names owners and markets that are asked about', () => {
    expect(ownerFinder(space)('two', 'x')).toBe(1)
    expect(ownerName(space, 1)).toBe('two')
    expect(thrown(() => ownerFinder(space)('away', 'x'))).toBe('unknown-key certificate.evidence.x')
    expect(marketNamed(space, 'B', 'x')).toBe(1)
    expect(marketNamed(space, 'A', 'x')).toBe(0)
    expect(thrown(() => marketNamed(space, 'C', 'x'))).toBe('unknown-key certificate.evidence.x')
    expect([...decimalsByOwner(space, { m: { two: '2.5' } }, 'm')].map(([k, v]) => [k, toText(v)])).toEqual([
      [1, '2.5'],
    ])
    expect([...decimalsByMarket(space, { p: { B: '2.5' } }, 'p')].map(([k, v]) => [k, toText(v)])).toEqual([[1, '2.5']])
    expect(thrown(() => decimalsByOwner(space, { m: { two: 2 } }, 'm'))).toBe('bad-evidence certificate.evidence.m.two')
    expect(thrown(() => decimalsByOwner(space, { m: { nobody: 2 } }, 'm'))).toBe(
      'unknown-key certificate.evidence.m.nobody',
    )
    expect(thrown(() => decimalsByMarket(space, { p: { C: '1' } }, 'p'))).toBe('unknown-key certificate.evidence.p.C')
    expect(thrown(() => decimalsByMarket(space, { p: { B: 1 } }, 'p'))).toBe('bad-evidence certificate.evidence.p.B')
  })

  it('that states what nobody knows is another fault than what cannot be read', () => {
    const caught = (act: () => unknown): unknown => {
      try {
        return act()
      } catch (error) {
        return error
      }
    }
    expect(isUnknownKey(caught(() => onlyFields({ c: 2 }, 'evidence', [])))).toBe(true)
    expect(isUnknownKey(caught(() => fieldsAt(null, 'evidence')))).toBe(false)
    expect(isUnknownKey(new Error('unknown-key'))).toBe(false)
  })
})
