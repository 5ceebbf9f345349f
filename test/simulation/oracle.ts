import { type Fraction, frac, least, minus, order, over, plus, sign, size, times, ZERO } from '../fraction.js'
import type { PlainCrisis } from './support.js'

/** What one account is closed of, by market, of the side that is demanded: what a policy answered. */
export type Closes = (step: number) => readonly { account: string; market: string; quantity: string }[]

/** A long or a short position; an account may hold one of each in a market. */
interface Leg {
  readonly account: string
  readonly market: string
  n: Fraction
}

export interface OracleStep {
  readonly liquidated: readonly string[]
  readonly takenOver: readonly string[]
  readonly adl: readonly { market: string; side: string; quantity: Fraction; price: Fraction; excess: Fraction }[]
  readonly fund: Fraction
  readonly uncovered: Fraction
}

const ONE = frac(1)
const negative = (a: Fraction): Fraction => minus(ZERO, a)

/**
 * The model of docs/simulation.md in exact fractions and plain maps, read from the text of the book: slow, without responses, and with
 * nothing of the code that it checks.
 */
export function slowCrisis({ event, paths, venue }: PlainCrisis, closes: Closes): OracleStep[] {
  const v = venue as {
    insuranceFund: string
    maintenance: Record<string, string>
    liquidation: { impact: string; fee: string }
    feeTo: string
    adlPrice: string
    surplusTo: string
  }
  const names = event.accounts.map(({ account }) => account)
  const markets = event.markets.map(({ market }) => market)
  const mu = (market: string): Fraction => frac(v.maintenance[market] ?? v.maintenance.default)
  const legs: Leg[] = []
  const cash = new Map<string, Fraction>()
  const firstMark = new Map(event.markets.map(({ market, markPrice }) => [market, frac(markPrice)]))
  for (const { account, equity, positions } of event.accounts) {
    let rest = frac(equity)
    for (const { market, quantity } of positions) {
      legs.push({ account, market, n: frac(quantity) })
      rest = minus(rest, times(frac(quantity), firstMark.get(market)!))
    }
    cash.set(account, rest)
  }
  const legsOf = (i: string): readonly Leg[] => legs.filter(({ account }) => account === i)
  let fund = frac(v.insuranceFund)
  const impact = frac(v.liquidation.impact)
  const fee = frac(v.liquidation.fee)
  const cost = plus(impact, fee)
  return paths.paths[0].prices.slice(1).map((row, t) => {
    const p = new Map(markets.map((market, k) => [market, frac(row[k])]))
    const sumOver = (i: string, weight: (k: string) => Fraction, absolute: boolean): Fraction =>
      legsOf(i).reduce((sum, { market, n }) => {
        const value = times(n, p.get(market)!)
        return plus(sum, times(weight(market), absolute ? size(value) : value))
      }, ZERO)
    const equity = (i: string): Fraction =>
      plus(
        cash.get(i)!,
        sumOver(i, () => ONE, false),
      )
    const gross = (i: string): Fraction => sumOver(i, () => ONE, true)
    const margin = (i: string): Fraction => sumOver(i, mu, true)
    const liquidated = names.filter((i) => order(equity(i), margin(i)) < 0)
    const left = new Map(liquidated.map((i) => [i, minus(equity(i), times(cost, gross(i)))]))
    const flatten = (i: string): void => {
      for (const leg of legsOf(i)) leg.n = ZERO
    }
    const closeInMarket = (i: string): void => {
      if (v.feeTo === 'fund') fund = plus(fund, times(fee, gross(i)))
      cash.set(i, left.get(i)!)
      flatten(i)
    }
    const worse = liquidated.filter((i) => sign(left.get(i)!) < 0)
    worse.sort((a, b) => order(left.get(b)!, left.get(a)!) || names.indexOf(a) - names.indexOf(b))
    for (const i of liquidated) if (!worse.includes(i)) closeInMarket(i)
    while (worse.length > 0) {
      const [i] = worse
      const income = v.feeTo === 'fund' ? times(fee, gross(i)) : ZERO
      if (sign(plus(plus(fund, income), left.get(i)!)) < 0) break
      closeInMarket(i)
      fund = plus(fund, left.get(i)!)
      cash.set(i, ZERO)
      worse.shift()
    }
    const takenOver = names.filter((i) => worse.includes(i))
    /** Bankruptcy prices, by leg. */
    const own = new Map<Leg, Fraction>()
    for (const i of takenOver) {
      const isMargined = sign(margin(i)) > 0
      const base = isMargined ? margin(i) : gross(i)
      for (const leg of legsOf(i)) {
        if (sign(leg.n) === 0) continue
        const weight = isMargined ? mu(leg.market) : ONE
        const part = over(times(weight, equity(i)), base)
        own.set(leg, times(p.get(leg.market)!, minus(ONE, times(frac(sign(leg.n)), part))))
      }
    }
    const answer = closes(t + 1)
    const adl: OracleStep['adl'][number][] = []
    const price = new Map<string, Fraction>()
    for (const k of markets) {
      const here = legs.filter(({ market }) => market === k)
      const theirs = here.filter(({ account }) => takenOver.includes(account))
      const net = theirs.reduce((sum, { n }) => plus(sum, n), ZERO)
      const side = sign(net)
      const members = theirs.filter(({ n }) => side !== 0 && sign(n) === side)
      const weight = members.reduce((sum, { n }) => plus(sum, size(n)), ZERO)
      const mean = members.reduce((sum, leg) => plus(sum, times(size(leg.n), own.get(leg)!)), ZERO)
      price.set(k, v.adlPrice === 'mark' || side === 0 ? p.get(k)! : twelveDigits(over(mean, weight), p.get(k)!))
      const room = here
        .filter(({ account, n }) => !liquidated.includes(account) && sign(n) === -side)
        .reduce((sum, { n }) => plus(sum, size(n)), ZERO)
      const quantity = side === 0 ? ZERO : least(size(net), room)
      const excess = minus(size(net), quantity)
      if (side === 0) continue
      adl.push({ market: k, side: side > 0 ? 'short' : 'long', quantity, price: price.get(k)!, excess })
      // What the market takes costs the members, by contracts, the difference to the ADL price.
      const perContract = minus(times(frac(side), minus(p.get(k)!, price.get(k)!)), times(cost, p.get(k)!))
      for (const { account, n } of members) {
        const share = over(times(excess, size(n)), weight)
        cash.set(account, plus(cash.get(account)!, times(share, perContract)))
      }
      if (v.feeTo === 'fund') fund = plus(fund, times(fee, times(excess, p.get(k)!)))
    }
    for (const i of takenOver) {
      for (const { market, n } of legsOf(i)) cash.set(i, plus(cash.get(i)!, times(n, price.get(market)!)))
      flatten(i)
    }
    for (const { account, market, quantity } of answer) {
      const demanded = adl.find((one) => one.market === market)!.side === 'long' ? 1 : -1
      const leg = legsOf(account).find((one) => one.market === market && sign(one.n) === demanded)!
      const closed = times(frac(demanded), frac(quantity))
      leg.n = minus(leg.n, closed)
      cash.set(account, plus(cash.get(account)!, times(closed, price.get(market)!)))
    }
    let uncovered = ZERO
    for (const i of takenOver) {
      if (v.surplusTo !== 'fund' || sign(cash.get(i)!) <= 0) continue
      fund = plus(fund, cash.get(i)!)
      cash.set(i, ZERO)
    }
    for (const i of takenOver) {
      if (sign(cash.get(i)!) >= 0) continue
      const paid = least(fund, negative(cash.get(i)!))
      fund = minus(fund, paid)
      uncovered = minus(uncovered, plus(cash.get(i)!, paid))
      cash.set(i, ZERO)
    }
    return { liquidated, takenOver, adl, fund, uncovered }
  })
}

/** Nearest of twelve significant digits, halves away from zero, at least one unit of the mark's twelfth. */
function twelveDigits(value: Fraction, mark: Fraction): Fraction {
  const unit = (of: Fraction): Fraction => {
    let exponent = 0
    while (order(size(of), frac(`1e${exponent + 1}`)) >= 0) exponent++
    while (order(size(of), frac(`1e${exponent}`)) < 0) exponent--
    return frac(`1e${exponent - 11}`)
  }
  const floor = unit(mark)
  if (order(value, floor) < 0) return floor
  const { n, d } = over(value, unit(value))
  const whole = n / d
  const rounded = 2n * (n - whole * d) >= d ? whole + 1n : whole
  return times({ n: rounded, d: 1n }, unit(value))
}
