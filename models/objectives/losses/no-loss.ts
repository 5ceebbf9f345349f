import { Program } from '../../../src/language/index.js'
import {
  add,
  compare,
  type Decimal,
  decimalOf,
  largerOf,
  signOf,
  smallerOf,
  subtract,
  toNumber,
} from '../../../src/numeric/index.js'
import { exactCapacity } from '../../book/exact-amounts.js'
import type { MovedBook } from '../../proof/losses/moved-book.js'
import { gainsOf, type Screening } from '../../proof/losses/screening.js'
import { lossesAfter } from '../../proof/losses/total-losses.js'
import { isStopped, type Reductions, type RunProgram } from '../objective.js'

/**
 * How far from the point at hand each round looks, as a share of what is held: from a solver's roughest answers down to
 * where doubles end. A round leaves about 1e-12 of its radius.
 */
const RADII = [2 ** -10, 1, 2 ** -20, 2 ** -30, 2 ** -40, 2 ** -50]
/** Room that a pair should have below its kink, in units of what the radius can change; and what room weighs beside loss. */
const ROOM = 1 / 16
const WEIGHT = 2 ** -10
/** What is this near to an end of a holding, in units of the radius, is at it. */
const AT_END = 1e-12

/**
 * Reductions that lose nothing in any move, sought around some that lose next to nothing; undefined where none are better.
 *
 * A solver's point sits on kinks, where the last digit of a double decides between no loss and 1e-17 of the gross notional, and
 * against a bound of zero every loss is infinitely far off. So what is left is seen through a magnifying glass (Gleixner, Steffy
 * and Wolter 2016): a_is is the loss before its positive part in exact decimals at the point x°, and with x = x° + r c δ, |δ| ≤ 1,
 *
 *     minimise Σ u_is − ω Σ v_is   subject to   u_is ≥ a_is/m_is + Σ_k g_sk r c_ik δ_ik/m_is + v_is,   0 ≤ v_is ≤ 1/16,
 *
 * m_is the largest |g_sk| r c_ik, over the pairs whose kink is so near. Where there is room below the kinks v takes it and
 * rounding does no harm; where there is none each round adds digits. All risk measures share this: none of them is zero unless
 * all losses are. Nobody trusts the outcome: it is valued as any plan is, and kept only if it is better.
 */
export async function withoutLoss(
  book: MovedBook,
  screening: Screening,
  start: Reductions,
  isBetter: (a: Reductions, b: Reductions) => 'better' | 'zero' | undefined,
  run: RunProgram,
): Promise<Reductions> {
  let best = start
  for (const radius of RADII) {
    const near = nearKinks(book, screening, best, radius)
    if (near.unit.length === 0) return best
    const steps = await stepsAround(book, near, best, radius, run)
    if (steps === undefined) return best
    const next = moved(book, best, steps, radius)
    const verdict = isBetter(next, best)
    if (verdict !== undefined) best = next
    if (verdict === 'zero') return best
  }
  return best
}

interface Near {
  /** By row: m_is and a_is/m_is. */
  readonly unit: readonly number[]
  readonly level: readonly number[]
  /** Entries g_sk r c_ik/m_is. */
  readonly row: readonly number[]
  readonly pair: readonly number[]
  readonly swing: readonly number[]
}

/** The kinked pairs that may lose something within the radius. */
function nearKinks(book: MovedBook, screening: Screening, at: Reductions, radius: number): Near {
  const { space } = book
  const gains = gainsOf(book)
  const lossesOf = lossesAfter(book, at)
  const closed = Float64Array.from(at, toNumber)
  const [unit, level]: [number[], number[]] = [[], []]
  const [row, pair, swing]: [number[], number[], number[]] = [[], [], []]
  for (let owner = 0; owner < space.owners.length; owner++) {
    const [from, to] = [space.starts[owner], space.starts[owner + 1]]
    let lossAt: ReturnType<typeof lossesOf> | undefined
    for (let t = screening.kinkStarts[owner]; t < screening.kinkStarts[owner + 1]; t++) {
      const s = screening.kinkMove[t]
      let loss = screening.kinkLoss[t]
      let [reach, largest] = [0, 0]
      for (let q = from; q < to; q++) {
        const gain = gains[space.pairMarket[q]][s]
        loss += gain * closed[q]
        reach += Math.abs(gain) * space.capacity[q] * radius
        largest = Math.max(largest, Math.abs(gain) * space.capacity[q] * radius)
      }
      // Far below the last radius doubles cannot tell; the loss is then taken from the decimals.
      if (largest === 0 || loss < -2 * reach - 1e-12 * Math.abs(screening.kinkLoss[t])) continue
      lossAt ??= lossesOf(space.owners[owner])
      const exact = toNumber(lossAt(s))
      if (exact < -2 * reach) continue
      for (let q = from; q < to; q++) {
        row.push(unit.length)
        pair.push(q)
        swing.push((gains[space.pairMarket[q]][s] * space.capacity[q] * radius) / largest)
      }
      unit.push(largest)
      level.push(exact / largest)
    }
  }
  return { unit, level, row, pair, swing }
}

