import { type Fraction, frac, minus, num, plus, sign, size, times, ZERO } from '../../fraction.js'
import type { EventText, ReductionText } from '../../objectives/leverage/oracle.js'

/** The measures of docs/compare.md, straight from the text of an event, with nothing shared with what is tested. */
export function smallMeasures(event: EventText, reductions: readonly ReductionText[]) {
  const market = new Map(event.markets.map((m) => [m.market, m]))
  const side = new Map(
    event.demand.filter((d) => sign(frac(d.quantity)) > 0).map((d) => [d.market, d.side === 'long' ? 1 : -1]),
  )
  const holds = (name: string, quantity: string | number): boolean =>
    sign(frac(quantity)) === (side.get(name) ?? 0) && side.has(name)
  const eligible = event.accounts.filter((a) => a.positions.some((p) => holds(p.market, p.quantity)))
  const burdens: Fraction[] = []
  let [touched, closed, haircut, profit, known] = [0, 0, 0, 0, 0]
  for (const account of eligible) {
    let [mine, given] = [ZERO, ZERO]
    let [isTouched, isWhole] = [false, true]
    for (const position of account.positions) {
      if (!holds(position.market, position.quantity)) continue
      const { markPrice, adlPrice } = market.get(position.market)!
      const x = frac(
        reductions.find((r) => r.account === account.account && r.market === position.market)?.quantity ?? '0',
      )
      const sigma = frac(side.get(position.market)!)
      if (sign(x) > 0) isTouched = true
      if (sign(minus(size(frac(position.quantity)), x)) > 0) isWhole = false
      const notional = times(frac(markPrice), x)
      mine = plus(mine, notional)
      given = plus(given, times(times(sigma, minus(frac(markPrice), frac(adlPrice ?? markPrice))), x))
      const entry = (position as { entryPrice?: string }).entryPrice
      if (entry === undefined) continue
      profit += num(times(times(sigma, minus(frac(markPrice), frac(entry))), x))
      known += num(notional)
    }
    burdens.push(mine)
    if (isTouched) touched++
    if (isTouched && isWhole) closed++
    if (sign(given) > 0)
      haircut = Math.max(haircut, sign(frac(account.equity)) > 0 ? num(given) / num(frac(account.equity)) : Infinity)
  }
  const h = burdens.map(num)
  const all = h.reduce((a, b) => a + b, 0)
  let differences = 0
  for (const a of h) for (const b of h) differences += Math.abs(a - b)
  const most = [...h].sort((a, b) => b - a).slice(0, 10)
  return {
    touched,
    closed,
    gini: differences / (2 * h.length * all),
    topTenShare: most.reduce((a, b) => a + b, 0) / all,
    maxHaircut: Number.isFinite(haircut) ? haircut : null,
    profitRealised: known > 0 ? profit : null,
    profitKnown: known / all,
  }
}
