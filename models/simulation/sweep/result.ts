import type { PathTotals } from '../path-result.js'

/** What is counted on each path, in the order in which results are stored; quote currency unless counted in accounts. */
export const measures = [
  { name: 'uncovered', title: 'uncovered loss', isCount: false },
  { name: 'drawn', title: 'paid by the fund', isCount: false },
  { name: 'adlNotional', title: 'ADL notional', isCount: false },
  { name: 'touched', title: 'accounts reduced', isCount: true },
  { name: 'closed', title: 'accounts closed whole', isCount: true },
  { name: 'profitForgone', title: 'profit forgone', isCount: false },
] as const satisfies readonly { readonly name: keyof PathTotals; readonly title: string; readonly isCount: boolean }[]

export type MeasureName = (typeof measures)[number]['name']

/** What a job found, as it is stored: a row per policy of the plan, a number per measure. */
export interface JobResult {
  readonly digest: string
  readonly values: readonly (readonly number[])[]
}

export const resultOf = (digest: string, totals: readonly PathTotals[]): JobResult => ({
  digest,
  values: totals.map((one) => measures.map(({ name }) => one[name])),
})

/** A result as one line of a journal. */
export const resultLine = (result: JobResult): string => `${JSON.stringify(result)}\n`

/** The result of a line; undefined where the line is torn, or is none. */
export function readResultLine(line: string, policies: number): JobResult | undefined {
  try {
    const { digest, values } = JSON.parse(line) as Partial<JobResult>
    const isWhole =
      typeof digest === 'string' &&
      Array.isArray(values) &&
      values.length === policies &&
      values.every((row) => Array.isArray(row) && row.length === measures.length && row.every(Number.isFinite))
    return isWhole ? { digest, values } : undefined
  } catch {
    return undefined
  }
}
