import { Option, type Command as Program } from 'commander'
import { defaultOptions } from '../models/analysis/index.js'
import type { Objective, ObjectiveInputs } from '../models/index.js'
import { solvers } from '../src/index.js'
import { commandSolver, programs } from '../src/solvers/index.js'
import { choices, EXACT_HELP, fraction, path } from './arguments.js'
import type { Session } from './command.js'
import { addInputFlags, type InputFlags, readInputs } from './inputs.js'
import { checkObjectiveName, objectiveAt } from './own-module.js'
import { mistake } from './usage.js'

export * from './arguments.js'
export { fileName } from './inputs.js'

export const DEFAULT_OBJECTIVE = 'min-max-leverage'
/** The method without a solver, where an objective has one. */
export const CLOSED_FORM = 'closed-form'

/** The flags of every command that states a problem and solves it. */
export interface SolveFlags extends ObjectiveFlags {
  readonly solver?: string
  readonly tolerance: number
  readonly lots?: boolean
  readonly exact?: boolean
  readonly keepSolvent?: boolean
  /** Seconds; one of the flags that every command has. */
  readonly timeLimit?: number
}

/** Where the result of a verdict goes, and the rule that the venue says it followed. */
export function addResultFlags(command: Program): Program {
  return command
    .option(
      '--result <file>',
      'all of it as data, with the digests of everything it was computed from',
      path('--result'),
    )
    .option('--rule <words>', 'the rule that the venue says it followed, for the result and the report')
    .option('--rule-source <words>', 'where the venue says so: an address, a document and its date')
}
export function addSolveFlags(command: Program): Program {
  return addObjectiveFlags(command)
    .option('--solver <name>', 'who answers (default: the fastest that can)', solverNamed)
    .option('--lots', 'whole lots only, in markets that have a lot size')
    .option('--keep-solvent', 'nothing is closed of an account that would end below zero')
    .option('--exact', EXACT_HELP)
    .addOption(
      new Option('--tolerance <gap>', 'largest relative gap to the proved bound')
        .argParser(fraction('--tolerance'))
        .default(defaultOptions.tolerance),
    )
}

/** The flags of every command about one objective: its name or module, and what it is given. */
export interface ObjectiveFlags extends InputFlags {
  readonly objective: string
}

export function addObjectiveFlags(command: Program): Program {
  return addInputFlags(
    command.addOption(
      new Option('--objective <name>', 'what to minimise: see `spillway list`, or the path of a module').default(
        DEFAULT_OBJECTIVE,
      ),
    ),
  )
}

/** The objective that was asked for, and everything that the flags give. Read before the event, so that mistakes show early. */
export async function readObjective(
  session: Session,
  flags: ObjectiveFlags,
): Promise<{ readonly objective: Objective; readonly inputs: ObjectiveInputs }> {
  checkObjectiveName(flags.objective, '--objective')
  const inputs = await readInputs(session, flags)
  return { objective: await objectiveAt(flags.objective, '--objective', inputs), inputs }
}

function solverNamed(name: string): string {
  const known = [
    ...solvers.map((solver) => solver.name),
    ...programs.map((program) => `command:${program}`),
    CLOSED_FORM,
  ]
  if (known.includes(name) || commandSolver(name) !== undefined) return name
  throw mistake('unknown-solver', '--solver', name, 'no solver has this name', choices(name, known))
}

/** Whether the solver that was asked for is installed; the library would find out only after the reading. */
export async function checkSolver(name: string | undefined): Promise<void> {
  if (name === undefined) return
  const solver = solvers.find((candidate) => candidate.name === name) ?? commandSolver(name)
  if (solver === undefined || (await solver.isPresent())) return
  const cure = `Install it with \`${solver.install}\`, or choose another solver.`
  throw mistake('solver-missing', '--solver', name, 'the package of this solver is not installed', cure)
}
