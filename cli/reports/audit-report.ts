import { type Audit, axioms, type EventJson } from '../../models/index.js'
import { coloursFor, count, name, table } from '../table.js'

/** An audit for people: the verdicts, then each break with what was promised, what happens, and the books. */
export function auditReport({ policy, seed, axioms: reports }: Audit): string {
  const colours = coloursFor(process.stdout)
  const columns = [{ title: 'axiom' }, { title: 'verdict' }, { title: 'trials', isNumber: true }]
  const rows = reports.map(({ axiom, verdict, trials }) => [
    axiom,
    verdict === 'holds' ? colours.green(verdict) : colours.red(colours.bold(verdict)),
    count(trials),
  ])
  const broken = reports.flatMap(({ axiom, counterexample }) => {
    if (counterexample === undefined) return []
    const { event, variant, says } = counterexample
    return [
      '',
      `${colours.bold(axiom)}  ${colours.dim(axioms.find((known) => known.name === axiom)!.statement)}`,
      `  ${says}`,
      `  ${colours.dim('book   ')} ${bookInWords(event)}`,
      ...(variant ? [`  ${colours.dim('variant')} ${bookInWords(variant)}`] : []),
    ]
  })
  const hint = broken.length === 0 ? [] : ['', colours.dim('The events are in --json, and in files with --out FOLDER.')]
  return [`${colours.bold(name(policy))}, seed ${seed}`, table(columns, rows, colours), ...broken, ...hint].join('\n')
}

/** "BTC 1 long demanded at 100; a: 1 BTC from 80, equity 20; …": what a reader needs to follow a counterexample. */
export function bookInWords({ markets, accounts, demand }: EventJson): string {
  const priceOf = new Map(markets.map(({ market, markPrice, adlPrice }) => [market, priceInWords(markPrice, adlPrice)]))
  const parts = [
    ...(demand ?? []).map(
      ({ market, side, quantity }) => `${market} ${quantity} ${side} demanded at ${priceOf.get(market)}`,
    ),
    ...accounts.map(({ account, equity, positions }) => {
      const held = positions.map(({ market, quantity, entryPrice }) => `${quantity} ${market} from ${entryPrice}`)
      return `${account}: ${[...held, `equity ${equity}`].join(', ')}`
    }),
  ]
  return parts.join('; ')
}

function priceInWords(mark: number | string, adl: number | string | null | undefined): string {
  return adl === undefined || adl === null || adl === mark ? String(mark) : `${adl}, mark ${mark}`
}
