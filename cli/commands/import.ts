import { importerOf } from '../../models/importers/index.js'
import { importers, writeImported } from '../../models/index.js'
import type { Command, ExitStatus, Session } from '../command.js'
import { path } from '../flags.js'
import { importNotes, importSummary, importTable } from '../reports/import-report.js'
import { mistake } from '../usage.js'

const EXAMPLES = `
Examples:
  $ spillway import hyperliquid replay.csv --market AVAX --out avax
      the fills of one coin as a folder event; what was closed is in avax/allocation.csv
  $ spillway verify avax avax/allocation.csv
      what the venue did, against the best it could have done
  $ spillway import hyperliquid-fills fills.jsonl --gap-ms 5000 --out october
      every wave of a crisis as an event of its own, in october/waves

Exit status: 0 done, 2 bad input; then nothing is written.`

interface Flags {
  readonly out: string
  readonly time?: string
  readonly market?: readonly string[]
  readonly remark?: readonly string[]
  readonly gapMs?: number
  readonly map?: string
  readonly force?: boolean
}

/** Milliseconds, zero or more. */
function gap(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw mistake('bad-number', '--gap-ms', text, 'not a number of milliseconds', 'Write --gap-ms 5000.')
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]

/** `spillway import SOURCE FILE... --out FOLDER`: other people's files become a folder event and an allocation. */
export const importCommand: Command = {
  name: 'import',
  register(program, start) {
    program
      .command('import')
      .summary("turn a venue's files into an event, and what the venue closed into an allocation")
      .argument('<source>', `whose files these are: ${Object.keys(importers).join(', ')}`)
      .argument('<file...>', 'several files are read as one table')
      .requiredOption('--out <folder>', 'where the event goes, and allocation.csv with it', path('--out'))
      .option('--time <ms>', 'only rows of this time: milliseconds since 1970 (UTC) or ISO-8601')
      .option('--market <coins>', 'only these coins: AVAX,LTC; may be repeated', collect)
      .option('--remark <prices>', 'COIN=PRICE,...: move equities from a mark of PRICE to the ADL price', collect)
      .option(
        '--gap-ms <n>',
        'group fills into waves: a new one where more than N milliseconds pass without a fill',
        gap,
      )
      .option('--map <file>', 'which columns mean what, for the source `table`', path('--map'))
      .option('--force', 'replace the event in a folder that is not empty; its other files stay')
      .addHelpText('after', EXAMPLES)
      .action((source: string, files: string[], flags: Flags) =>
        start((session) => runImport(session, source, files, flags)),
      )
  },
}

async function runImport(session: Session, source: string, files: string[], flags: Flags): Promise<ExitStatus> {
  const { out, time, gapMs, map, force = false } = flags
  const importer = importerOf(source)
  const market = flags.market && entriesOf(flags.market, '--market', 'AVAX,LTC')
  const remark = flags.remark && pricesOf(entriesOf(flags.remark, '--remark', 'AVAX=15.122'))
  const imported = await importer.read(files, {
    ...session.reading(),
    ...(time !== undefined && { time }),
    ...(market && { market }),
    ...(remark && { remark }),
    ...(gapMs !== undefined && { gapMs }),
    ...(map !== undefined && { map }),
  })
  session.checkpoint()
  await writeImported(out, imported, { replace: force })
  for (const note of importNotes(imported)) session.say(note)
  await session.answer(
    () => importSummary(source, out, imported),
    () => importTable(out, imported),
  )
  return 0
}

/** The entries of a comma list that may be given in parts. */
function entriesOf(lists: readonly string[], flag: string, example: string): readonly string[] {
  const entries = lists.flatMap((list) => list.split(','))
  if (!entries.includes('')) return entries
  throw mistake('empty-name', flag, lists.join(), 'an entry is empty', `Write ${flag} ${example}.`)
}

function pricesOf(entries: readonly string[]): Readonly<Record<string, string>> {
  const prices = new Map<string, string>()
  for (const entry of entries) {
    const at = entry.lastIndexOf('=')
    if (at <= 0) throw mistake('bad-pair', '--remark', entry, 'not a coin and a price', 'Write --remark AVAX=15.122.')
    const coin = entry.slice(0, at)
    if (prices.has(coin)) throw mistake('duplicate-market', '--remark', coin, 'this coin stands twice', 'Keep one.')
    prices.set(coin, entry.slice(at + 1))
  }
  return Object.fromEntries(prices)
}
