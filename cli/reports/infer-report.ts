import type { Inference, InferredRow } from '../../models/index.js'
import { scopeWords } from '../../reports/book-scope.js'
import { hanging, widthOf } from '../layout.js'
import { coloursFor, count, name, percent, rounded, several, table } from '../table.js'
import { remarksReport } from './remarks-report.js'

const COLUMNS = [
  { title: '#', isNumber: true },
  { title: 'rule', isName: true },
  { title: 'exact fills', isNumber: true },
  { title: 'rank agreement', isNumber: true },
  { title: 'money misplaced', isNumber: true },
]

/** How many contradictions are listed. */
const MOST_LISTED = 10

/** The rules for people: which explains the fills, all of them side by side, and where each is contradicted first. */
export function inferReport({ rows, explainedBy, statistic, fills, violations, remarks }: Inference): string {
  const colours = coloursFor(process.stdout)
  const width = widthOf(process.stdout)
  const ran = rows.filter(({ error }) => error === undefined)
  const failed = rows.filter(({ error }) => error !== undefined)
  const known = scopeWords(remarks, 'note').map((words) => ` ${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`)
  const broken =
    violations.length === 0
      ? []
      : [
          `  ${several(violations.length, 'entry', 'entries')} of the allocation break the rules of the event: see \`spillway verify\`.`,
        ]
  const listed = ran.filter(({ firstContradiction }) => firstContradiction !== undefined)
  return [
    colours.bold(hanging(`${headline(ran, explainedBy, fills)}${known.join('')}`, 2, width)),
    ...broken,
    '',
    table(COLUMNS, ran.map(cells), colours),
    `  ${colours.dim(`rank agreement: ${statistic}; – where one side has no order`)}`,
    ...(listed.length === 0 ? [] : ['', colours.bold('First contradictions')]),
    ...listed.slice(0, MOST_LISTED).map((row) => hanging(`  ${row.rule}: ${row.firstContradiction}.`, 4, width)),
    ...(listed.length > MOST_LISTED ? [`  … and ${count(listed.length - MOST_LISTED)} more (--json)`] : []),
    ...(failed.length === 0 ? [] : ['', colours.bold('Not run on this book')]),
    ...failed.map(({ rule, error }) => hanging(`  ${rule}: ${error?.message}`, 4, width)),
    ...remarksReport(remarks),
  ].join('\n')
}

function headline(ran: readonly InferredRow[], explainedBy: readonly string[], fills: number): string {
  const all = several(fills, 'fill')
  const [best] = ran
  if (best === undefined) return `No rule could be run on this book (${all}).`
  if (explainedBy.length === 1) return `${explainedBy[0]} explains all of ${all}.`
  if (explainedBy.length > 1) {
    const shown = explainedBy.slice(0, 6).join(', ')
    const more = explainedBy.length > 6 ? ` and ${count(explainedBy.length - 6)} more` : ''
    return `${count(explainedBy.length)} rules explain all of ${all}, and the book does not tell them apart: ${shown}${more}.`
  }
  if (best.exactShare === 0) return `No rule explains a single one of ${all}: none comes near.`
  return `No rule explains all of ${all}; ${best.rule} comes nearest, with ${percent(best.exactShare ?? 0)} of them.`
}

function cells({ rank, rule, exactShare, rankAgreement, moneyMisplaced }: InferredRow): string[] {
  return [
    String(rank),
    name(rule),
    percent(exactShare ?? 0),
    rankAgreement === null ? '–' : rounded(rankAgreement, 3),
    rounded(moneyMisplaced, 6),
  ]
}
