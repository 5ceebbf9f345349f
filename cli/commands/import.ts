import { type Imported, importerOf, importers, writeImported } from '../../models/index.js'
import { toText } from '../../src/index.js'
import type { Command, ExitStatus, Session } from '../command.js'
import { path } from '../flags.js'
import { coloursFor, count, name, table } from '../table.js'
import { mistake } from '../usage.js'

const EXAMPLES = `
Examples:
  $ spillway import hyperliquid replay.csv --market AVAX --out avax
      the fills of one coin as a folder event; what was closed is in avax/allocation.csv
  $ spillway verify avax avax/allocation.csv
      what the venue did, against the best it could have done

Exit status: 0 done, 2 bad input; then nothing is written.`

interface Flags {
  readonly out: string
  readonly time?: string
  readonly market?: readonly string[]
  readonly remark?: readonly string[]
  readonly force?: boolean
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
      .option('--force', 'replace the event in a folder that is not empty; its other files stay')
      .addHelpText('after', EXAMPLES)
      .action((source: string, files: string[], flags: Flags) =>
        start((session) => runImport(session, source, files, flags)),
      )
  },
}

async function runImport(session: Session, source: string, files: string[], flags: Flags): Promise<ExitStatus> {
  const { out, time, force = false } = flags
  const importer = importerOf(source)
  const market = flags.market && entriesOf(flags.market, '--market', 'AVAX,LTC')
  const remark = flags.remark && pricesOf(entriesOf(flags.remark, '--remark', 'AVAX=15.122'))
  const imported = await importer.read(files, {
    ...session.reading(),
    ...(time !== undefined && { time }),
    ...(market && { market }),
    ...(remark && { remark }),
  })
  session.checkpoint()
  await writeImported(out, imported, { replace: force })
  tellOddities(session, imported)
  await session.answer(
    () => summaryOf(source, out, imported),
    () => tableOf(out, imported),
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

/** What the source has that an event cannot hold, and what was done about it. */
function tellOddities(session: Session, { disagreements, overReductions, counts }: Imported): void {
  for (const { account, kept, other, file, line } of disagreements) {
    session.say(`${file}:${line}: ${account} has equity ${other} here and ${kept} in its first row, which counts.`)
  }
  for (const { account, market, held, closed } of overReductions) {
    session.say(`${account} held ${held} ${market} and ${closed} were closed: verify will report an over-reduction.`)
  }
  if (counts.withoutEntryPrice > 0) {
    session.say(`${counts.withoutEntryPrice} of ${counts.positions} positions have no entry price.`)
  }
}

/** Quantities are exact, hence decimals in strings. */
function summaryOf(source: string, out: string, { event, disagreements, overReductions, counts }: Imported): object {
  const demand = event.demand.map(({ market, quantity }) => [event.markets[market].market, toText(quantity)])
  return { source, out, ...counts, demand: Object.fromEntries(demand), disagreements, overReductions }
}

function tableOf(out: string, { event, reductions, counts }: Imported): string {
  const closed = new Map<string, number>()
  for (const { market } of reductions) closed.set(market, (closed.get(market) ?? 0) + 1)
  const columns = [
    { title: 'market' },
    { title: 'side' },
    { title: 'ADL price', isNumber: true },
    { title: 'demand', isNumber: true },
    { title: 'reductions', isNumber: true },
  ]
  const rows = event.demand.map(({ market: index, side, quantity }) => {
    const { market, adlPrice } = event.markets[index]
    const sizes = [toText(adlPrice), toText(quantity), count(closed.get(market) ?? 0)]
    return [name(market), side === 1 ? 'long' : 'short', ...sizes]
  })
  const ending = `${count(counts.accounts)} accounts and ${count(counts.positions)} positions in ${out}`
  return `${table(columns, rows, coloursFor(process.stdout))}\n\n${ending}`
}
