import type { ComparedRow, Comparison, FailedRow } from '../../models/index.js'
import { objectiveTitle } from '../../reports/plain-names.js'
import { count, leverage, percent, rounded } from '../table.js'
import { valued } from './headline.js'

/** One figure of every policy, for the terminal and for the page alike. */
export interface CompareColumn {
  /** For a terminal, and for a page. */
  readonly short: string
  readonly title: string
  /** Whether the least is marked as the best. */
  readonly isMarked: boolean
  value(row: ComparedRow): number | null | undefined
  show(row: ComparedRow): string
}

/** Rows by the first objective, the least first; then those that break an order, the infeasible, and what could not run. */
export function orderedRows({ rows, optimum }: Comparison): {
  readonly ran: readonly ComparedRow[]
  readonly failed: readonly FailedRow[]
} {
  const failed = rows.filter((row): row is FailedRow => 'error' in row)
  const ran = rows.filter((row): row is ComparedRow => !('error' in row))
  const first = Object.keys(optimum)[0]
  const rank = (row: ComparedRow): number => (row.feasible ? (row.notes === undefined ? 0 : 1) : 2)
  const value = (row: ComparedRow): number => (first === undefined ? 0 : (row.objectives[first] ?? Infinity))
  const order = (a: ComparedRow, b: ComparedRow): number => {
    if (rank(a) !== rank(b)) return rank(a) - rank(b)
    return isClose(value(a), value(b)) ? 0 : value(a) - value(b)
  }
  return { ran: [...ran].sort(order), failed }
}

export function objectiveColumns({ optimum }: Comparison): CompareColumn[] {
  const columns = Object.keys(optimum).flatMap((name): CompareColumn[] => [
    {
      short: name,
      title: objectiveTitle(name),
      isMarked: true,
      value: ({ feasible, objectives, notes }) =>
        feasible && notes?.[name] === undefined ? objectives[name] : undefined,
      show: ({ feasible, objectives }) => (feasible ? valued(optimum[name], objectives[name], 6) : '–'),
    },
    {
      short: '÷ best',
      title: `${objectiveTitle(name)} ÷ best known`,
      isMarked: false,
      value: ({ ratios }) => ratios[name],
      show: ({ ratios }) => ratio(ratios[name]),
    },
  ])
  return [
    ...columns,
    {
      short: 'largest leverage',
      title: 'largest leverage',
      isMarked: true,
      value: ({ feasible, maxLeverage }) => (feasible ? maxLeverage : undefined),
      show: ({ feasible, maxLeverage }) => (feasible ? leverage(maxLeverage) : '–'),
    },
    {
      short: 'mean',
      title: 'mean leverage',
      isMarked: true,
      value: ({ feasible, meanLeverage }) => (feasible ? meanLeverage : undefined),
      show: ({ feasible, meanLeverage }) => (feasible ? leverage(meanLeverage) : '–'),
    },
  ]
}

/** Columns that have nothing to say on this book are left out. */
export function payColumns(rows: readonly ComparedRow[]): CompareColumn[] {
  const plain = (title: string, value: (row: ComparedRow) => number): CompareColumn => ({
    short: title,
    title,
    isMarked: false,
    value,
    show: (row) => count(value(row)),
  })
  const least = (
    title: string,
    value: (row: ComparedRow) => number | null,
    show: (value: number | null) => string,
  ): CompareColumn => ({
    short: title,
    title,
    isMarked: true,
    value: (row) => (row.feasible ? value(row) : undefined),
    show: (row) => show(value(row)),
  })
  const share = (value: number | null): string => (value === null ? '–' : percent(value))
  const money = (value: number | null): string => (value === null ? '–' : rounded(value, 6))
  const has = (value: (row: ComparedRow) => number | null): boolean => rows.some((row) => (value(row) ?? 0) !== 0)
  return [
    plain('reduced', ({ touched }) => touched),
    { ...plain('closed whole', ({ closed }) => closed), isMarked: true },
    least(
      'Gini',
      ({ gini }) => gini,
      (value) => (value === null ? '–' : value.toFixed(3)),
    ),
    least('top ten', ({ topTenShare }) => topTenShare, share),
    ...(has(({ profitRealised }) => profitRealised)
      ? [{ ...least('profit realised', ({ profitRealised }) => profitRealised, money), isMarked: false }]
      : []),
    ...(has(({ maxHaircut }) => maxHaircut ?? 1)
      ? [
          least(
            'max haircut',
            ({ maxHaircut }) => maxHaircut,
            (value) => (value === null ? '∞' : percent(value)),
          ),
        ]
      : []),
    ...(has(({ profitToSolvency }) => profitToSolvency)
      ? [{ ...least('profit left ÷ deficit', ({ profitToSolvency }) => profitToSolvency, money), isMarked: false }]
      : []),
    { ...plain('seconds', ({ seconds }) => seconds), show: ({ seconds }) => seconds.toPrecision(2) },
  ]
}

/**
 * Which rows have the least of a column, or what looks like it when it is written down; nobody where all have the same,
 * for then it says nothing.
 */
export function bestCells({ isMarked, value, show }: CompareColumn, rows: readonly ComparedRow[]): boolean[] {
  const values = rows.map((row) => (isMarked && row.feasible ? (value(row) ?? Infinity) : Infinity))
  const least = Math.min(...values)
  if (least === Infinity) return rows.map(() => false)
  const written = show(rows[values.indexOf(least)])
  const marks = rows.map((row, r) => values[r] < Infinity && show(row) === written)
  return rows.length > 1 && marks.every(Boolean) ? marks.map(() => false) : marks
}

/** Two methods for one number differ by rounding, and by nothing that a reader should see. */
const isClose = (a: number, b: number): boolean =>
  a === b || (Number.isFinite(a) && Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b)))

function ratio(value: number | null | undefined): string {
  if (value === undefined || value === null) return '–'
  return value >= 1e6
    ? value.toExponential(2)
    : value < 1.0005 && value > 1.0000005
      ? value.toFixed(6)
      : value.toFixed(3)
}
