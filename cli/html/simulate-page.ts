import { decimalJson } from '../../models/book/index.js'
import type { AdlEvent, PathResult, Simulation, Venue } from '../../models/index.js'
import { policyTitle } from '../../reports/plain-names.js'
import { shownTotal, TOTALS } from '../reports/simulate-report.js'
import { count, leverage, number, percent, rounded, several } from '../table.js'
import { type Content, html, type Markup } from './markup.js'
import { type Cell, dataTable, definitions, figure, renderPage, type Section } from './page.js'
import { DASHED, DOTTED, drawPanels, type PanelsOptions, panelTitle, type Series, SOLID } from './panels.js'

export interface SimulatePageInput {
  /** As it was named on the command line. */
  readonly eventPath: string
  readonly event: AdlEvent
  readonly venue: Venue
  readonly simulation: Simulation
}

type ShownPath = Simulation['paths'][number]

/** A crisis as a page that stands alone: what each policy left, step by step, side by side, and whom it closed. */
export async function simulatePage({ eventPath, event, venue, simulation }: SimulatePageInput): Promise<string> {
  const { paths } = simulation
  const policies = Object.keys(paths[0].policies)
  const path = worstPath(paths)
  const title =
    paths.length === 1 ? 'What each policy left' : `What each policy left, means over ${several(paths.length, 'path')}`
  const sections: Section[] = [
    { title: 'The crisis', body: facts(eventPath, event, venue, simulation) },
    { title, body: totals(paths, policies) },
    { title: `Prices on path ${path.name}`, body: await prices(path, event) },
    { title: 'Insurance fund and uncovered loss', body: await money(path, venue) },
    { title: 'Notional closed by the ADL', body: await adl(path) },
    { title: 'Leverage of the survivors', body: await survivors(path) },
    { title: 'Whom the ADL closed most', body: mostClosed(path) },
    { title: 'What the words mean', body: definitions(MEANINGS) },
  ]
  const shown = paths.length === 1 ? '' : `; pictures of path ${path.name}, on which most was left uncovered`
  const says = `${several(policies.length, 'policy', 'policies')} on ${several(paths.length, 'path')} of prices${shown}`
  return renderPage({ title: `A crisis, step by step: ${eventPath}`, says, sections })
}

/** The path with most uncovered over all policies, then with most closed; the first of equals. */
function worstPath(paths: Simulation['paths']): ShownPath {
  const badness = ({ policies }: ShownPath): readonly [number, number] => {
    const all = Object.values(policies).map(
      ({ totals: { uncovered, adlNotional } }) => [uncovered, adlNotional] as const,
    )
    return [all.reduce((sum, [a]) => sum + a, 0), all.reduce((sum, [, b]) => sum + b, 0)]
  }
  return paths.reduce((worst, path) => {
    const [a, b] = badness(path)
    const [c, d] = badness(worst)
    return a > c || (a === c && b > d) ? path : worst
  })
}

function facts(eventPath: string, event: AdlEvent, venue: Venue, simulation: Simulation): Markup {
  const { seed, event: digest } = simulation
  const rates = [...venue.maintenance].map(([market, rate]) => `${market} ${share(rate)}`)
  const standard = `${share(venue.defaultMaintenance)}${rates.length > 0 ? ' for other markets' : ' of notional'}`
  const book = event.given ?? event
  const pairs: [Content, Content][] = [
    ['event', eventPath],
    ['digest', html`<code>${digest}</code>`],
    [
      'book',
      `${several(book.accounts.count, 'account')}, ${several(book.positions.count, 'position')}, ${several(book.markets.length, 'market')}`,
    ],
    ['insurance fund', number(Number(decimalJson(venue.insuranceFund)))],
    ['maintenance margin', [...rates, standard].join(', ')],
    [
      'liquidation',
      `at the mark less ${share(venue.impact)} impact; a fee of ${share(venue.fee)}, to the ${venue.feeTo}`,
    ],
    [
      'policies',
      policiesOf(simulation)
        .map(([title, name]) => (title === name ? name : `${title} (${name})`))
        .join(', '),
    ],
    ['ADL price', venue.adlPrice === 'mark' ? 'the mark' : 'the bankruptcy price'],
    ['responses', venue.behaviour.name === 'none' ? 'none' : `${venue.behaviour.name}: ${venue.behaviour.summary}`],
    ['seed', seed],
  ]
  return definitions(pairs)
}

/** Policies as people call them, and on the command line. */
const policiesOf = ({ paths }: Simulation): (readonly [title: string, name: string])[] =>
  Object.keys(paths[0].policies).map((policy) => [policyTitle(policy), policy])

const share = (rate: Parameters<typeof decimalJson>[0]): string => `${number(100 * Number(decimalJson(rate)))} %`

