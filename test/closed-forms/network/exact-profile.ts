import type { GivenSupply } from '#src/closed-forms/index.js'
import { type Fraction, frac, least, minus, order, over, plus, times, total, ZERO } from '../../fraction.js'

/** A double as the fraction it is, binary digits and all. */
export function exactly(value: number): Fraction {
  let scale = 0
  let scaled = value
  while (!Number.isSafeInteger(scaled)) {
    scaled *= 2
    scale++
  }
  return over(frac(String(BigInt(scaled))), { n: 2n ** BigInt(scale), d: 1n })
}

/** A network in fractions; supplies beyond the capacity of a market, which rounding can make them, are cut to it. */
export function inFractions({ column, market, capacity, weight, start, supply }: GivenSupply) {
  const u = Array.from(weight, () => Array.from(supply, () => ZERO))
  capacity.forEach((value, p) => {
    u[column[p]][market[p]] = exactly(value)
  })
  const all = Array.from(supply, (s, k) => least(exactly(s), total(u.map((row) => row[k]))))
  return { u, a: Array.from(start, exactly), w: Array.from(weight, exactly), s: all }
}

export type ExactNetwork = ReturnType<typeof inFractions>

/** ρ(A) = Σ_k min(s_k, Σ_A u_ik). */
export function groupMost({ u, s }: ExactNetwork, group: readonly number[]): Fraction {
  return total(s.map((supply, k) => least(supply, total(group.map((i) => u[i][k])))))
}

/**
 * The fair levels by their definition, over all groups: the highest level is the largest (a(A) − ρ(A))/w(A); the largest such
 * group stands there. Take it out, count what others can still get, and go on.
 */
export function fairLevels(network: ExactNetwork): Fraction[] {
  const { a, w } = network
  const level: Fraction[] = []
  let done: number[] = []
  while (done.length < a.length) {
    const rest = [...a.keys()].filter((i) => !done.includes(i))
    const before = groupMost(network, done)
    let best: { group: number[]; at: Fraction } | undefined
    for (let mask = 1; mask < 2 ** rest.length; mask++) {
      const group = rest.filter((_, t) => (mask >> t) & 1)
      const gets = minus(groupMost(network, [...done, ...group]), before)
      const at = over(minus(total(group.map((i) => a[i])), gets), total(group.map((i) => w[i])))
      const sign = best === undefined ? 1 : order(at, best.at)
      if (best === undefined || sign > 0 || (sign === 0 && group.length > best.group.length)) best = { group, at }
    }
    for (const i of best!.group) level[i] = best!.at
    done = [...done, ...best!.group]
  }
  return level
}

/** What a flow leaves: z_i, and what each market has sent. */
export function profileOf({ column, market }: GivenSupply, network: ExactNetwork, flow: Float64Array) {
  const left = network.a.slice()
  const sent = network.s.map(() => ZERO)
  flow.forEach((value, p) => {
    left[column[p]] = minus(left[column[p]], exactly(value))
    sent[market[p]] = plus(sent[market[p]], exactly(value))
  })
  return { left, sent, level: left.map((z, i) => over(z, network.w[i])) }
}

/** Least Σ (−w_i − F z_i)⁺ over all flows, for one move F: the best of what all groups prove, which is attained. */
export function leastShortfall(network: ExactNetwork, move: Fraction): Fraction {
  const { a, w, s } = network
  let best = ZERO
  for (let mask = 1; mask < 2 ** a.length; mask++) {
    const group = [...a.keys()].filter((i) => (mask >> i) & 1)
    const others = [...a.keys()].filter((i) => !((mask >> i) & 1))
    const gets = move.n > 0n ? minus(total(s), groupMost(network, others)) : groupMost(network, group)
    const lacks = minus(times(move, minus(gets, total(group.map((i) => a[i])))), total(group.map((i) => w[i])))
    if (order(lacks, best) > 0) best = lacks
  }
  return best
}
