import { linearProofOf, parseAllocation, parseCertificate, parseEvent } from 'spillway'
import { describe, expect, it } from 'vitest'
import type { LinearProof } from '#src/certificates/index.js'
import { type Decimal, toText } from '#src/numeric/index.js'
import { fracOfRatio } from '../certificates/decimals.js'
import { type Fraction, frac, minus, order, over, plus, sign, times, ZERO } from '../fraction.js'
import { recorded } from './recorded.js'

/** A constraint: terms, sense, side, and the assumptions that it rests on. */
interface Constraint {
  readonly terms: ReadonlyMap<number, Fraction>
  readonly sense: 'G' | 'E' | 'L'
  readonly side: Fraction
  readonly under: ReadonlySet<number>
}
type Terms = Iterable<readonly [number, Fraction]>

const value = (decimal: Decimal): Fraction => frac(toText(decimal))
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
function fault(proof: LinearProof): string | undefined {
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

describe.each(recorded.map((book, b) => [b, book] as const))(
  'derivations of recorded certificates of book %i',
  (_, book) => {
    it.each(book.cases.map((own) => [own.name, own] as const))(
      'prove their bound, about the book: %s',
      (_name, own) => {
        const event = parseEvent(book.event as never)
        const allocation = parseAllocation(own.allocation as never)
        const certificate = parseCertificate(own.certificate as never)
        let proof: LinearProof
        try {
          proof = linearProofOf(event, certificate, [], allocation)
        } catch (error) {
          expect(error).toHaveProperty('code', 'not-expressible')
          // Infinite bounds, logarithms and ellipsoids have none, nor has what counts whole lots of squares.
          const isCurved =
            /evar|ellipsoid|normal/.test(own.name) || (certificate.lots && own.name === 'squared-leverage')
          expect(certificate.bound === null || isCurved).toBe(true)
          return
        }
        expect(fault(proof)).toBeUndefined()
        // What is stated, but for lots, for ratios off the mark, and for squares cut at zero.
        const stated = fracOfRatio(proof.bound)
        const isOff = own.name === 'min-max-leverage' && sign(stated) === 0
        const [above, below = '1'] = (certificate.bound as string).split('/')
        const bound = over(frac(above), frac(below))
        expect(order(stated, bound)).toBeLessThanOrEqual(0)
        if (!certificate.lots && !isOff && sign(bound) > 0) {
          expect(order(times(minus(bound, stated), frac('1e9')), bound)).toBeLessThanOrEqual(0)
        }
        // The rows and bounds of contracts alone are those of the event: an allocation that is feasible to the digit keeps them.
        const columns = [...proof.columns]
        const closed = new Map<string, Fraction>()
        for (let entry = 0; entry < allocation.count; entry++) {
          const i = event.accounts.names.indexOf(allocation.accounts[entry])
          const k = event.markets.findIndex(({ market }) => market === allocation.markets[entry])
          closed.set(`x${i}_${k}`, frac(toText(allocation.quantity.exact(entry))))
        }
        const slack = frac('1e-3')
        const size = (x: Fraction): Fraction => (sign(x) < 0 ? minus(ZERO, x) : x)
        for (const { name, terms, sense, side } of proof.rows) {
          if (!name.startsWith('demand_')) continue
          const sum = terms.reduce(
            (total, [j, a]) => plus(total, times(value(a), closed.get(columns[j].name) ?? ZERO)),
            ZERO,
          )
          expect(sense).toBe('E')
          expect(order(size(minus(sum, value(side))), times(slack, size(value(side)))), name).toBeLessThanOrEqual(0)
        }
        for (const { name, lower, upper } of columns) {
          const x = closed.get(name)
          if (x === undefined || lower === undefined || upper === undefined) continue
          expect(order(x, value(lower)), name).toBeGreaterThanOrEqual(0)
          expect(order(x, times(value(upper), plus(frac('1'), slack))), name).toBeLessThanOrEqual(0)
        }
      },
    )
  },
)
