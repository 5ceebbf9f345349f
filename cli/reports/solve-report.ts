import { largestReductions } from '../../models/analysis/index.js'
import type { AdlEvent, Solution } from '../../models/index.js'
import { toNumber } from '../../src/numeric/index.js'
import { hanging, widthOf } from '../layout.js'
import {
  coloursFor,
  count,
  facts,
  gap,
  leverage,
  leverages,
  loadingsWords,
  name,
  number,
  percent,
  roundedContracts,
  table,
} from '../table.js'
import { notCountedFacts, solutionHeadline, valued } from './headline.js'
import { remarksReport } from './remarks-report.js'

const MOST_ROWS = 15

/** A solution for people: what came out and who proved it, what it costs, who is closed. */
export function solveReport(event: AdlEvent, solution: Solution, read: number, moves?: string): string {
  const colours = coloursFor(process.stdout)
  const { status, objective, bound, relativeGap, solver, accounts, screening, reason, seconds } = solution
  const paint = status === 'optimal' ? colours.green : colours.red
  const total = read + seconds.build + seconds.solve + seconds.certify
  const hasPoint = solution.reductions !== undefined
  const head = paint(colours.bold(hanging(solutionHeadline(solution, moves), 2, widthOf(process.stdout))))
  const lines: [string, string][] = []
  if (reason !== undefined) lines.push(['reason', roundedContracts(reason)])
  if (hasPoint) lines.push(['proved', `no allocation is below ${valued(objective, bound)} (gap ${gap(relativeGap)})`])
  lines.push(
    ['by', `${solver.name} ${solver.version} (${solver.status}) in ${total.toPrecision(2)} s`],
    ['leverage', leverageWords(solution)],
    ...notCountedFacts(objective),
  )
  if (solution.lots !== undefined) {
    const { continuous, relativeGap: above } = solution.lots
    lines.push(['lots', `in fractions of lots ${valued(objective, continuous)} (gap ${gap(above)})`])
  }
  if (solution.factorLeverage !== undefined) lines.push(['in the factor', factorWords(solution.factorLeverage)])
  if (accounts !== undefined) {
    const { eligible, touched, closed } = accounts
    lines.push(['accounts', `${count(touched)} of ${count(eligible)} eligible reduced, ${count(closed)} closed whole`])
  }
  if (screening !== undefined) {
    const { dropped, linear, kinked } = screening
    lines.push([
      'screening',
      `${count(kinked)} of ${count(dropped + linear + kinked)} pairs of account and move bend, ${count(linear)} always lose, the rest never`,
    ])
  }
  return [
    head,
    facts(lines, colours),
    ...remarksReport(solution.remarks),
    ...prices(event, solution),
    ...reductions(event, solution),
  ].join('\n')
}

function leverageWords({ leverage: { maxBefore, maxAfter } }: Solution): string {
  return `largest ${leverage(maxBefore)}${maxAfter === undefined ? '' : ` → ${leverage(maxAfter)}`}`
}

function factorWords(factor: NonNullable<Solution['factorLeverage']>): string {
  const { minBefore, maxBefore, minAfter, maxAfter } = factor
  const after = minAfter === undefined || maxAfter === undefined ? '' : ` → ${leverages(minAfter, maxAfter)}`
  return `from ${leverages(minBefore, maxBefore)}${after} (${loadingsWords(factor)})`
}

function prices(event: AdlEvent, solution: Solution): string[] {
  const { prices: priceOf } = solution
  if (priceOf === undefined || Object.keys(priceOf).length === 0) return []
  const colours = coloursFor(process.stdout)
  const { demand, markets } = event.given ?? event
  const rows = demand
    .filter(({ market }) => Object.hasOwn(priceOf, markets[market].market))
    .map(({ market, side, quantity }) => {
      const { market: title, markPrice } = markets[market]
      const price = priceOf[title]
      const cells = [number(toNumber(markPrice)), side > 0 ? 'long' : 'short', number(toNumber(quantity))]
      return [name(title), ...cells, price === null ? 'unknown' : number(price)]
    })
  const columns = [
    { title: 'market', isName: true },
    { title: 'mark', isNumber: true },
    { title: 'side' },
    { title: 'contracts', isNumber: true },
    { title: 'shadow price', isNumber: true },
  ]
  const unit = solution.objective.unit === undefined ? '' : ` (${solution.objective.unit} per contract)`
  const meaning = `Shadow price: by how much the least ${solution.objective.name} falls if one more contract is demanded${unit}; below zero it rises, and at 0 one contract more changes nothing.`
  return [
    '',
    colours.bold('Demand'),
    shortened(rows, (shown) => table(columns, shown, colours), event.demand.length),
    `  ${colours.dim(hanging(meaning, 2, widthOf(process.stdout)))}`,
  ]
}

function reductions(event: AdlEvent, { reductions: all }: Solution): string[] {
  if (all === undefined || all.length === 0) return []
  const colours = coloursFor(process.stdout)
  const { rows } = largestReductions(event, all, MOST_ROWS)
  const columns = [
    { title: 'account', isName: true },
    { title: 'market', isName: true },
    { title: 'closed', isNumber: true },
    { title: 'held', isNumber: true },
    { title: 'share', isNumber: true },
    { title: 'leverage', isNumber: true },
    { title: '', isNumber: true },
  ]
  const cells = rows.map((row) => [
    name(row.account),
    name(row.market),
    number(row.closed),
    number(row.held),
    percent(row.closed / row.held),
    leverage(row.leverageBefore),
    `→ ${leverage(row.leverageAfter)}`,
  ])
  const title = all.length > rows.length ? 'Largest reductions' : 'Reductions'
  return ['', colours.bold(title), shortened(cells, (shown) => table(columns, shown, colours), all.length)]
}

/** At most fifteen rows, and how many there are besides. */
function shortened(
  rows: readonly (readonly string[])[],
  print: (rows: readonly (readonly string[])[]) => string,
  total: number,
): string {
  const shown = rows.slice(0, MOST_ROWS)
  const printed = print(shown)
  return total > shown.length ? `${printed}\n  … and ${count(total - shown.length)} more` : printed
}
