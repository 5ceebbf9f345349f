import { SpillwayError } from '../../src/errors.js'
import {
  absolute,
  add,
  compare,
  type Decimal,
  multiply,
  negate,
  roundedQuotient,
  signOf,
  smallerOf,
  subtract,
  toText,
  zero,
} from '../../src/numeric/index.js'
import { spaceWithEvent } from '../book/decision-space.js'
import type { HandedEvent } from './hand-over.js'
import type { Ledger } from './ledger.js'
import { closePositions } from './liquidate.js'
import { positionsOf, type TakenMarket } from './take-over.js'

/** What the fund paid for accounts taken over, and what nobody paid. */
export interface CloseOut {
  readonly drawn: Decimal
  readonly uncovered: Decimal
}

/** One reduction by an ADL. */
export interface Fill {
  readonly account: number
  readonly market: number
  /** σ: +1 closes a long. */
  readonly side: 1 | -1
  readonly quantity: Decimal
  /** a_k. */
  readonly price: Decimal
}

/** What an ADL closed. */
export interface Closed {
  /** Accounts that it reduced, each once. */
  readonly touched: readonly number[]
  /** Accounts that lost everything they held of what was demanded. */
  readonly closed: readonly number[]
  /** Position by position; empty where nobody asked for it. */
  readonly fills: readonly Fill[]
}

/**
 * Applies what a policy closes: n_ik − σ x, and cash for it at the ADL price. A policy of the registry meets each demand within the
 * positions; one of somebody's own may not, and the ledger is of no use then.
 *
 * @throws SpillwayError `policy-answer`
 */
export function applyReductions(
  ledger: Ledger,
  { event, rows }: HandedEvent,
  reductions: readonly Decimal[],
  { policy, isBrief = false }: { readonly policy: string; readonly isBrief?: boolean },
): Closed {
  const space = spaceWithEvent(event)
  const { markets, owners, starts, pairMarket, pairPosition } = space
  if (reductions.length !== space.capacity.length) {
    throw badAnswer(policy, 'gave a wrong number of amounts', reductions.length)
  }
  const { holder } = ledger.crisis
  const { contracts: given } = ledger.clearing
  const before = markets.map(({ index }) => given[index].value)
  const fills: Fill[] = []
  const touched: number[] = []
  const closed: number[] = []
  for (let owner = 0; owner < owners.length; owner++) {
    let account = -1
    let gained = zero
    for (let pair = starts[owner]; pair < starts[owner + 1]; pair++) {
      const quantity = reductions[pair]
      const sign = signOf(quantity)
      if (sign === 0) continue
      const { side, market } = markets[pairMarket[pair]]
      if (sign < 0) throw badAnswer(policy, 'closes what is not there', toText(quantity))
      const position = rows[pairPosition[pair]]
      const paid = multiply(quantity, market.adlPrice)
      ledger.reduce(position, side, quantity)
      if (side < 0) gained = subtract(gained, paid)
      else gained = account < 0 ? paid : add(gained, paid)
      account = holder[position]
    }
    if (account < 0) continue
    ledger.credit(account, gained)
    touched.push(account)
    let isWhole = true
    for (let pair = starts[owner]; pair < starts[owner + 1]; pair++) {
      const { side, index, market } = markets[pairMarket[pair]]
      const left = ledger.quantityValues[rows[pairPosition[pair]]]
      if (side * left < 0) throw badAnswer(policy, 'closes what is not there', toText(reductions[pair]))
      if (left !== 0) isWhole = false
      if (isBrief || signOf(reductions[pair]) === 0) continue
      fills.push({ account, market: index, side, quantity: reductions[pair], price: market.adlPrice })
    }
    if (isWhole) closed.push(account)
  }
  markets.forEach(({ quantity, side, index, market: { market } }, k) => {
    const change = subtract(given[index].value, before[k])
    const sum = side > 0 ? change : negate(change)
    if (compare(sum, quantity) !== 0) throw badAnswer(policy, `misses the demand of ${market}`, toText(sum))
  })
  return { touched, closed, fills }
}

