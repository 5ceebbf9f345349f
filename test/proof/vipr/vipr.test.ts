import {
  conditionalValueAtRisk,
  defineObjective,
  expectedLoss,
  factorLeverage,
  type JudgeOptions,
  linearProofOf,
  meanAndTail,
  minMaxLeverage,
  type Objective,
  parseAllocation,
  parseEvent,
  proveBound,
  squaredLeverage,
  verifyWithProof,
  worstCaseLoss,
} from 'spillway'
import { maximum, positivePart, sumSquares, viprText } from 'spillway/modeling'
import { describe, expect, it } from 'vitest'
import { parseRatio, ratioText } from '#src/numeric/index.js'
import { type BookOptions, type PlainEvent, randomBook, randomFrom } from '../../books.js'
import { instances } from '../../campaign.js'
import { skipUnless } from '../../notes.js'
import { problemOf } from '../../objectives/leverage/oracle.js'
import { randomAllocation } from '../../objectives/leverage/support.js'
import { randomMoves } from '../../objectives/losses/support.js'
import { hasPython, verdictsOf } from './support.js'

const SEED = 20607

interface Written {
  readonly text: string
  readonly bound: string
}

/** The derivation of the bound that solving a book proves. */
async function derived(book: PlainEvent, objective: Objective, options: JudgeOptions = {}): Promise<Written> {
  const event = parseEvent(book)
  const proof = await proveBound(event, objective, options)
  return { text: [...viprText(proof)].join(''), bound: ratioText(proof.bound) }
}

/** The derivation of the bound in a certificate of some allocation. */
async function certified(book: PlainEvent, objective: Objective): Promise<Written> {
  const event = parseEvent(book)
  const reductions = randomAllocation(problemOf(book), randomFrom(SEED))
  const allocation = parseAllocation({ format: 'spillway/allocation@1', reductions })
  const { certificate } = await verifyWithProof(event, allocation, objective)
  const proof = certificate()!
  return { text: [...viprText(linearProofOf(event, proof, [objective]))].join(''), bound: proof.bound! }
}

/** The relation that a file states: its lower bound. */
const relationOf = (text: string): string => /^RTP range (\S+) inf$/m.exec(text)![1]