function totals(paths: Simulation['paths'], policies: readonly string[]): Markup {
  const values = policies.map((policy) => TOTALS.map(({ of }) => paths.map((path) => of(path.policies[policy].totals))))
  const shown = values.map((columns) => columns.map(shownTotal))
  const sums = values.map((columns) => columns.map((column) => column.reduce((sum, value) => sum + value, 0)))
  const rows = policies.map((policy, p): Cell[] => [
    { text: policyTitle(policy) },
    ...TOTALS.map((_, c): Cell => {
      const column = sums.map((row) => row[c])
      const least = Math.min(...column)
      return { text: shown[p][c], isBest: sums[p][c] === least && column.some((other) => other > least) }
    }),
  ])
  const note =
    'Bold and underlined: the least of its column. Less closed, or less profit forgone, is no merit by itself.'
  return html`${dataTable('', ['policy', ...TOTALS.map(({ title }) => title)], rows)}<p>${note}</p>`
}

const panelsOf = (path: ShownPath, series: (result: PathResult) => readonly Series[]) =>
  Object.entries(path.policies).map(([policy, result]) => ({
    title: panelTitle([policyTitle(policy)]),
    series: series(result),
  }))

const STEPS = { title: 'step', format: 'd' } as const

const MOST_MARKETS = 6

/** A path goes on from the marks of the event, step 0. */
async function prices(path: ShownPath, event: AdlEvent): Promise<Markup> {
  const [{ steps }] = Object.values(path.policies)
  const markets = Object.keys(steps[0].prices)
  const marks = new Map(
    (event.given ?? event).markets.map(({ market, markPrice }) => [market, Number(decimalJson(markPrice))]),
  )
  const before = (market: string): number => marks.get(market) as number
  const change = (market: string, t: number): number => steps[t].prices[market] / before(market) - 1
  const reach = (market: string): number => Math.max(...steps.map((_, t) => Math.abs(change(market, t))))
  const shown = markets
    .filter((market) => before(market) > 0)
    .sort((a, b) => reach(b) - reach(a))
    .slice(0, MOST_MARKETS)
  const chart = await drawPanels(
    'prices',
    shown.map((market) => ({
      title: panelTitle([market]),
      series: [
        { name: 'mark', points: [[0, 0], ...steps.map(({ step }, t): [number, number] => [step, change(market, t)])] },
      ],
    })),
    { x: STEPS, y: { title: 'against the event', format: '+%' }, styles: { mark: SOLID } },
  )
  const picked = pick(steps.length)
  const rows = shown.map((market): Cell[] => [
    { text: market },
    { text: rounded(before(market), 6) },
    ...picked.map((t): Cell => ({ text: rounded(steps[t].prices[market], 6) })),
  ])
  const more = markets.length - shown.length
  const caption = `Marks relative to those of the event${more > 0 ? `, of the ${MOST_MARKETS} markets of ${count(markets.length)} that moved most` : ''}.`
  return figure(
    chart,
    `A line per market of its mark against the step.`,
    caption,
    dataTable('Marks', ['', 'event', ...picked.map((t) => `step ${steps[t].step}`)], rows),
  )
}

async function money(path: ShownPath, venue: Venue): Promise<Markup> {
  const FUND = 'insurance fund'
  const LOST = 'uncovered so far'
  const start = Number(decimalJson(venue.insuranceFund))
  const lost = ({ steps }: PathResult): number[] => running(steps.map(({ uncovered }) => uncovered))
  const chart = await drawPanels(
    'money',
    panelsOf(path, (result) => [
      { name: FUND, points: [[0, start], ...result.steps.map(({ step, fund }): [number, number] => [step, fund])] },
      { name: LOST, points: [[0, 0], ...lost(result).map((sum, t): [number, number] => [t + 1, sum])] },
    ]),
    panels({ title: 'quote currency', format: '~s' }, { [FUND]: SOLID, [LOST]: DASHED }),
  )
  const numbers = byPolicy('Uncovered so far, quote currency', path, (result, t) => rounded(lost(result)[t], 7))
  const caption =
    'Solid: what the fund holds after each step. Dashed: debts of accounts taken over that nobody paid, added up over the steps.'
  return figure(
    chart,
    'A chart per policy of the insurance fund and of the uncovered loss against the step.',
    caption,
    numbers,
  )
}

