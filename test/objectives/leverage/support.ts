import {
  minMaxLeverage,
  parseAllocation,
  parseEvent,
  type Reduction,
  type Solution,
  solve,
  squaredLeverage,
  type Verdict,
  type VerifyOptions,
  verify,
} from 'spillway'
import type { PlainEvent, randomFrom } from '../../books.js'
import { type Fraction, frac, least, minus, num, order, plus, sign, times, total, ZERO } from '../../fraction.js'
import type { EventText, Problem, ReductionText } from './oracle.js'

export const objectives = { 'min-max-leverage': minMaxLeverage, 'squared-leverage': squaredLeverage } as const
export type ObjectiveName = keyof typeof objectives
export const names = Object.keys(objectives) as ObjectiveName[]

type Random = ReturnType<typeof randomFrom>

/** An event of one line per account: `equity`, then what it holds as [market, quantity]. */
export function eventOf(
  markets: readonly (readonly [market: string, markPrice: string, adlPrice?: string])[],
  accounts: Readonly<
    Record<string, readonly [equity: string, ...held: (readonly [market: string, quantity: string])[]]>
  >,
  demand: readonly (readonly [market: string, side: 'long' | 'short', quantity: string])[],
): EventText {
  return {
    format: 'spillway/event@1',
    markets: markets.map(([market, markPrice, adlPrice]) => ({ market, markPrice, ...(adlPrice && { adlPrice }) })),
    accounts: Object.entries(accounts).map(([account, [equity, ...held]]) => ({
      account,
      equity,
      positions: held.map(([market, quantity]) => ({ market, quantity })),
    })),
    demand: demand.map(([market, side, quantity]) => ({ market, side, quantity })),
  }
}

export function solved(event: unknown, name: ObjectiveName = 'min-max-leverage', options = {}): Promise<Solution> {
  return solve(parseEvent(event), objectives[name](), options)
}

export function judged(
  event: unknown,
  reductions: readonly ReductionText[],
  name: ObjectiveName = 'min-max-leverage',
  options: VerifyOptions = {},
): Promise<Verdict> {
  const allocation = parseAllocation({ format: 'spillway/allocation@1', reductions })
  return verify(parseEvent(event), allocation, objectives[name](), options)
}

export const isPair =
  (account: string, market: string) =>
  (r: ReductionText): boolean =>
    r.account === account && r.market === market

/** Contracts closed by account and market, as fractions; nothing where nothing is listed. */
export function closedOf(reductions: readonly Reduction[], account: string, market: string): Fraction {
  return frac(reductions.find(isPair(account, market))?.quantity ?? '0')
}

/** A decimal of a fraction whose denominator is a power of ten, exactly. */
export function text({ n, d }: Fraction): string {
  let places = 0
  let [digits, rest] = [n, d]
  while (rest !== 1n) {
    digits *= 10n
    places++
    const [a, b] = [digits, rest]
    if (a % b === 0n) [digits, rest] = [a / b, 1n]
    else if (places > 400) throw new Error(`${n}/${d} is not a decimal`)
  }
  const body = String(digits < 0n ? -digits : digits).padStart(places + 1, '0')
  const point = body.length - places
  return `${digits < 0n ? '-' : ''}${body.slice(0, point)}${places > 0 ? `.${body.slice(point)}` : ''}`
}

/**
 * A random feasible allocation, exact: the insolvent give what they must, the others in random order up to random
 * shares of what they hold, and the rest of the demand where there is room.
 */
export function randomAllocation(problem: Problem, random: Random, alsoInsolvent = false): ReductionText[] {
  return problem.markets.flatMap(({ market, quantity }) => {
    const owners = problem.owners.filter((o) => o.capacity.has(market))
    const give = new Map<string, Fraction>()
    let wanted = quantity
    const take = (account: string, most: Fraction): void => {
      const taken = least(wanted, most)
      give.set(account, plus(give.get(account) ?? ZERO, taken))
      wanted = minus(wanted, taken)
    }
    if (!alsoInsolvent) for (const o of owners) if (!o.isSolvent) take(o.account, o.capacity.get(market)!)
    const others = alsoInsolvent ? owners : owners.filter((o) => o.isSolvent)
    const shuffled = others.map((o) => ({ o, key: random.unit() })).sort((a, b) => a.key - b.key)
    for (const { o } of shuffled) {
      const share = frac(random.pick([0, 0.25, 0.5, 0.75, 1]))
      take(o.account, times(share, o.capacity.get(market)!))
    }
    for (const { o } of shuffled) take(o.account, minus(o.capacity.get(market)!, give.get(o.account) ?? ZERO))
    if (sign(wanted) !== 0) throw new Error('more is demanded than there is')
    return [...give].filter(([, x]) => sign(x) > 0).map(([account, x]) => ({ account, market, quantity: text(x) }))
  })
}

/** Checks the promises about reductions: bounds, sides, exact sums, and what a solution lists. */
export function faultOf(event: EventText | PlainEvent, reductions: readonly Reduction[]): string | undefined {
  const demand = new Map(event.demand.map((d) => [d.market, d]))
  const sums = new Map<string, Fraction[]>()
  const seen = new Set<string>()
  for (const { account, market, quantity } of reductions) {
    const key = JSON.stringify([account, market])
    if (seen.has(key)) return `${key} twice`
    seen.add(key)
    const held = event.accounts.find((a) => a.account === account)?.positions.find((p) => p.market === market)
    const asked = demand.get(market)
    if (held === undefined || asked === undefined) return `${key} holds nothing demanded`
    const mine = times(frac(held.quantity), frac(asked.side === 'long' ? 1 : -1))
    if (sign(frac(quantity)) <= 0) return `${key} closes ${quantity}`
    if (order(frac(quantity), mine) > 0) return `${key} closes ${quantity} of ${held.quantity}`
    sums.set(market, [...(sums.get(market) ?? []), frac(quantity)])
  }
  for (const { market, quantity } of event.demand) {
    const sum = total(sums.get(market) ?? [])
    if (order(sum, frac(quantity)) !== 0) return `${market} closes ${num(sum)}, demand ${quantity}`
  }
  return undefined
}

/** An event with its numbers changed: prices and equity times `money`, quantities times and prices over `contracts`. */
export function rescaled(event: PlainEvent, money: string, contracts: string): PlainEvent {
  const [m, c] = [frac(money), frac(contracts)]
  const inverse: Fraction = { n: c.d, d: c.n }
  const price = (p: string): string => text(times(times(frac(p), m), inverse))
  const count = (q: string): string => text(times(frac(q), c))
  return {
    format: event.format,
    markets: event.markets.map(({ market, markPrice, adlPrice }) => ({
      market,
      markPrice: price(markPrice),
      ...(adlPrice !== undefined && { adlPrice: price(adlPrice) }),
    })),
    accounts: event.accounts.map(({ account, equity, positions }) => ({
      account,
      equity: text(times(frac(equity), m)),
      positions: positions.map(({ market, quantity }) => ({ market, quantity: count(quantity) })),
    })),
    demand: event.demand.map((d) => ({ ...d, quantity: count(d.quantity) })),
  }
}
