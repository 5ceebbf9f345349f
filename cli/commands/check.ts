import { Option } from 'commander'
import {
  type Check,
  checkCertificate,
  defaultOptions,
  readAllocation,
  readCertificate,
  readEvent,
} from '../../models/index.js'
import { fraction, path } from '../arguments.js'
import type { Command, ExitStatus, Session } from '../command.js'
import { EXACT_HELP } from '../flags.js'
import { coloursFor, facts, gap, number } from '../table.js'

const EXAMPLES = `
Examples:
  $ spillway check crash.json closed.csv proof.json
      does the certificate prove what it says of these reductions? No solver takes part.

The event and the allocation may be in either form, and in any order: their content counts. A certificate comes from
\`spillway verify --certificate\` and is worth nothing for any other event or allocation.

Exit status: 0 proved, 1 not proved, 2 bad input.`

export const checkCommand: Command = {
  name: 'check',
  register(program, start) {
    program
      .command('check')
      .summary('re-check a certificate, without any solver')
      .description('Proves the value and the bound of a certificate anew, in exact arithmetic.')
      .argument('<event>', 'a folder of CSV files, or a .json file', path('EVENT'))
      .argument('<allocation>', 'what was closed: .json or .csv', path('ALLOCATION'))
      .argument('<certificate>', 'the proof, .json', path('CERTIFICATE'))
      .option('--exact', EXACT_HELP)
      .addOption(
        new Option('--feasibility <share>', 'the most that is forgiven of a demand or a position')
          .argParser(fraction('--feasibility'))
          .default(defaultOptions.feasibility),
      )
      .addHelpText('after', EXAMPLES)
      .action((event: string, allocation: string, certificate: string, flags: Flags) =>
        start((session) => run(session, event, allocation, certificate, flags)),
      )
  },
}

interface Flags {
  readonly exact?: boolean
  readonly feasibility: number
}

async function run(
  session: Session,
  place: string,
  closed: string,
  proof: string,
  { exact = false, feasibility }: Flags,
): Promise<ExitStatus> {
  const certificate = await readCertificate(proof, session.reading())
  const allocation = await readAllocation(closed, session.reading())
  const event = await readEvent(place, session.reading())
  session.phase('proving')
  const check = checkCertificate(event, allocation, certificate, [], { exact, feasibility })
  await session.listen()
  await session.answer(
    () => check,
    () => checkReport(check),
  )
  return check.proved ? 0 : 1
}

function checkReport({ proved, objective, value, bound, relativeGap, reason }: Check): string {
  const colours = coloursFor(process.stdout)
  const word = proved ? colours.green(colours.bold('proved')) : colours.red(colours.bold('not proved'))
  const lines: [string, string][] = []
  if (reason !== undefined) lines.push(['reason', reason])
  if (value !== null || bound !== null) {
    lines.push(['value', number(value)], ['bound', number(bound)], ['relative gap', gap(relativeGap)])
  }
  return lines.length === 0 ? `${word}  ${objective}` : [`${word}  ${objective}`, facts(lines, colours)].join('\n')
}