const badAnswer = (policy: string, problem: string, value: unknown): SpillwayError =>
  new SpillwayError({
    code: 'policy-answer',
    path: `policy ${policy}`,
    problem: `the policy ${problem}`,
    value,
    cure: 'Return one reduction per eligible position, from 0 to what it holds, in all exactly the demand.',
  })

/**
 * Closes the accounts that were taken over, at the prices of the step; what the other side does not hold goes to the
 * market, at their cost. Then the fund pays the debts that are left, by rising size, as far as it reaches; what is left
 * of a debt is uncovered, and its account leaves with nothing.
 */
export function closeOut(
  ledger: Ledger,
  prices: readonly Decimal[],
  takenOver: readonly number[],
  taken: readonly TakenMarket[],
): CloseOut {
  for (const market of taken) {
    if (signOf(market.excess) > 0) sellExcess(ledger, prices[market.market], takenOver, market)
  }
  const priceOf = new Map(taken.map(({ market, price }) => [market, price]))
  for (const i of takenOver) closePositions(ledger, i, (k) => priceOf.get(k)!, 'clearing')
  if (ledger.crisis.venue.surplusTo === 'fund') {
    for (const i of takenOver) if (signOf(ledger.cash.exact(i)) > 0) ledger.pay(i, 'fund', ledger.cash.exact(i))
  }
  let drawn = zero
  let uncovered = zero
  const debtors = takenOver.filter((i) => signOf(ledger.cash.exact(i)) < 0)
  debtors.sort((i, j) => compare(ledger.cash.exact(j), ledger.cash.exact(i)) || i - j)
  for (const i of debtors) {
    const paid = smallerOf(ledger.debt(i), ledger.money.fund)
    ledger.pay(i, 'fund', negate(paid))
    drawn = add(drawn, paid)
    if (signOf(ledger.cash.exact(i)) === 0) continue
    uncovered = add(uncovered, ledger.debt(i))
    ledger.writeOff(i)
  }
  return { drawn, uncovered }
}

/** Digits to which shares of a market's cost are rounded; the last account takes what rounding leaves. */
const SHARE_DIGITS = 20

/**
 * The venue has taken the excess at the ADL price and closes it at the mark less impact and fee. What it gains or loses
 * by that falls on the accounts of the net side, in proportion to their contracts.
 */
function sellExcess(ledger: Ledger, mark: Decimal, takenOver: readonly number[], taken: TakenMarket): void {
  const { impact, fee, feeTo } = ledger.crisis.venue
  const { market, net, price, excess } = taken
  const side = signOf(net)
  const signed = side > 0 ? excess : negate(excess)
  const notional = multiply(excess, mark)
  const impactCost = multiply(impact, notional)
  const feeCost = multiply(fee, notional)
  // Clearing gets the proceeds of a sale, or pays for what it buys back.
  ledger.transfer('outside', 'clearing', subtract(multiply(signed, mark), impactCost))
  ledger.transfer('clearing', feeTo, feeCost)
  ledger.clearing.contracts[market].subtract(signed)
  ledger.outside[market] = add(ledger.outside[market], signed)
  const { book, holder } = ledger.crisis
  const members = positionsOf(ledger, takenOver).filter(
    (j) => book.positions.market[j] === market && signOf(ledger.quantity.exact(j)) === side,
  )
  const held = members.reduce((sum, j) => add(sum, absolute(ledger.quantity.exact(j))), zero)
  let rest = subtract(multiply(signed, subtract(mark, price)), add(impactCost, feeCost))
  const total = rest
  members.forEach((j, m) => {
    const product = multiply(total, absolute(ledger.quantity.exact(j)))
    const share = m === members.length - 1 ? rest : roundedQuotient(product, held, SHARE_DIGITS, 'down')
    ledger.pay(holder[j], 'clearing', negate(share))
    rest = subtract(rest, share)
  })
}
