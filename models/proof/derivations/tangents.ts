import { columnLevel, type LinearProof } from '../../../src/certificates/index.js'
import { SpillwayError } from '../../../src/errors.js'
import { add, type Decimal, decimalOf, multiply, negate, signOf, zero } from '../../../src/numeric/index.js'
import { exactGross } from '../../book/exact-amounts.js'
import { factorColumns, levelsOf, readLevels } from '../factor/bound.js'
import type { FactorProblem } from '../factor/problem.js'
import type { LeverageProblem } from '../leverage/problem.js'
import { readSquares, recheckSquares } from '../leverage/squares.js'
import { squaresProof } from './squares.js'

/** The bound of squared leverage as a tangent program at the levels of its evidence. */
export function tangentProof(problem: LeverageProblem, evidence: unknown): LinearProof {
  if (problem.space.lots !== undefined) throw inLots()
  const { multipliers, prices } = readSquares(problem, evidence)
  return squaresProof({
    problem,
    start: (owner) => exactGross(problem.space, owner),
    effect: problem.space.markets.map(({ price }) => price),
    multipliers,
    duals: prices.map((price) => (signOf(price) > 0 ? negate(price) : zero)),
    bound: recheckSquares(problem, evidence).bound!,
  })
}

/** The bound of factor leverage in the same way: m_i is the level at which the levels of the markets leave account i. */
export function factorProof(factor: FactorProblem, evidence: unknown): LinearProof {
  const { problem, effect, start } = factor
  const { bound } = readLevels(factor, evidence)
  const exact = levelsOf(factor, evidence).map(decimalOf)
  const markets = exact.map((level) => ({ least: zero, most: zero, level }))
  const levels = Float64Array.from(levelsOf(factor, evidence))
  const multipliers = new Map<number, Decimal>()
  for (const { owner, ...column } of factorColumns(factor)) multipliers.set(owner, columnLevel(column, markets, levels))
  return squaresProof({
    problem,
    start: (owner) => start[owner],
    effect,
    multipliers,
    duals: exact.map((level, k) => negate(multiply(add(level, level), effect[k]))),
    bound: bound!,
  })
}

function inLots(): SpillwayError {
  return new SpillwayError({
    code: 'not-expressible',
    path: 'lots',
    value: true,
    problem: 'squares in whole lots are not written as a linear program',
    cure: 'Use the certificate (--certificate), or leave --lots out: the bound over fractions of lots holds for whole lots too.',
  })
}
