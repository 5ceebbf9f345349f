/** Judges: they take a form and a claim, and know no solver. */
export { type Boxes, impliedBoxes } from './boxes.js'
export { assertConvex } from './convexity.js'
export { type BoundOptions, type DualBound, dualBound } from './dual-bound.js'
export { exactDualBound } from './exact-dual-bound.js'
export { type FeasibilityReport, judgeFeasibility, tidy } from './feasibility.js'
export { type FarkasVerdict, judgeFarkas } from './infeasibility.js'
export { objectiveValue } from './objective.js'
export { judgeRay, judgeUnbounded, type RayVerdict } from './unboundedness.js'
