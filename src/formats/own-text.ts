import { type Draft, type DraftRow, MatrixEntries } from './named-form.js'
import { ONE } from './stated-form.js'

/** How our own texts begin, after the sign of a remark. */
export const OWN = 'spillway:'

/** What a remark of ours says of a row: `r3 is multiplied by 2^-4`. */
const SCALED = /^\s*(\S+) is multiplied by 2\^(-?\d+)\s*$/

/** Collects from the remarks of a text whether it is ours, and by what its rows are multiplied. */
export class OwnRemarks {
  isOurs = false
  readonly scales = new Map<string, number>()

  add(remark: string): void {
    if (remark.trim().startsWith(OWN)) this.isOurs = true
    const scaled = SCALED.exec(remark)
    if (scaled !== null) this.scales.set(scaled[1], 2 ** Number(scaled[2]))
  }
}

/**
 * Takes back what `statedForm` and the writers add for other readers: rows come back to their scale, `r0` and `r0u` are one row
 * with two sides, and the column `one` is the constant of the objective and of the rows it stands in. Powers of two and the
 * number 1 are exact, so what comes back is the form that was written, to the bit.
 */
export function takeBack(draft: Draft, { scales }: OwnRemarks): void {
  const { rows, columns, terms } = draft
  const one = columns.length - 1
  const last = columns[one]
  const hasOne = last?.name === ONE && last.lower === 1 && last.upper === 1
  const own = ({ name }: DraftRow): number => scales.get(name) ?? 1
  const texts = termsByRow(terms, rows.length)
  const keptAs = new Int32Array(rows.length)
  const kept: DraftRow[] = []
  const factors: number[] = []
  rows.forEach((row, i) => {
    const before = rows[i - 1]
    const isUpper = before !== undefined && row.name === `${before.name}u` && texts[i] === texts[i - 1]
    if (isUpper && before.upper === Infinity && row.lower === -Infinity) {
      before.upper = row.upper / (factors.at(-1) as number)
      keptAs[i] = -1
      return
    }
    const isAlways = row.name === 'fixed' && hasOne && texts[i] === `${one} 1 ` && row.lower === 1 && row.upper === 1
    keptAs[i] = isAlways ? -1 : kept.length
    if (isAlways) return
    const factor = own(row)
    row.lower /= factor
    row.upper /= factor
    kept.push(row)
    factors.push(factor)
  })
  const back = new MatrixEntries()
  terms.row.forEach((r, t) => {
    const i = keptAs[r]
    if (i < 0) return
    const value = terms.value[t] / (factors[i] as number)
    const column = terms.column[t] as number
    if (hasOne && column === one) {
      const row = kept[i] as DraftRow
      row.lower -= value
      row.upper -= value
    } else back.add(i, column, value)
  })
  Object.assign(terms, back)
  rows.splice(0, rows.length, ...kept)
  if (!hasOne) return
  draft.offset += last.cost
  columns.pop()
}

/** The terms of each row as one text, to compare rows by. */
function termsByRow({ row, column, value }: MatrixEntries, rows: number): readonly string[] {
  const texts = new Array<string>(rows).fill('')
  row.forEach((r, t) => {
    texts[r] += `${column[t]} ${value[t]} `
  })
  return texts
}
