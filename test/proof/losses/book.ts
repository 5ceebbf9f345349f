import { parseEvent } from '#models/book/index.js'
import { parseMoves, type ScenarioMoves } from '#models/moves/index.js'
import type { LossDuals } from '#models/proof/losses/bound.js'
import { type MovedBook, movedBook } from '#models/proof/losses/moved-book.js'
import type { screen } from '#models/proof/losses/screening.js'
import type { Decimal } from '#src/numeric/index.js'
import type { randomFrom } from '../../books.js'
import { dec } from '../../certificates/decimals.js'
import { type Fraction, frac, least, minus, most, num, plus, times, ZERO } from '../../fraction.js'
import { type Held, type SmallBook, smallBook } from '../leverage/book.js'

/** Accounts, demand and moves of positive weight as they are written, beside the book that is judged. */
export interface PlainMoved {
  readonly book: MovedBook
  readonly accounts: SmallBook['accounts']
  readonly demanded: SmallBook['demanded']
  readonly counted: readonly { readonly index: number; readonly row: readonly Fraction[]; readonly weight: Fraction }[]
}

/** A book, moves of it in another order of markets, some of weight zero, and the same in fractions. */
export function movedOf(random: ReturnType<typeof randomFrom>) {
  const small = smallBook(random)
  const { event } = small.space
  const names = event.markets.map(({ market }) => market).reverse()
  const count = random.whole(1, 11)
  const rows = Array.from({ length: count }, () =>
    names.map(() => random.pick([-0.9, -0.2, -0.05, 0, 0.1, 0.2, 0.7, 1.5])),
  )
  const weights = random.chance(0.3) ? undefined : [1, ...rows.slice(1).map(() => random.pick([0, 0.5, 2]))]
  const moves = parseMoves({
    format: 'spillway/moves@1',
    markets: names,
    moves: rows,
    ...(weights && { weights }),
  } as never)
  const book = movedBook(event, moves as ScenarioMoves, { exact: true })
  const counted = rows.flatMap((row, s) =>
    weights?.[s] === 0
      ? []
      : [{ index: s, row: row.toReversed().map((r) => frac(String(r))), weight: frac(String(weights?.[s] ?? 1)) }],
  )
  return { small, book, counted }
}

/** A finite decimal. */
export const textOf = ({ n, d }: Fraction): string => `${(n * 10n ** 30n) / d}e-30`

interface PlainMarket {
  readonly market: string
  readonly markPrice: string
  readonly adlPrice?: string
  readonly side: 'short' | 'long' | undefined
}

/** What an account holds, by market. */
function heldIn(
  markets: readonly PlainMarket[],
  quantities: readonly (string | undefined)[],
  closedOf: (isEligible: boolean) => string,
): readonly Held[] {
  return markets.flatMap(({ markPrice, adlPrice = markPrice, side }, k) => {
    const quantity = quantities[k]
    if (quantity === undefined) return []
    const isEligible = side !== undefined && quantity.startsWith('-') === (side === 'short')
    return [
      {
        ...{ k, quantity: frac(quantity), price: frac(markPrice), gap: minus(frac(markPrice), frac(adlPrice)) },
        ...{ side: frac(side === 'short' ? '-1' : '1'), isEligible, capacity: frac(quantity.replace('-', '')) },
        closed: frac(closedOf(isEligible)),
      },
    ]
  })
}

/**
 * A book whose accounts stand on an edge: what one loses in some move, as it is, or after its reductions, or at best or worst of what may be closed
 * of it, is nothing, or so little on either side that no double tells it from nothing.
 */
