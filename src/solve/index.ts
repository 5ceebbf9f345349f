/** A form or a program, solved and proved. */
export { type KeptProgram, keepProgram } from './keep-program.js'
export type { SolveFormOptions, SolveProgress } from './options.js'
export { solveCanonical } from './solve-canonical.js'
export { solveForm } from './solve-form.js'
export { type ProgramAnswer, type ProgramOutcome, solveProgram } from './solve-program.js'
