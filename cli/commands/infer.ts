import { Option } from 'commander'
import { infer, type Policy } from '../../models/index.js'
import { seed } from '../arguments.js'
import type { Command, ExitStatus, Session } from '../command.js'
import { allocationArgument, eventArgument } from '../event-arguments.js'
import { addInputFlags, type InputFlags, readInputs } from '../inputs.js'
import { isModulePath } from '../module-path.js'
import { policyAt } from '../own-module.js'
import { inferReport } from '../reports/infer-report.js'
import { allocationAt, checkOneStandardInput, eventAt } from '../standard-input.js'
import { mistake } from '../usage.js'

const EXAMPLES = `
Examples:
  $ spillway infer crash.json closed.csv
      every rule of the registry with all its options, the one that explains the fills best first
  $ spillway infer crash.json closed.csv --policies hyperliquid,queue-leverage

Exit status: 0 done, whether or not a rule explains the fills, 2 bad input.`

interface Flags extends InputFlags {
  readonly policies?: readonly string[]
  readonly seed: number
}

/** `spillway infer EVENT ALLOCATION`: which rule explains what was closed. */
export const inferCommand: Command = {
  name: 'infer',
  register(program, start) {
    addInputFlags(program.command('infer'))
      .summary('which rule explains what was closed')
      .description(
        'Runs every rule on what was filled, and says which fills each explains and where it is contradicted.',
      )
      .addArgument(eventArgument)
      .addArgument(allocationArgument)
      .addOption(
        new Option(
          '--policies <names>',
          'a,b,c of `spillway list`, each with all options that are not given, optimal:OBJECTIVE, or paths of modules (default: all)',
        ).argParser(names),
      )
      .addOption(new Option('--seed <number>', 'for rules that draw lots').argParser(seed).default(1))
      .addHelpText('after', EXAMPLES)
      .action((event: string, allocation: string, flags: Flags) =>
        start((session) => run(session, event, allocation, flags)),
      )
  },
}

async function run(session: Session, eventPath: string, closed: string, flags: Flags): Promise<ExitStatus> {
  checkOneStandardInput(eventPath, closed)
  const inputs = await readInputs(session, flags)
  const policies = flags.policies && (await Promise.all(flags.policies.map(ownOrNamed)))
  const event = await eventAt(eventPath, session.reading())
  const allocation = await allocationAt(closed, session.reading())
  const inference = await infer(event, allocation, {
    ...(policies && { policies }),
    inputs,
    seed: flags.seed,
    signal: session.limited(),
    onProgress: ({ says, done, total }) => {
      session.checkpoint()
      session.phase(`${done + 1} of ${total}: ${says}`)
    },
  })
  await session.listen()
  await session.answer(
    () => inference,
    () => inferReport(inference),
  )
  return 0
}

const ownOrNamed = async (text: string): Promise<string | Policy> =>
  isModulePath(text) ? policyAt(text, '--policies') : text

function names(list: string, before: readonly string[] = []): readonly string[] {
  const entries = list.split(',')
  if (!entries.includes('')) return [...before, ...entries]
  throw mistake('empty-name', '--policies', list, 'an entry is empty', 'Write --policies a,b,c.')
}
