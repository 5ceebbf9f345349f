import { type Canonical, type ConicCanonical, withRelaxation } from '../canonical/canonical.js'
import { canonicalizeWithCones } from '../canonical/canonicalize.js'
import { relaxationOf } from '../canonical/conic-form.js'
import { Program } from '../language/index.js'
import { keepModel } from '../solvers/keep-model.js'
import { wrongType } from '../validation.js'
import type { SolveFormOptions } from './options.js'
import { answerProgram, type ProgramOutcome } from './solve-program.js'

/** A program that is solved again and again while its parameters change. */
export interface KeptProgram {
  /** Solves with the parameters as they are now; options are those of `solveProgram`, but for the solver. */
  solve(options?: Omit<SolveFormOptions, 'solver'>): Promise<ProgramOutcome>
  /** Ends the thread that holds the model. Until then it keeps no process alive, but holds its memory. */
  close(): Promise<void>
}

/**
 * Keeps the standard form of a program and, where it is linear, its model in a thread of HiGHS: when nothing but
 * parameters has changed since the last solve, the next one starts from the last basis. Answers are judged and proved
 * as those of `solveProgram` are, so a bad start costs time and nothing else. Variables, constraints and an objective
 * that are added later count from the next solve on, which is then cold.
 *
 * Solve one after another; throws as `solveProgram` does.
 *
 * @example
 * const demand = program.parameter('demand', 1, 10)
 * program.subjectTo('met', kept.sum().equals(demand))
 * const model = keepProgram(program)
 * for (const quantity of [10, 11, 12]) {
 *   program.setParameter('demand', quantity)
 *   const outcome = await model.solve()
 *   if (outcome.status === 'optimal') levels.push(outcome.objective)
 * }
 * await model.close()
 */
export function keepProgram(program: Program): KeptProgram {
  if (!(program instanceof Program)) throw wrongType('wrong-type', 'keepProgram', program, 'a program, `new Program()`')
  let model = keepModel()
  let built: { readonly canonical: Canonical | ConicCanonical; readonly size: string } | undefined
  const sizeOf = ({ variableBlocks, constraintBlocks, objective }: Program): string =>
    `${variableBlocks.length} ${constraintBlocks.length} ${objective === undefined}`
  return {
    async solve(options = {}) {
      const size = sizeOf(program)
      if (built?.size !== size) {
        if (built !== undefined) {
          await model.close()
          model = keepModel()
        }
        built = { canonical: canonicalizeWithCones(program), size }
      }
      const canonical = withParameters(built.canonical, program)
      return answerProgram(program, canonical, { ...options, solver: model.solver })
    },
    close: () => model.close(),
  }
}

/** The form with the parameters of now; the ways between its points and the program's stay the same. */
function withParameters<Given extends Canonical | ConicCanonical>(
  canonical: Given,
  { variableBlocks }: Program,
): Given {
  const form = relaxationOf(canonical.form)
  const lower = form.lower.slice()
  const upper = form.upper.slice()
  for (const block of variableBlocks) {
    if (!block.isParameter) continue
    lower.set(block.lower, block.first)
    upper.set(block.upper, block.first)
  }
  return withRelaxation(canonical, { ...form, lower, upper })
}