/** δ, between the ends of what is held and of the radius; undefined where the solver finds none. */
async function stepsAround(
  { space }: MovedBook,
  { level, row, pair, swing }: Near,
  at: Reductions,
  radius: number,
  run: RunProgram,
): Promise<Float64Array | undefined> {
  const largest = space.markets.map(() => 0)
  space.capacity.forEach((own, q) => {
    largest[space.pairMarket[q]] = Math.max(largest[space.pairMarket[q]], own)
  })
  const { low, high } = endsOf(space, at, radius)
  const program = new Program()
  const step = program.variables('step', space.capacity.length, { lower: low, upper: high })
  const most = level.map((a) => 2 * (Math.abs(a) + space.markets.length + 1))
  const loss = program.variables('loss', level.length, { lower: 0, upper: most })
  const room = program.variables('room', level.length, { lower: 0, upper: ROOM })
  program.subjectTo(
    'demand',
    step
      .times(space.capacity.map((own, q) => own / largest[space.pairMarket[q]]))
      .sumBy(space.pairMarket, space.markets.length)
      .equals(0),
  )
  program.subjectTo(
    'kink',
    loss.minus(room).minus(step.gather(pair).times(swing).sumBy(row, level.length)).atLeast(level),
  )
  program.minimize(loss.sum().minus(room.sum().times(WEIGHT)))
  const answer = await run(program, { method: 'simplex', refine: true })
  if (isStopped(answer)) return undefined
  return answer.values.get('step')!.map((delta, q) => {
    if (low[q] > -1 && delta <= low[q] + AT_END) return -Infinity
    return high[q] < 1 && delta >= high[q] - AT_END ? Infinity : delta
  })
}

function endsOf(space: MovedBook['space'], at: Reductions, radius: number) {
  const reach = space.capacity.map((own) => own * radius)
  const low = reach.map((own, q) => (own > 0 ? Math.max(-1, -toNumber(at[q]) / own) : 0))
  const high = reach.map((own, q) =>
    own > 0 ? Math.min(1, toNumber(subtract(exactCapacity(space, q), at[q])) / own) : 0,
  )
  return { low, high }
}

/** x° + r c δ in decimals, within the ends of what is held; what rounding leaves of a demand goes where most room is. */
function moved({ space }: MovedBook, at: Reductions, steps: Float64Array, radius: number): Decimal[] {
  const nothing = decimalOf(0)
  const most = at.map((_, q) => exactCapacity(space, q))
  const next = at.map((before, q) => {
    if (steps[q] === -Infinity) return nothing
    if (steps[q] === Infinity) return most[q]
    const after = add(before, decimalOf(steps[q] * radius * space.capacity[q]))
    return largerOf(nothing, smallerOf(most[q], after))
  })
  space.markets.forEach(({ quantity }, k) => {
    const pairs = Array.from(space.pairMarket.keys()).filter((q) => space.pairMarket[q] === k)
    let gap = subtract(
      quantity,
      pairs.reduce((sum, q) => add(sum, next[q]), nothing),
    )
    const inside = (q: number): Decimal => smallerOf(next[q], subtract(most[q], next[q]))
    pairs.sort((a, b) => compare(inside(b), inside(a)) || a - b)
    for (const q of pairs) {
      if (signOf(gap) === 0) break
      const after = largerOf(nothing, smallerOf(most[q], add(next[q], gap)))
      gap = subtract(gap, subtract(after, next[q]))
      next[q] = after
    }
  })
  return next
}
