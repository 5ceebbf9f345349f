import { reasonSays } from '../../models/importers/index.js'
import type { Imported, ImportedEvent, ImportRecord } from '../../models/index.js'
import { toText } from '../../src/numeric/index.js'
import { coloursFor, count, name, table } from '../table.js'

/** Rows that are named one by one; the record counts them all. */
const NAMED = 20

/** What the source has that an event cannot hold, and what was done about it; a line each, for standard error. */
export function importNotes({ disagreements, overReductions, record, waves, counts }: Imported): string[] {
  const notes: string[] = []
  for (const { account, kept, other, file, line } of disagreements.slice(0, NAMED)) {
    notes.push(`${file}:${line}: ${account} has equity ${other} here and ${kept} in its first row, which counts.`)
  }
  for (const { account, market, held, closed } of overReductions.slice(0, NAMED)) {
    notes.push(`${account} held ${held} ${market} and ${closed} were closed: verify will report an over-reduction.`)
  }
  if (counts.withoutEntryPrice > 0) {
    notes.push(`${count(counts.withoutEntryPrice)} of ${count(counts.positions)} positions have no entry price.`)
  }
  return [
    ...notes,
    ...recordNotes(record),
    ...(waves === undefined ? [] : [`Events in waves/: ${count(waves.length)}.`]),
  ]
}

function recordNotes({ rows, kept, dropped, repaired, defaulted, unknown, moment, until }: ImportRecord): string[] {
  const lines = (word: string, list: ImportRecord['dropped']) =>
    list.map((one) => `${word} ${count(one.count)}: ${reasonSays(one.reason)} (${one.reason}; first ${one.first}).`)
  const times = until === undefined ? (moment ?? 'not known') : `${moment} to ${until}`
  return [
    `${count(rows)} rows, ${count(kept)} kept; moment ${times}.`,
    ...lines('Dropped', dropped),
    ...lines('Repaired', repaired),
    ...lines('Completed', defaulted),
    ...unknown.map(({ says }) => `Not known: ${says}`),
  ]
}

/** Quantities are exact, hence decimals in strings. */
export function importSummary(source: string, out: string, imported: Imported): object {
  const { waves, disagreements, overReductions, counts, record } = imported
  const { source: _, ...rest } = record
  return {
    source,
    out,
    ...counts,
    ...(waves === undefined
      ? { demand: demandOf(imported) }
      : {
          waves: waves.map((wave) => ({
            name: wave.name,
            moment: wave.moment,
            ...(wave.until !== undefined && { until: wave.until }),
            demand: demandOf(wave),
            reductions: wave.reductions.length,
          })),
        }),
    disagreements,
    overReductions,
    import: rest,
  }
}

function demandOf({ event }: ImportedEvent): object {
  return Object.fromEntries(
    event.demand.map(({ market, quantity }) => [event.markets[market].market, toText(quantity)]),
  )
}

const columns = [
  { title: 'market' },
  { title: 'side' },
  { title: 'ADL price', isNumber: true },
  { title: 'demand', isNumber: true },
  { title: 'reductions', isNumber: true },
]

/** The demand of each event; of many waves, the first ones. */
export function importTable(out: string, imported: Imported): string {
  const { waves, counts } = imported
  const ending = `${count(counts.accounts)} accounts and ${count(counts.positions)} positions in ${out}`
  const colours = coloursFor(process.stdout)
  if (waves === undefined && imported.event.demand.length === 0) return `Nothing is demanded.\n\n${ending}`
  if (waves === undefined) return `${table(columns, rowsOf(imported), colours)}\n\n${ending}`
  const rows = waves.slice(0, NAMED).flatMap((wave) => rowsOf(wave).map((row) => [wave.name, ...row]))
  const more = waves.length > NAMED ? `\n… and ${count(waves.length - NAMED)} more in ${out}/waves` : ''
  return `${table([{ title: 'event' }, ...columns], rows, colours)}${more}\n\n${ending}/waves`
}

function rowsOf({ event, reductions = [] }: ImportedEvent): string[][] {
  const closed = new Map<string, number>()
  for (const { market } of reductions) closed.set(market, (closed.get(market) ?? 0) + 1)
  const { demand, markets } = event.given ?? event
  return demand.map(({ market: index, side, quantity }) => {
    const { market, adlPrice } = markets[index]
    const sizes = [toText(adlPrice), toText(quantity), count(closed.get(market) ?? 0)]
    return [name(market), side === 1 ? 'long' : 'short', ...sizes]
  })
}
