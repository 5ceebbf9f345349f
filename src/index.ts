/** `spillway/modeling`: optimization programs of one's own, from blocks of variables to proved answers. */

export {
  type BoundProof,
  type Canonical,
  canonicalize,
  type FormInput,
  type Outcome,
  type Recovered,
  type SolverAnswer,
  type SolverReport,
  type StandardForm,
  standardForm,
} from './canonical/index.js'
export type { LinearProof, ProofColumn, ProofIndices, ProofRow, ProofStep } from './certificates/index.js'
export {
  type Conflict,
  type DiagnoseOptions,
  type Diagnosis,
  diagnose,
  type Finding,
  type FindingCode,
  type HealthReport,
  healthReport,
  type LeastChange,
  type NamedSide,
  type Ray,
  type Subject,
} from './diagnosis/index.js'
export { type ErrorCode, type ErrorDetails, SpillwayError } from './errors.js'
export {
  type ExportFormat,
  type FormNames,
  formats,
  type MpsLayout,
  type NamedForm,
  type ReadMpsOptions,
  readableNames,
  readLp,
  readMps,
  readSolution,
  type SolutionFile,
  type SolutionStatus,
  viprText,
} from './formats/index.js'
export {
  absolute,
  type Constraint,
  type ConstraintBlock,
  type Curvature,
  cvar,
  Expression,
  evar,
  type Index,
  logSumExp,
  maximum,
  norm2,
  type Operand,
  Program,
  type ProgramObjective,
  positivePart,
  quadraticForm,
  type Range,
  standardDeviation,
  sumOfLargest,
  sumSquares,
  type VariableBlock,
  type VariableOptions,
} from './language/index.js'
export { type Decimal, decimals, fromTriplets, type Ratio, type SparseMatrix, type Triplet } from './numeric/index.js'
export type * from './signature-types.js'
export {
  type KeptProgram,
  keepProgram,
  type ProgramAnswer,
  type ProgramOutcome,
  type SolveFormOptions,
  type SolveProgress,
  solveForm,
  solveProgram,
} from './solve/index.js'
export {
  type Capabilities,
  type Hints,
  presentSolvers,
  type Solver,
  type SolverOptions,
  type SolverProgress,
  type SolverSettings,
  solvers,
} from './solvers/index.js'
