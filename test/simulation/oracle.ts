import { type Fraction, frac, least, minus, order, over, plus, sign, size, times, ZERO } from '../models/fraction.js'
import type { PlainCrisis } from './support.js'

/** What one account is closed of, by market: what a policy answered. */
export type Closes = (step: number) => readonly { account: string; market: string; quantity: string }[]

export interface OracleStep {
  readonly liquidated: readonly string[]
  readonly takenOver: readonly string[]
  readonly adl: readonly { market: string; side: string; quantity: Fraction; price: Fraction; excess: Fraction }[]
  readonly fund: Fraction
  readonly uncovered: Fraction
  readonly cash: ReadonlyMap<string, Fraction>
  readonly held: ReadonlyMap<string, Fraction>
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
  const held = new Map<string, Fraction>()
  const cash = new Map<string, Fraction>()
  const firstMark = new Map(event.markets.map(({ market, markPrice }) => [market, frac(markPrice)]))
  for (const { account, equity, positions } of event.accounts) {
    let rest = frac(equity)
    for (const { market, quantity } of positions) {
      held.set(`${account} ${market}`, frac(quantity))
      rest = minus(rest, times(frac(quantity), firstMark.get(market)!))
    }
    cash.set(account, rest)
  }
  const n = (i: string, k: string): Fraction => held.get(`${i} ${k}`) ?? ZERO
  let fund = frac(v.insuranceFund)
  const impact = frac(v.liquidation.impact)
  const fee = frac(v.liquidation.fee)
  const cost = plus(impact, fee)
  return paths.paths[0].prices.slice(1).map((row, t) => {
    const p = new Map(markets.map((market, k) => [market, frac(row[k])]))
    const sumOver = (i: string, weight: (k: string) => Fraction, absolute: boolean): Fraction =>
      markets.reduce((sum, k) => {
        const value = times(n(i, k), p.get(k)!)
        return plus(sum, times(weight(k), absolute ? size(value) : value))
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
      for (const k of markets) held.set(`${i} ${k}`, ZERO)
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
    const own = new Map<string, Fraction>()
    for (const i of takenOver) {
      const isMargined = sign(margin(i)) > 0
      const base = isMargined ? margin(i) : gross(i)
      for (const k of markets) {
        if (sign(n(i, k)) === 0) continue
        const weight = isMargined ? mu(k) : ONE
        const part = over(times(weight, equity(i)), base)
        own.set(`${i} ${k}`, times(p.get(k)!, minus(ONE, times(frac(sign(n(i, k))), part))))
      }
    }
    const answer = closes(t + 1)
    const adl: OracleStep['adl'][number][] = []
    const price = new Map<string, Fraction>()
    for (const k of markets) {
      const net = takenOver.reduce((sum, i) => plus(sum, n(i, k)), ZERO)
      const side = sign(net)
      const members = takenOver.filter((i) => side !== 0 && sign(n(i, k)) === side)
      const weight = members.reduce((sum, i) => plus(sum, size(n(i, k))), ZERO)
      const mean = members.reduce((sum, i) => plus(sum, times(size(n(i, k)), own.get(`${i} ${k}`)!)), ZERO)
      price.set(k, v.adlPrice === 'mark' || side === 0 ? p.get(k)! : twelveDigits(over(mean, weight), p.get(k)!))
      const room = names
        .filter((i) => !liquidated.includes(i) && sign(n(i, k)) === -side)
        .reduce((sum, i) => plus(sum, size(n(i, k))), ZERO)
      const quantity = side === 0 ? ZERO : least(size(net), room)
      const excess = minus(size(net), quantity)
      if (side === 0) continue
      adl.push({ market: k, side: side > 0 ? 'short' : 'long', quantity, price: price.get(k)!, excess })
      // What the market takes costs the members, by contracts, the difference to the ADL price.
      const perContract = minus(times(frac(side), minus(p.get(k)!, price.get(k)!)), times(cost, p.get(k)!))
      for (const i of members) {
        const share = over(times(excess, size(n(i, k))), weight)
        cash.set(i, plus(cash.get(i)!, times(share, perContract)))
      }
      if (v.feeTo === 'fund') fund = plus(fund, times(fee, times(excess, p.get(k)!)))
    }
    for (const i of takenOver) {
      for (const k of markets) cash.set(i, plus(cash.get(i)!, times(n(i, k), price.get(k)!)))
      flatten(i)
    }
    for (const { account, market, quantity } of answer) {
      const before = n(account, market)
      const closed = times(frac(sign(before)), frac(quantity))
      held.set(`${account} ${market}`, minus(before, closed))
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
    return { liquidated, takenOver, adl, fund, uncovered, cash: new Map(cash), held: new Map(held) }
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
