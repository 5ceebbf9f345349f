import type { WaterFillInput } from '#src/closed-forms/index.js'
import { digitsOf, exact, toNumber } from './exact.js'

interface Fraction {
  readonly over: bigint
  readonly under: bigint
}

const order = (a: Fraction, b: Fraction): number => {
  const difference = a.over * b.under - b.over * a.under
  return difference > 0n ? 1 : difference < 0n ? -1 : 0
}

/**
 * The levels at which exactly s is removed, [lowest, highest], by sorting all breakpoints and walking down from the
 * highest, in exact rationals, all over one power of two. Between neighbours removed(λ) = Σ gives − λ Σ w over the columns being cut.
 */
export function slowLevels({ amount, weight, fixed, removed }: WaterFillInput): [number, number] {
  const digits = digitsOf(amount, weight, fixed ?? [], [removed])
  const target = exact(removed, digits)
  const events: { at: Fraction; gives: bigint; cuts: bigint }[] = []
  for (let i = 0; i < amount.length; i++) {
    const w = exact(weight[i], digits)
    const o = exact(fixed?.[i] ?? 0, digits)
    const u = exact(amount[i], digits)
    events.push(
      { at: { over: o + u, under: w }, gives: o + u, cuts: w },
      { at: { over: o, under: w }, gives: -o, cuts: -w },
    )
  }
  events.sort((a, b) => order(b.at, a.at))
  let gives = 0n
  let cuts = 0n
  let highest: number | undefined
  for (const { at, gives: more, cuts: wider } of events) {
    const over = (gives - target) * at.under - cuts * at.over
    if (over === 0n) highest ??= toNumber(at.over, at.under)
    if (over > 0n) {
      const root = toNumber(gives - target, cuts)
      return [root, highest ?? root]
    }
    gives += more
    cuts += wider
  }
  return [0, highest ?? 0]
}
