import {
  add,
  type Decimal,
  multiply,
  negate,
  signOf,
  smallerOf,
  subtract,
  toText,
  zero,
} from '../../src/numeric/index.js'
import type { DecisionSpace } from '../book/decision-space.js'
import { exactHolding } from '../book/exact-amounts.js'
import type { Reductions } from '../objectives/index.js'
import { type Profile, profileOf } from '../proof/leverage/profile.js'
import { answeredOwners, beyondOptimum, type Reference } from './per-account.js'

/** What an allocation does to every account that it concerns, as a table; definitions: docs/production.md. */
export interface AccountTable {
  readonly header: readonly string[]
  /** Amounts are exact decimals; an empty cell is unknown, and a leverage of ∞. */
  readonly rows: () => Iterable<readonly (string | number | undefined)[]>
}

const ACCOUNT_COLUMNS = [
  'account',
  'equityBefore',
  'equityAfter',
  'equityOptimal',
  'leverageBefore',
  'leverageAfter',
  'leverageOptimal',
  'conceded',
  'profitRealised',
  'money',
] as const
const MARKET_COLUMNS = [
  'contractsBefore',
  'reduction',
  'contractsAfter',
  'contractsOptimal',
  'overReduced',
  'underReduced',
] as const

/**
 * A row per account that is reduced, or left with another exposure than in the optimum; six columns per demanded
 * market, `reduction:BTC` and so on. Columns of contracts and money add up exactly: Σ_i x_ik = Q_k.
 */
export function accountTable(space: DecisionSpace, reductions: Reductions, reference?: Reference): AccountTable {
  const names = space.markets.map(({ market }) => market.market)
  const ofMarkets = names.flatMap((market) => MARKET_COLUMNS.map((column) => `${column}:${market}`))
  return { header: [...ACCOUNT_COLUMNS, ...ofMarkets], rows: () => accountRows(space, reductions, reference) }
}

function* accountRows(space: DecisionSpace, reductions: Reductions, reference: Reference | undefined) {
  const { owners, gaps } = answeredOwners(space, reductions, reference)
  const [before, after] = [profileOf(space), profileOf(space, reductions)]
  const optimal = reference && profileOf(space, reference.reductions)
  for (const owner of owners) {
    const sums = sumsOf(space, reductions, reference, owner)
    yield [
      space.event.accounts.names[space.owners[owner]],
      toText(before.equity(owner)),
      toText(after.equity(owner)),
      optimal && toText(optimal.equity(owner)),
      finite(before, owner),
      finite(after, owner),
      optimal && finite(optimal, owner),
      toText(sums.conceded),
      sums.profit && toText(sums.profit),
      sums.money && toText(sums.money),
      ...marketCells(space, reductions, reference, owner, gaps?.[owner] ?? 0),
    ]
  }
}

const finite = ({ leverage }: Profile, owner: number): number | undefined =>
  Number.isFinite(leverage[owner]) ? leverage[owner] : undefined

function sumsOf(space: DecisionSpace, reductions: Reductions, reference: Reference | undefined, owner: number) {
  const { entryPrice } = space.event.positions
  let conceded = zero
  let profit: Decimal | undefined = zero
  let money = reference && zero
  for (let pair = space.starts[owner]; pair < space.starts[owner + 1]; pair++) {
    const { side, price, concession } = space.markets[space.pairMarket[pair]]
    const closed = reductions[pair]
    if (money && reference) money = add(money, multiply(price, subtract(closed, reference.reductions[pair])))
    if (signOf(closed) === 0) continue
    conceded = add(conceded, multiply(closed, concession))
    const position = space.pairPosition[pair]
    const isKnown = entryPrice !== undefined && !Number.isNaN(entryPrice.values[position])
    const gain = isKnown ? multiply(closed, subtract(price, entryPrice.exact(position))) : undefined
    profit = profit && gain && add(profit, side > 0 ? gain : negate(gain))
  }
  return { conceded, profit, money }
}

/** By demanded market; empty where the account holds nothing of it on the demanded side. */
function marketCells(
  space: DecisionSpace,
  reductions: Reductions,
  reference: Reference | undefined,
  owner: number,
  gap: number,
): (string | undefined)[] {
  const cells: (string | undefined)[] = new Array(space.markets.length * MARKET_COLUMNS.length).fill(undefined)
  for (let pair = space.starts[owner]; pair < space.starts[owner + 1]; pair++) {
    const k = space.pairMarket[pair]
    const held = exactHolding(space, pair)
    const beyond = reference && gap !== 0 ? beyondOptimum(space, reductions, reference, pair, gap) : undefined
    const left = (closed: Decimal): string => signed(space, k, subtract(held, smallerOf(closed, held)))
    const own = [
      signed(space, k, held),
      toText(reductions[pair]),
      left(reductions[pair]),
      reference && left(reference.reductions[pair]),
      gap < 0 && beyond ? toText(beyond) : undefined,
      gap > 0 && beyond ? toText(beyond) : undefined,
    ]
    own.forEach((cell, c) => {
      cells[k * MARKET_COLUMNS.length + c] = cell
    })
  }
  return cells
}

/** A position with the sign that the venue gives it: inverse markets are turned over in a book to compute with. */
function signed({ markets }: DecisionSpace, k: number, size: Decimal): string {
  const { side, market } = markets[k]
  const isLong = side > 0 !== (market.inverse === true)
  return toText(isLong ? size : negate(size))
}
