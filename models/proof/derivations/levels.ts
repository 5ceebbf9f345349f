import type { LinearProof, ProofRow } from '../../../src/certificates/index.js'
import { SpillwayError } from '../../../src/errors.js'
import {
  add,
  compare,
  type Decimal,
  multiply,
  negate,
  type Ratio,
  ratioOf,
  ratioText,
  signOf,
  subtract,
  zero,
} from '../../../src/numeric/index.js'
import { exactCapacity, exactEquity, exactGross, isOffTheMark } from '../../book/exact-amounts.js'
import { hasField } from '../evidence.js'
import { readGroup } from '../leverage/levels.js'
import type { LeverageProblem } from '../leverage/problem.js'
import { boundOfGroup } from '../leverage/profile.js'
import { readLotLevels, withLevels } from '../lots/levels.js'
import { demandRows, freeStarts, one } from './demand-rows.js'
import { lotLevelProof } from './lot-levels.js'
import { pairColumn, pairNotes } from './pairs.js'

/**
 * The bound of evidence, a group's or that of a count of lots where one is higher. Throws `not-expressible` where no allocation
 * brings the group to any finite level.
 */
export function levelsProof(problem: LeverageProblem, evidence: unknown): LinearProof {
  const { lots } = problem.space
  const group = readGroup(problem, evidence, lots ? ['levels'] : [])
  const known = boundOfGroup(problem, group)
  let best = known.bound
  let proof = best && (() => levelProof(problem, group, known.bound!))
  if (lots && hasField(evidence, 'levels')) {
    const { markets, levelOf } = readLotLevels(problem, evidence)
    for (const market of markets) {
      const { bound } = withLevels(problem, known, [market], levelOf)
      const level = levelOf(market)
      if (best === undefined || level === undefined) continue
      if (bound !== undefined && bound.compare(best) <= 0) continue
      best = bound
      proof = bound && (() => lotLevelProof(problem, market, level))
    }
  }
  if (proof !== undefined) return proof()
  throw new SpillwayError({
    code: 'not-expressible',
    path: 'bound',
    value: null,
    problem: 'no allocation leaves a finite leverage, and an infinite bound is no linear program',
    cure: 'Use the certificate (--certificate), which says so.',
  })
}

/**
 * The level of a group A as a linear program. At the mark the program is the objective itself,
 *
 *     minimise λ   subject to   e_i λ + Σ_k p_k x_ik ≥ a_i,   Σ_i x_ik = R_k,   0 ≤ x_ik ≤ c_ik,
 *
 * and the group's rows add up to its bound. Off the mark leverage is a ratio, and the program is about one level, the bound
 * N/D itself: with every row multiplied by D,
 *
 *     minimise w   subject to   w + Σ_k (D p_k − N d_k) x_ik ≥ D a_i − N e_i,
 *
 * whose optimum is at least zero exactly where no allocation brings every account below the level.
 */
export function levelProof(problem: LeverageProblem, group: readonly number[], bound: Ratio): LinearProof {
  const { space, isInsolvent, freePairs, remaining, solventCapacity } = problem
  const { markets } = space
  const level = isOffTheMark(space) ? ([whole(bound.s * bound.n), whole(bound.d)] as const) : undefined
  const slope = markets.map(({ price, concession }) =>
    level === undefined ? price : subtract(multiply(level[1], price), multiply(level[0], concession)),
  )
  const isInGroup = new Uint8Array(space.owners.length)
  for (const owner of group) isInGroup[owner] = 1
  const capacity = markets.map(() => zero)
  for (const pair of freePairs) {
    const k = space.pairMarket[pair]
    if (isInGroup[space.pairOwner[pair]]) capacity[k] = add(capacity[k], exactCapacity(space, pair))
  }
  // The group gives up min(R, its capacity) where that lowers it, else max(0, R − the others' capacity): the demand row counts
  // where R is what decides, and bounds of columns where a capacity is.
  const dual = slope.map((value, k) => {
    const limit = signOf(value) >= 0 ? capacity[k] : subtract(solventCapacity[k], capacity[k])
    const isDecided = signOf(value) >= 0 === compare(remaining[k], limit) <= 0
    return isDecided ? negate(value) : zero
  })
  const starts = freeStarts(problem)
  function* rows(): Generator<ProofRow> {
    for (let owner = 0; owner < space.owners.length; owner++) {
      if (isInsolvent[owner]) continue
      const equity = exactEquity(space, owner)
      const gross = exactGross(space, owner)
      const terms: [number, Decimal][] = [[0, level === undefined ? equity : one]]
      for (let index = starts[owner]; index < starts[owner + 1]; index++) {
        terms.push([index + 1, slope[space.pairMarket[freePairs[index]]]])
      }
      const side = level === undefined ? gross : subtract(multiply(level[1], gross), multiply(level[0], equity))
      const name = `level_${space.owners[owner]}`
      yield { name, terms, sense: 'G', side, dual: isInGroup[owner] ? one : zero }
    }
    yield* demandRows(
      problem,
      (index) => index + 1,
      (k) => dual[k],
    )
  }
  const total = (): Decimal => group.reduce((sum, owner) => add(sum, exactEquity(space, owner)), zero)
  const divisor = group.length === 0 ? one : level === undefined ? total() : whole(BigInt(group.length))
  // Beneath the level 0 nothing can be: w is a notional there.
  const isFloored = level === undefined || bound.n === 0n
  const first = { name: level === undefined ? 'level' : 'w', cost: one, ...(isFloored && { lower: zero }) }
  return {
    notes: [
      ...pairNotes(space),
      'accounts whose equity at ADL prices is not positive close first; what they cannot close is the demand here',
      ...(level === undefined
        ? ['level: the largest leverage; row level_<a> says that it is at least that of account a']
        : [
            `w >= 0 means: no allocation brings every account below leverage ${ratioText(bound)}`,
            'row level_<a>: w is at least D times (notional - leverage times equity) of account a after the ADL, D the denominator',
          ]),
    ],
    columns: [first, ...Array.from(freePairs, (pair) => pairColumn(space, pair))],
    rows: { [Symbol.iterator]: rows },
    divisor,
    bound: level === undefined ? bound : ratioOf(zero),
  }
}

const whole = (digits: bigint): Decimal => ({ digits, scale: 0 })
