/** `spillway/modeling`: optimization programs, the method to solvers and back, and judges of their answers. */

export type { BlockProgram } from './canonical/block-program.js'
export { type Canonical, canonicalize, type Recovered } from './canonical/canonicalize.js'
export type { BoundProof, Outcome, SolverReport } from './canonical/outcome.js'
export type { RiskPart, RiskProgram } from './canonical/risk-program.js'
export { type FormInput, type StandardForm, standardForm } from './canonical/standard-form.js'
export * from './certificates/index.js'
export { halfStepDown, type LotFillInput, levelAfter, lotFill } from './closed-forms/lot-fill.js'
export {
  type GivenSupply,
  type Network,
  type NetworkFill,
  type NetworkFillInput,
  networkFill,
  type SupplyBetween,
} from './closed-forms/network-fill.js'
export { type WaterFill, type WaterFillInput, waterFill } from './closed-forms/water-fill.js'
export type { ErrorCode, ErrorCodes } from './error-codes.js'
export { type ErrorDetails, SpillwayError } from './errors.js'
export {
  type ExportFormat,
  type FormNames,
  formats,
  readSolution,
  type Solution,
  type SolutionStatus,
  solutionValues,
  viprText,
} from './formats/index.js'
export * from './language/index.js'
export { nearest, suggest } from './names.js'
export * from './numeric/index.js'
export type { SolveFormOptions, SolveProgress } from './solve/options.js'
export { solveForm } from './solve/solve-form.js'
export { type ProgramAnswer, type ProgramOutcome, solveProgram } from './solve/solve-program.js'
export { BLOCK_SOLVER, type BlockRunOptions, runBlocks, runRisk } from './solvers/blocks/run-blocks.js'
export type { BlockProgress, BlockSolution } from './solvers/blocks/solve-blocks.js'
export type { RiskSolution } from './solvers/blocks/solve-risk.js'
export { presentSolvers } from './solvers/choose.js'
export { commandSolver, programs } from './solvers/command.js'
export { solvers } from './solvers/index.js'
export type { Capabilities, Solver, SolverOptions, SolverSettings } from './solvers/solver.js'
export {
  aFlag,
  aFunction,
  aNumber,
  aSignal,
  aText,
  type Expect,
  expectFields,
  expectOptions,
  type FieldsOf,
  isArrayLike,
  isObject,
  typed,
  wrongType,
} from './validation.js'
