import { unreadable } from './named-form.js'

/** A line of MPS text: what stands in its first column begins a section, the rest are its fields. */
export interface MpsLine {
  readonly number: number
  readonly isSection: boolean
  readonly fields: readonly string[]
}

/**
 * `free`: fields are apart by spaces. `fixed`: they stand in columns 2–3, 5–12, 15–22, 25–36, 40–47 and 50–61, and may
 * hold spaces.
 */
export type MpsLayout = 'free' | 'fixed'

const FIELDS = [
  [1, 3],
  [4, 12],
  [14, 22],
  [24, 36],
  [39, 47],
  [49, 61],
] as const

/** The lines that say something; remarks, `*` in the first column, go to `onRemark`. */
export function* mpsLines(text: string, layout: MpsLayout, onRemark: (remark: string) => void): Generator<MpsLine> {
  let number = 0
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from)
    const to = end < 0 ? text.length : end
    const line = text.slice(from, to).trimEnd()
    from = to + 1
    number++
    if (line.startsWith('*')) onRemark(line.slice(1))
    else if (line.trim() !== '') yield lineOf(line, number, layout)
  }
}

function lineOf(line: string, number: number, layout: MpsLayout): MpsLine {
  const isSection = !/^\s/.test(line)
  if (isSection || layout === 'free') return { number, isSection, fields: withoutRemark(line.trim().split(/\s+/)) }
  if (line.includes('\t')) {
    throw unreadable(number, line.slice(0, 40), 'a tabulator stands in fixed MPS', 'Use spaces, or the free layout.')
  }
  const fields = FIELDS.map(([from, to]) => line.slice(from, to).trim())
  const said = withoutRemark(fields)
  return { number, isSection, fields: said.slice(0, said.findLastIndex((field) => field !== '') + 1) }
}

/** A name of a row that begins with a dollar is a remark to the end of the line. */
function withoutRemark(fields: readonly string[]): readonly string[] {
  const remark = fields.findIndex((field, f) => f > 0 && field.startsWith('$'))
  return remark < 0 ? fields : fields.slice(0, remark)
}

/**
 * Fixed where a name holds a space: a line of ROWS then has more than two words, or one of COLUMNS another number than three or
 * five. Everything else reads the same in both.
 */
export function layoutOf(text: string): MpsLayout {
  if (/^NAME\s.*\bFREE\b/im.test(text)) return 'free'
  let section = ''
  for (const { isSection, fields } of mpsLines(text, 'free', () => {})) {
    if (isSection) {
      section = (fields[0] as string).toUpperCase()
      if (section === 'RHS') return 'free'
    } else if (section === 'ROWS' && fields.length !== 2) return 'fixed'
    else if (section === 'COLUMNS' && fields.length !== 3 && fields.length !== 5) return 'fixed'
  }
  return 'free'
}