export function kinkedOf(random: ReturnType<typeof randomFrom>) {
  const unit = random.pick(['', 'e6'])
  const markets: readonly PlainMarket[] = [
    { market: 'M0', markPrice: random.pick(['1', '0.3', '7']), side: 'short' },
    { market: 'M1', markPrice: '1.1', adlPrice: random.pick(['1.3', '0.9']), side: 'long' },
    { market: 'M2', markPrice: '0.7', side: undefined },
  ]
  const names = markets.map(({ market }) => market)
  const rows = Array.from({ length: random.whole(1, 19) }, () =>
    names.map(() => random.pick(['-0.1', '0.2', '0.7', '-0.3', '0'])),
  )
  const counted = rows.map((row, index) => ({ index, row: row.map((r) => frac(r)), weight: frac('1') }))
  const plain = Array.from({ length: 10 }, () => {
    const held = heldIn(
      markets,
      markets.map(() =>
        random.chance(0.3) ? undefined : `${random.pick(['0.1', '-0.7', '-3', '1.1', '0.9'])}${unit}`,
      ),
      (isEligible) => (isEligible ? `${random.pick(['0', '0.03', '0.1'])}${unit}` : '0'),
    )
    const { row } = random.pick(counted)
    const edges = [ZERO, ZERO].map((none, end) =>
      held
        .filter(({ isEligible }) => isEligible)
        .map((pair) => times(gainOf(pair, row), pair.capacity))
        .reduce((sum, swing) => plus(sum, end === 0 ? least(ZERO, swing) : most(ZERO, swing)), none),
    )
    const closing = held.reduce((sum, pair) => plus(sum, times(gainOf(pair, row), pair.closed)), ZERO)
    const edge = plus(lossOf({ equity: ZERO, held }, row), random.pick([ZERO, closing, ...edges]))
    return {
      equity: minus(
        edge,
        frac(random.pick(unit === '' ? ['0', '1e-18', '1e-18', '-1e-18'] : ['0', '1e-12', '1e-12', '-1e-12'])),
      ),
      held,
    }
  })
  const always = { equity: frac('5000'), held: heldIn(markets, ['-3', '3', undefined], () => '0') }
  const accounts = [always, ...plain]
  const event = parseEvent({
    format: 'spillway/event@1',
    markets: markets.map(({ side: _, ...market }) => market),
    accounts: accounts.map(({ equity, held }, i) => ({
      account: `a${i}`,
      equity: textOf(equity),
      positions: held.map(({ k, quantity }) => ({ market: names[k], quantity: textOf(quantity) })),
    })),
    demand: [
      { market: 'M0', side: 'short', quantity: '1' },
      { market: 'M1', side: 'long', quantity: '2' },
    ],
  } as never)
  const moves = parseMoves({ format: 'spillway/moves@1', markets: names, moves: rows.map((row) => row.map(Number)) })
  const reductions = accounts.flatMap(closes).map(({ closed }) => dec(textOf(closed)))
  return {
    book: movedBook(event, moves as ScenarioMoves, { exact: true }),
    counted,
    accounts,
    reductions,
    unit: Number(`1${unit}`),
  }
}

/** −e_i − Σ_k n_ik p_k r_sk, and by pair of the account d_k + σ_k p_k r_sk, from the plain book. */
export const lossOf = (
  { equity, held }: Pick<SmallBook['accounts'][number], 'equity' | 'held'>,
  row: readonly Fraction[],
): Fraction =>
  held.reduce((sum, { k, quantity, price }) => minus(sum, times(times(quantity, price), row[k])), minus(ZERO, equity))
export const gainOf = (
  { k, gap, price, side }: SmallBook['accounts'][number]['held'][number],
  row: readonly Fraction[],
): Fraction => times(side, plus(gap, times(price, row[k])))
export const above = (a: Fraction): Fraction => most(ZERO, a)
export const closes = (account: SmallBook['accounts'][number]) => account.held.filter(({ isEligible }) => isEligible)

export function dualsOf(
  random: ReturnType<typeof randomFrom>,
  book: MovedBook,
  found: ReturnType<typeof screen>,
): LossDuals {
  return {
    prices: book.space.markets.map(() => dec(random.pick(['0', '-0.3', '1.5', '-4', '0.01']))),
    scenarioWeights: [book.weights.map((weight) => (random.chance(0.3) ? dec('0') : weight))],
    shares: Float64Array.from(found.kinkLoss, () => random.pick([0, 1, 0.25])),
  }
}

const DEMAND = ['27', '7']

