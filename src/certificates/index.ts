/** Judges: they take a form and a claim, and know no solver. */

export { assertConvex } from './convexity.js'
export { indivisibleRow } from './divisibility.js'
export { type BoundOptions, type DualBound, dualBound } from './dual-bound.js'
export { downwards, EnclosedSum } from './enclosed-sum.js'
export { exactDualBound } from './exact-dual-bound.js'
export { boundOf, exactFarkas, type Side } from './exact-farkas.js'
export { columnLevel, type FairColumn, type FairMarket, fairBound } from './fair-bound.js'
export { type FeasibilityReport, judgeFeasibility, tidy } from './feasibility.js'
export { formProof } from './form-proof.js'
export { type ImpliedBounds, impliedBounds } from './implied-bounds.js'
export { type FarkasVerdict, judgeFarkas } from './infeasibility.js'
export { levelBound } from './level-bound.js'
export {
  combineDuals,
  type LinearProof,
  type ProofColumn,
  type ProofIndices,
  type ProofRow,
  type ProofStep,
} from './linear-proof.js'
export { higherLevel, type LotColumns, lotSquareBound, needsMoreSteps } from './lot-bound.js'
export { objectiveValue } from './objective.js'
export { repairDuals } from './repair.js'
export { squareBound } from './square-bound.js'
export { judgeRay, type RayVerdict } from './unboundedness.js'
