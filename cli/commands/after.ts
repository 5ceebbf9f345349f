import { Option } from 'commander'
import { defaultOptions } from '../../models/analysis/index.js'
import { type BookAfter, bookAfter, eventJson } from '../../models/index.js'
import type { Command, ExitStatus, Session } from '../command.js'
import { allocationArgument, eventArgument } from '../event-arguments.js'
import { checkEventOut, writeEvent } from '../event-out.js'
import { fraction, pathOrStandard } from '../flags.js'
import { jsonPieces } from '../json-output.js'
import { allocationAt, checkOneStandardInput, eventAt, STANDARD } from '../standard-input.js'
import { count, several } from '../table.js'

const EXAMPLES = `
Examples:
  $ spillway after crash.json closed.csv --out left.json
      the book as the allocation leaves it: smaller positions, equities after what was conceded, no demand
  $ spillway after waves/0001 waves/0001/allocation.csv --out left

Exit status: 0 done, 2 bad input; then nothing is written.`

interface Flags {
  readonly out: string
  readonly feasibility: number
  readonly force?: boolean
}

/** `spillway after EVENT ALLOCATION --out EVENT`: the book that an allocation leaves. */
export const afterCommand: Command = {
  name: 'after',
  register(program, start) {
    program
      .command('after')
      .summary('the book that an allocation leaves')
      .description(
        'Closes what an allocation says, exactly, and writes the book that is left as an event without demand.',
      )
      .addArgument(eventArgument)
      .addArgument(allocationArgument)
      .requiredOption(
        '--out <event>',
        'a .json file, a folder, or - for JSON on standard output',
        pathOrStandard('--out'),
      )
      .addOption(
        new Option('--feasibility <share>', 'closed beyond a position by at most this share of it: closed whole')
          .argParser(fraction('--feasibility'))
          .default(defaultOptions.feasibility),
      )
      .option('--force', 'replace the event in a folder that is not empty; its other files stay')
      .addHelpText('after', EXAMPLES)
      .action((event: string, allocation: string, flags: Flags) =>
        start((session) => run(session, event, allocation, flags)),
      )
  },
}

async function run(session: Session, eventPath: string, closed: string, flags: Flags): Promise<ExitStatus> {
  const { out, feasibility, force = false } = flags
  checkOneStandardInput(eventPath, closed)
  if (out !== STANDARD) await checkEventOut(out, eventPath, [closed], force)
  const event = await eventAt(eventPath, session.reading())
  const allocation = await allocationAt(closed, session.reading())
  session.phase('closing')
  const left = bookAfter(event, allocation, { feasibility })
  await session.listen()
  if (out !== STANDARD) await writeEvent(out, left.event)
  if (out === STANDARD && !session.json) {
    await session.print(jsonPieces(eventJson(left.event)))
    for (const line of wordsOf(left)) session.say(line)
    return 0
  }
  await session.answer(
    () => leftJson(left, out),
    () => wordsOf(left).join('\n'),
  )
  if (out !== STANDARD) session.say(`Wrote the book to ${out}`)
  return 0
}

function leftJson({ event, closed, stale, violations }: BookAfter, out: string): object {
  return {
    digest: event.digest(),
    accounts: event.accounts.count,
    positions: event.positions.count,
    closed,
    stale,
    violations,
    ...(out === STANDARD ? { event: eventJson(event) } : { out }),
  }
}

function wordsOf({ event, closed, stale, violations }: BookAfter): string[] {
  const lines = [
    `${several(closed.whole, 'position')} closed whole and ${count(closed.partly)} in part; ${several(event.positions.count, 'position')} of ${several(event.accounts.count, 'account')} are left.`,
  ]
  for (const { code, market, by } of violations) {
    const word = code === 'demand-short' ? 'fewer' : 'more'
    if (market !== undefined) lines.push(`${by} contracts of ${market} ${word} are closed than are demanded (${code}).`)
  }
  for (const [field, accounts] of Object.entries(stale)) {
    if (accounts > 0)
      lines.push(
        `The ${field} of ${several(accounts, 'account')} is left out: closing changed it, and the book does not say to what.`,
      )
  }
  return lines
}