/** An account whom two markets together could push below zero, a row of its own where accounts are kept solvent, and two others. */
export function solventBook(random: ReturnType<typeof randomFrom>) {
  const markets: readonly PlainMarket[] = [
    { market: 'M0', markPrice: '10', adlPrice: '10.08', side: 'short' },
    { market: 'M1', markPrice: '2', adlPrice: '1.92', side: 'long' },
  ]
  const accounts = [
    { account: 'rich', equity: '50', quantities: ['-20', undefined] },
    { account: 'row', equity: '1', quantities: ['-10', '10'] },
    { account: 'both', equity: '300', quantities: ['-5', '7'] },
  ]
  const event = parseEvent({
    format: 'spillway/event@1',
    markets: markets.map(({ side: _, ...market }) => market),
    accounts: accounts.map(({ account, equity, quantities }) => ({
      ...{ account, equity },
      positions: markets.flatMap(({ market }, k) => (quantities[k] ? [{ market, quantity: quantities[k] }] : [])),
    })),
    demand: markets.map(({ market, side }, k) => ({ market, side, quantity: DEMAND[k] })),
  } as never)
  const rows = Array.from({ length: 6 }, () => markets.map(() => random.pick(['-0.1', '0.2', '0.07', '-0.3', '0'])))
  const moves = parseMoves({
    format: 'spillway/moves@1',
    markets: markets.map(({ market }) => market),
    moves: rows.map((row) => row.map(Number)),
  })
  return {
    event,
    moves: moves as ScenarioMoves,
    book: movedBook(event, moves as ScenarioMoves, { exact: true, keepSolvent: true }),
    counted: rows.map((row, index) => ({ index, row: row.map((r) => frac(r)), weight: frac('1') })),
    accounts: accounts.map(({ equity, quantities }) => ({
      equity: frac(equity),
      held: heldIn(markets, quantities, () => '0'),
    })),
    demanded: DEMAND.map((quantity, k) => ({ k, quantity: frac(quantity) })),
  }
}

/** Eight accounts that hold all of forty markets; a fifth of these is closed, at a cost or a gain. */
export function wideBook(
  random: ReturnType<typeof randomFrom>,
): PlainMoved & { readonly reductions: readonly Decimal[] } {
  const markets: readonly PlainMarket[] = Array.from({ length: 40 }, (_, k) => ({
    market: `M${k}`,
    markPrice: '1.1',
    ...(random.chance(0.5) && { adlPrice: random.pick(['1.3', '0.9']) }),
    side: k % 5 === 0 ? ('short' as const) : undefined,
  }))
  const rows = Array.from({ length: 12 }, () => markets.map(() => random.pick(['-0.1', '0.2', '0.7', '-0.3', '0'])))
  const accounts = Array.from({ length: 8 }, (_, i) => ({
    equity: frac(random.pick(['1', '3', '0.1'])),
    held: heldIn(
      markets,
      // The last holds nothing that is closed.
      markets.map((_, k) =>
        random.pick(i < 7 ? ['-0.7', '-3', '-1.1', '0.9'] : k % 5 === 0 ? ['0.3'] : ['-0.9', '-0.3']),
      ),
      (isEligible) => (isEligible ? random.pick(['0', '0.3']) : '0'),
    ),
  }))
  const names = markets.map(({ market }) => market)
  const demanded = markets.flatMap(({ side }, k) => (side === undefined ? [] : [{ k, quantity: frac('0.1') }]))
  const event = parseEvent({
    format: 'spillway/event@1',
    markets: markets.map(({ side: _, ...market }) => market),
    accounts: accounts.map(({ equity, held }, i) => ({
      account: `a${i}`,
      equity: textOf(equity),
      positions: held.map(({ k, quantity }) => ({ market: names[k], quantity: textOf(quantity) })),
    })),
    demand: demanded.map(({ k }) => ({ market: names[k], side: 'short', quantity: '0.1' })),
  } as never)
  const moves = parseMoves({ format: 'spillway/moves@1', markets: names, moves: rows.map((row) => row.map(Number)) })
  return {
    ...{
      accounts,
      demanded,
      counted: rows.map((row, index) => ({ index, row: row.map((r) => frac(r)), weight: frac('1') })),
    },
    book: movedBook(event, moves as ScenarioMoves, { exact: true }),
    reductions: accounts.flatMap(closes).map(({ closed }) => dec(textOf(closed))),
  }
}

/** Half a unit in the last place of one. */
export const UNIT = 2 ** -53

/** Σ of the magnitudes of what a loss adds up, |e| + Σ |n p r|, and of what closing may add, Σ |d| c. */
export function magnitudeOf(account: SmallBook['accounts'][number], row: readonly Fraction[]): number {
  return account.held.reduce(
    (sum, { k, quantity, price, gap, capacity, isEligible }) =>
      sum + Math.abs(num(quantity) * num(price) * num(row[k])) + (isEligible ? Math.abs(num(gap)) * num(capacity) : 0),
    Math.abs(num(account.equity)),
  )
}
