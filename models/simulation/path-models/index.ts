/** Generators of paths: one file each, and one line here. */
import { bootstrapPathFacts, replayPathFacts } from './history.js'
import { jumpDiffusionPathFacts } from './jump-diffusion.js'
import { lognormalPathFacts } from './lognormal.js'
import type { PathModelFacts } from './model.js'
import { studentTPathFacts } from './student-t.js'

/** Every model of paths, in the order in which they are listed. */
export const pathModels: readonly PathModelFacts[] = [
  lognormalPathFacts,
  studentTPathFacts,
  jumpDiffusionPathFacts,
  bootstrapPathFacts,
  replayPathFacts,
]

export { type DrawPathsOptions, drawPaths, pathDrawer } from './draw.js'
export { bootstrapPaths, replayPaths } from './history.js'
export { type JumpParameters, jumpDiffusionPaths } from './jump-diffusion.js'
export { lognormalPaths } from './lognormal.js'
export type { PathModel, PathModelFacts } from './model.js'
export { studentTPaths } from './student-t.js'
