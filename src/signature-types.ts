/** Types that signatures and fields of the face name, and that nobody calls anything with by themselves. */
export type { Naming } from './canonical/assembly.js'
export type { Claim as SolverClaim } from './canonical/outcome.js'
export type { Sense } from './certificates/linear-proof.js'
export type { Magnitudes } from './diagnosis/health-report.js'
