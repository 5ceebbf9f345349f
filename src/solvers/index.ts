/** The solvers, how one is chosen, and the block solver, which takes programs that are no standard form. */
export { BLOCK_SOLVER, type BlockRunOptions, runBlocks, runRisk } from './blocks/run-blocks.js'
export type { BlockCounts, BlockProgress, BlockSolution } from './blocks/solve-blocks.js'
export type { RiskCounts, RiskSolution } from './blocks/solve-risk.js'
export { presentSolvers, refusalOf } from './choose.js'
export { commandSolver, programs } from './command.js'
export { leastNormalLosses, type NormalLoss, type NormalLosses, type NormalLossesPoint } from './normal-losses.js'
export { solvers } from './registry.js'
export type { Capabilities, Hints, Solver, SolverOptions, SolverProgress, SolverSettings } from './solver.js'
