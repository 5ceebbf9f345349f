import type { LinearProof } from '#src/certificates/index.js'
import { type Decimal, toText } from '#src/numeric/index.js'
import { fracOfRatio } from '../certificates/decimals.js'
import { type Fraction, frac, minus, order, over, plus, sign, times, ZERO } from '../fraction.js'

/** Derivations followed in fractions of the tests' own: every combination, every case, and that the last step is the bound. */

/** A constraint: terms, sense, side, and the assumptions that it rests on. */
interface Constraint {
  readonly terms: ReadonlyMap<number, Fraction>
  readonly sense: 'G' | 'E' | 'L'
  readonly side: Fraction
  readonly under: ReadonlySet<number>
}
type Terms = Iterable<readonly [number, Fraction]>

export const value = (decimal: Decimal): Fraction => frac(toText(decimal))
const read = (terms: Iterable<readonly [number, Decimal]>): Map<number, Fraction> =>
  sumOf(Array.from(terms, ([j, a]) => [j, value(a)] as const))
function sumOf(terms: Terms): Map<number, Fraction> {
  const sum = new Map<number, Fraction>()
  for (const [j, a] of terms) {
    const next = plus(sum.get(j) ?? ZERO, a)
    if (sign(next) === 0) sum.delete(j)
    else sum.set(j, next)
  }
  return sum
}
const isSame = (a: ReadonlyMap<number, Fraction>, b: ReadonlyMap<number, Fraction>): boolean =>
  a.size === b.size && [...a].every(([j, x]) => b.has(j) && order(x, b.get(j) as Fraction) === 0)

/** Whether a constraint says at least as much as another about the same terms. */
const implies = (one: Constraint, { terms, sense, side }: Omit<Constraint, 'under'>): boolean =>
  isSame(one.terms, terms) &&
  (one.sense === 'E' || one.sense === sense) &&
  (sense === 'G'
    ? order(one.side, side) >= 0
    : sense === 'L'
      ? order(one.side, side) <= 0
      : order(one.side, side) === 0)

/** What is wrong with a proof; undefined where it proves its bound. */
export function fault(proof: LinearProof): string | undefined {
  const columns = [...proof.columns]
  const rows = [...proof.rows]
  const cost = sumOf(columns.map(({ cost: own }, j) => [j, value(own)] as const))
  const known = new Map<number, Constraint>()
  const n = columns.length
  const none = new Set<number>()
  const unit = frac('1')
  columns.forEach(({ lower, upper }, j) => {
    if (lower) known.set(j, { terms: new Map([[j, unit]]), sense: 'G', side: value(lower), under: none })
    if (upper) known.set(n + j, { terms: new Map([[j, unit]]), sense: 'L', side: value(upper), under: none })
  })
  for (const [i, { terms, sense, side }] of rows.entries()) {
    known.set(2 * n + i, { terms: read(terms), sense, side: value(side), under: none })
  }
  const firstStep = 2 * n + rows.length
  const combined = (factors: Terms): Constraint | string => {
    const under = new Set<number>()
    const terms: (readonly [number, Fraction])[] = []
    let side = ZERO
    for (const [index, y] of factors) {
      const from = known.get(index)
      if (from === undefined) return `constraint ${index} is not known`
      if ((from.sense === 'G' && sign(y) < 0) || (from.sense === 'L' && sign(y) > 0))
        return `a multiplier of ${index} has the wrong sign`
      for (const each of from.under) under.add(each)
      for (const [j, a] of from.terms) terms.push([j, times(a, y)])
      side = plus(side, times(from.side, y))
    }
    return { terms: sumOf(terms), sense: 'G', side, under }
  }
  const bound = fracOfRatio(proof.bound)
  const goal = { terms: cost, sense: 'G', side: bound } as const
  if (proof.steps === undefined) {
    // D c·x from rows and, for what is left of the costs, bounds.
    const divisor = value(proof.divisor)
    if (sign(divisor) <= 0) return 'the divisor is not above zero'
    const duals = rows.map(({ dual }, i) => [2 * n + i, value(dual)] as const).filter(([, y]) => sign(y) !== 0)
    const first = combined(duals)
    if (typeof first === 'string') return first
    const left = sumOf([
      ...[...cost].map(([j, c]) => [j, times(c, divisor)] as const),
      ...[...first.terms].map(([j, a]) => [j, minus(ZERO, a)] as const),
    ])
    const all = combined([...duals, ...[...left].map(([j, r]) => [sign(r) > 0 ? j : n + j, r] as const)])
    if (typeof all === 'string') return all
    return order(over(all.side, divisor), bound) >= 0 ? undefined : 'the combination is below the bound'
  }
  let last: Constraint | undefined
  const at = {
    lower: (j: number) => j,
    upper: (j: number) => n + j,
    row: (i: number) => 2 * n + i,
    step: (t: number) => firstStep + t,
  }
  let index = firstStep
  for (const { sense, side, terms, reason } of proof.steps(at)) {
    const stated = {
      terms: terms === undefined ? cost : sumOf(terms.map(([j, a]) => [j, fracOfRatio(a)] as const)),
      sense,
      side: fracOfRatio(side),
    }
    let under = new Set<number>()
    if (reason.kind === 'assumed') under.add(index)
    else if (reason.kind === 'combined') {
      const turn = sense === 'L' ? frac('-1') : unit
      const found = combined(reason.multipliers.map(([k, y]) => [k, times(turn, fracOfRatio(y))] as const))
      if (typeof found === 'string') return found
      const turned: Constraint =
        sense === 'L'
          ? {
              ...found,
              sense,
              terms: sumOf([...found.terms].map(([j, a]) => [j, minus(ZERO, a)] as const)),
              side: minus(ZERO, found.side),
            }
          : found
      if (!implies(turned, stated)) return `step ${index - firstStep} does not follow`
      under = new Set(found.under)
    } else {
      const [[one, below], [other, above]] = reason.cases
      const [low, high] = [known.get(below), known.get(above)]
      if (low === undefined || high === undefined || low.sense !== 'L' || high.sense !== 'G')
        return 'the cases are not two sides'
      const isWhole = [...low.terms].every(([j, a]) => columns[j].isInteger && a.d === 1n) && low.side.d === 1n
      if (!isWhole || !isSame(low.terms, high.terms) || order(plus(low.side, unit), high.side) !== 0)
        return 'the cases leave something out'
      for (const [derived, assumed] of [
        [one, below],
        [other, above],
      ]) {
        const from = known.get(derived)
        if (from === undefined || !implies(from, stated)) return `case ${derived} does not follow`
        for (const each of from.under) if (each !== assumed) under.add(each)
      }
    }
    last = { ...stated, under }
    known.set(index++, last)
  }
  if (last === undefined || !implies(last, goal)) return 'the last step is not the bound'
  return last.under.size === 0 ? undefined : 'the last step rests on an assumption'
}