describe(`derivations (seed ${SEED})`, () => {
  skipUnless(hasPython, 'there is no python3')
  const kinds: readonly BookOptions[] = [
    { accounts: 4 },
    { accounts: 7, ties: true, insolvents: true },
    { accounts: 9, markets: 3, holdings: 3, twoSided: true, longsDemanded: true },
    { accounts: 6, offMark: true, insolvents: true },
    { accounts: 8, markets: 2, holdings: 2, offMark: 0.2 },
  ]

  it.each([
    ['min-max-leverage', () => minMaxLeverage()],
    ['squared-leverage', () => squaredLeverage()],
    [
      'factor-leverage',
      (book: PlainEvent) =>
        factorLeverage({
          loadings: Object.fromEntries(book.markets.map(({ market }, k) => [market, k % 2 ? -0.7 : 1.2])),
        }),
    ],
    ['expected-loss', (book: PlainEvent, seed: number) => expectedLoss({ moves: movesFor(book, seed) })],
    [
      'cvar',
      (book: PlainEvent, seed: number) => conditionalValueAtRisk({ moves: movesFor(book, seed), confidence: 0.7 }),
    ],
    ['worst-case-loss', (book: PlainEvent, seed: number) => worstCaseLoss({ moves: movesFor(book, seed) })],
    [
      'mean-and-tail',
      (book: PlainEvent, seed: number) => meanAndTail({ moves: movesFor(book, seed), weight: 0.5, confidence: 0.6 }),
    ],
  ] as const)('prove the bound of %s', async (name, objectiveOf) => {
    const files: Written[] = []
    for (let b = 0; b < instances(5, 10); b++) {
      const book = randomBook(SEED + b, kinds[b % kinds.length])
      const objective = objectiveOf(book, SEED + b)
      files.push(await (b < 3 ? certified(book, objective) : derived(book, objective)))
    }
    expect(verdictsOf(files.map(({ text }) => text))).toEqual(files.map(() => 'proved'))
    for (const { text, bound } of files) {
      // Off the mark the file is about the level itself, and the bound stands in a note.
      if (name === 'min-max-leverage' && relationOf(text) === '0')
        expect(text).toMatch(/^% w >= 0 means: no allocation brings every account below leverage \d+/m)
      else expect(relationOf(text)).toBe(bound)
    }
  })

  it('prove bounds of objectives that users define, where they are linear', async () => {
    const excess = defineObjective({
      name: 'excess-over-1',
      summary: 'notional above equity, and the largest of it',
      formula: 'sum and largest of (N - e)^+',
      source: 'a test',
      minimize: ({ exposure, equity }) => {
        const over = positivePart(exposure.minus(equity))
        return over.sum().plus(maximum(over).times(2)).plus(3)
      },
    })
    const books = [0, 1, 2].map((b) => randomBook(SEED + b, { accounts: 4 + b, markets: 2, holdings: 2 }))
    const files = await Promise.all(books.map((book) => certified(book, excess)))
    expect(verdictsOf(files.map(({ text }) => text))).toEqual(files.map(() => 'proved'))
    for (const { text, bound } of files) {
      expect(parseRatio(relationOf(text)).valueOf()).toBeCloseTo(parseRatio(bound).valueOf(), 3)
    }
    const squared = defineObjective({
      name: 'squared-excess',
      summary: 'squares',
      formula: 'sum of squares',
      source: 'a test',
      minimize: ({ exposure }) => sumSquares(exposure),
    })
    await expect(certified(books[1], squared)).rejects.toMatchObject({ code: 'not-expressible' })
  })

  it('prove levels in whole lots by splits, each on two assumptions at most', async () => {
    const files: Written[] = []
    for (let b = 0; b < instances(6, 12); b++) {
      const plain = randomBook(SEED + b, {
        accounts: 3 + b,
        ties: b % 3 === 0,
        offMark: b % 2 === 1,
        insolvents: b % 4 === 2,
      })
      const book = inLots(plain)
      files.push(await derived(book, minMaxLeverage(), { lots: true }))
    }
    expect(verdictsOf(files.map(({ text }) => text))).toEqual(files.map(() => 'proved'))
    expect(files.filter(({ text }) => text.includes('{ uns')).length).toBeGreaterThan(2)
  })

  it('prove nothing once any number of them is changed for the worse', async () => {
    const book = randomBook(SEED, { accounts: 5 })
    const { text } = await derived(book, minMaxLeverage())
    const bound = parseRatio(relationOf(text))
    const forged = {
      'a higher relation': text.replace(/^RTP range \S+/m, `RTP range ${bound.mul(1.01).toFraction()}`),
      'a higher last line': text.replace(/^bound G \S+/m, `bound G ${bound.mul(1.01).toFraction()}`),
      'a multiplier of the wrong sign': text.replace(/\{ lin (\d+) (\d+) (\S+)/, '{ lin $1 $2 -$3'),
      'a row left out': text.replace(/^level_\d+ G (\S+) .*$/m, 'level_x G $1 0'),
      'no derivation': text.replace(/^DER[\s\S]*$/m, 'DER 0\n'),
      'another version': text.replace('VER 1.0', 'VER 2.0'),
      'a line used after its last use': text.replace(/^(scaled .* \}) -1$/m, '$1 0'),
      'a coefficient twice': text.replace(/^(level_0 G \S+) 2 (\S+ \S+) \S+/m, '$1 2 $2 0'),
      'a decimal': text.replace(/^RTP range (\d+)\//m, 'RTP range $1.0/'),
    }
    for (const other of Object.values(forged)) expect(other).not.toBe(text)
    expect(verdictsOf([text, ...Object.values(forged)]).map((verdict) => verdict.split(':')[0])).toEqual([
      'proved',
      ...Object.values(forged).map(() => 'refused'),
    ])
  })
})

/** With lots of a hundredth of the smallest holding, holdings as they are and a demand of whole lots of about half. */
function inLots(book: PlainEvent): PlainEvent {
  const [{ market, side }] = book.demand
  const held = book.accounts.flatMap(({ positions }) =>
    positions.filter((p) => p.market === market).map(({ quantity }) => Math.abs(Number(quantity))),
  )
  const lot = Number((Math.max(...held) / 37).toPrecision(2))
  const lots = held.reduce((sum, own) => sum + Math.floor(own / lot), 0)
  return {
    ...book,
    markets: book.markets.map((own) => (own.market === market ? { ...own, lotSize: String(lot) } : own)),
    demand: [{ market, side, quantity: String((lot * Math.ceil(lots / 2)).toPrecision(12)) }],
  }
}

const movesFor = (book: PlainEvent, seed: number) =>
  randomMoves(
    randomFrom(seed),
    book.markets.map(({ market }) => market),
    12,
  )