async function adl(path: ShownPath): Promise<Markup> {
  const CLOSED = 'closed so far'
  const closed = ({ steps }: PathResult): number[] => running(steps.map(({ adlNotional }) => adlNotional))
  const chart = await drawPanels(
    'adl',
    panelsOf(path, (result) => [
      { name: CLOSED, points: [[0, 0], ...closed(result).map((sum, t): [number, number] => [t + 1, sum])] },
    ]),
    panels({ title: 'quote currency', format: '~s' }, { [CLOSED]: SOLID }),
  )
  const numbers = byPolicy('Notional closed in each step, at its marks', path, ({ steps }, t) =>
    rounded(steps[t].adlNotional, 7),
  )
  const caption = 'Notional that the ADL closed, at the marks of each step, added up over the steps.'
  return figure(chart, 'A chart per policy of the notional closed so far against the step.', caption, numbers)
}

async function survivors(path: ShownPath): Promise<Markup> {
  const levels = { median: SOLID, 'nine in ten are below': DASHED, largest: DOTTED }
  const [MEDIAN, HIGH, MAX] = Object.keys(levels)
  const line = ({ steps }: PathResult, of: 'median' | 'high' | 'max') =>
    steps.map(({ step, leverage: level }): [number, number | null] => [step, level[of]])
  const all = Object.values(path.policies).flatMap(({ steps }) => steps.map(({ leverage: { max } }) => max ?? 0))
  const chart = await drawPanels(
    'survivors',
    panelsOf(path, (result) => [
      { name: MEDIAN, points: line(result, 'median') },
      { name: HIGH, points: line(result, 'high') },
      { name: MAX, points: line(result, 'max') },
    ]),
    {
      ...panels({ title: 'leverage', format: '~g' }, levels),
      y: { title: 'leverage', format: '~g', scale: Math.max(...all) > 100 ? 'symlog' : 'linear' },
    },
  )
  const numbers = byPolicy('Largest leverage after each step', path, ({ steps }, t) => {
    const { max } = steps[t].leverage
    return max === null ? '–' : leverage(max, 4)
  })
  const caption =
    'Gross leverage at the marks, after each step, of accounts that hold something and have equity. Solid: the median. Dashed: nine in ten are below. Dotted: the largest.'
  return figure(
    chart,
    'A chart per policy of leverage against the step: median, nine in ten, largest.',
    caption,
    numbers,
  )
}

function mostClosed(path: ShownPath): Markup {
  const tables = Object.entries(path.policies).map(([policy, { mostClosed: accounts, totals: sum }]) => {
    if (accounts.length === 0) return html`<div><h3>${policyTitle(policy)}</h3><p>Nobody was closed.</p></div>`
    const rows = accounts.map(({ account, notional, profitForgone }): Cell[] => [
      { text: account },
      { text: rounded(notional, 6) },
      { text: percent(notional / sum.adlNotional) },
      { text: rounded(profitForgone, 6) },
    ])
    return html`<div><h3>${policyTitle(policy)}</h3>${dataTable('', ['account', 'notional', 'of all', 'forgone'], rows)}</div>`
  })
  return html`<div class="grid">${tables}</div>`
}

const panels = (y: PanelsOptions['y'], styles: PanelsOptions['styles']): PanelsOptions => ({
  x: STEPS,
  y,
  styles,
  isStepped: true,
})

function running(values: readonly number[]): number[] {
  let sum = 0
  return values.map((value) => {
    sum += value
    return sum
  })
}

/** At most eight steps of a path, the first and the last among them. */
function pick(steps: number, most = 8): number[] {
  if (steps <= most) return Array.from({ length: steps }, (_, t) => t)
  return Array.from({ length: most }, (_, t) => Math.round((t * (steps - 1)) / (most - 1)))
}

function byPolicy(caption: string, path: ShownPath, show: (result: PathResult, t: number) => string): Markup {
  const entries = Object.entries(path.policies)
  const picked = pick(entries[0][1].steps.length)
  const rows = entries.map(([policy, result]): Cell[] => [
    { text: policyTitle(policy) },
    ...picked.map((t): Cell => ({ text: show(result, t) })),
  ])
  return stepTable(caption, path, picked, rows)
}

function stepTable(caption: string, path: ShownPath, picked: readonly number[], rows: readonly Cell[][]): Markup {
  const [{ steps }] = Object.values(path.policies)
  return dataTable(caption, ['', ...picked.map((t) => `step ${steps[t].step}`)], rows)
}

const MEANINGS: [Content, Content][] = [
  ['uncovered', 'Debts of accounts that were taken over, which neither their positions nor the insurance fund paid.'],
  ['fund paid', 'What the insurance fund paid for accounts in liquidation, and for accounts taken over.'],
  ['ADL notional', 'Contracts that the ADL closed, at the marks of their steps.'],
  ['reduced', 'Accounts of which the ADL closed something, each once.'],
  ['closed whole', 'Accounts that lost all that they held of what an ADL demanded, each once.'],
  [
    'profit forgone',
    'Over all that the ADL closed: what it would have gained from the ADL price to the last price of the path.',
  ],
]
