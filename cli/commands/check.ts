import { Option } from 'commander'
import { readCertificate } from '../../models/book/index.js'
import {
  type Claimant,
  checkCertificate,
  claimants,
  defaultOptions,
  type ObjectiveInputs,
} from '../../models/proof/index.js'
import { choices, demandOption, EXACT_HELP, fraction, path } from '../arguments.js'
import type { Command, ExitStatus, Session } from '../command.js'
import { allocationArgument, eventArgument } from '../event-arguments.js'
import { addInputFlags, type InputFlags, readInputs } from '../inputs.js'
import { isModulePath } from '../module-path.js'
import { checkReport } from '../reports/check-report.js'
import { allocationAt, checkOneStandardInput, eventAt } from '../standard-input.js'
import { mistake } from '../usage.js'

const EXAMPLES = `
Examples:
  $ spillway check crash.json closed.csv proof.json
      does the certificate prove what it says of these reductions? No solver takes part.
  $ spillway check crash.json closed.csv proof.json --objective expected-loss --moves moves.csv
      and does it prove it of the expected loss under these moves?

What is given of objective, moves, confidence, loadings and lots is pinned: a certificate of another one is not proved. So is
what may be forgiven, also where it is not given. The answer shows all of them.

The event and the allocation may be in either form, and in any order: their content counts. A certificate comes from
\`spillway verify --certificate\` and is worth nothing for any other event or allocation.

Exit status: 0 proved (optimal or suboptimal), 1 not proved, 2 bad input.`

export const checkCommand: Command = {
  name: 'check',
  register(program, start) {
    const command = program
      .command('check')
      .summary('re-check a certificate, without any solver')
      .description('Proves the value and the bound of a certificate anew, in exact arithmetic.')
      .addArgument(eventArgument)
      .addArgument(allocationArgument)
      .argument('<certificate>', 'the proof, .json', path('CERTIFICATE'))
      .addOption(
        new Option(
          '--objective <name>',
          'the objective that it must be about: see `spillway list`, or the path of a module',
        ).argParser(objectiveName),
      )
    addInputFlags(command)
      .option('--lots', 'it must be about whole lots')
      .option('--keep-solvent', 'it must be about closing nothing of an account that would end below zero')
      .addOption(demandOption('what had to be closed in it'))
      .option('--exact', EXACT_HELP)
      .addOption(
        new Option('--feasibility <share>', 'what is forgiven of a demand or a position')
          .argParser(fraction('--feasibility'))
          .default(defaultOptions.feasibility),
      )
      .addHelpText('after', EXAMPLES)
      .action((event: string, allocation: string, certificate: string, flags: Flags) =>
        start((session) => run(session, event, allocation, certificate, flags)),
      )
  },
}

function objectiveName(name: string): string {
  if (claimants.has(name) || isModulePath(name)) return name
  const cure = `${choices(name, [...claimants.keys()])} The path of a module stands for an objective of your own.`
  throw mistake('unknown-objective', '--objective', name, 'no objective has this name', cure)
}

interface Flags extends InputFlags {
  readonly objective?: string
  readonly lots?: boolean
  readonly exact?: boolean
  readonly keepSolvent?: boolean
  readonly demand: 'event' | 'filled'
  readonly feasibility: number
}

/** An objective of one's own, of its module; only there is more loaded than what judges. */
async function ownObjective(text: string | undefined, inputs: ObjectiveInputs): Promise<Claimant | undefined> {
  if (text === undefined || !isModulePath(text)) return undefined
  const { objectiveAt } = await import('../own-module.js')
  return objectiveAt(text, '--objective', inputs)
}

async function run(
  session: Session,
  eventPath: string,
  closed: string,
  proof: string,
  { objective, lots, exact = false, keepSolvent = false, demand, feasibility, ...files }: Flags,
): Promise<ExitStatus> {
  const inputs = await readInputs(session, files)
  const own = await ownObjective(objective, inputs)
  checkOneStandardInput(eventPath, closed)
  const certificate = await readCertificate(proof, session.reading())
  const allocation = await allocationAt(closed, session.reading())
  const event = await eventAt(eventPath, session.reading())
  session.phase('proving')
  const check = checkCertificate(event, allocation, certificate, own ? [own] : [], {
    ...inputs,
    ...(objective !== undefined && { objective: own?.name ?? objective }),
    ...(lots !== undefined && { lots }),
    exact,
    keepSolvent,
    demand,
    feasibility,
  })
  await session.listen()
  await session.answer(
    () => check,
    () => checkReport(check),
  )
  return check.proved ? 0 : 1
}
