import type { Remark } from '../../models/index.js'
import { printable } from '../failure.js'
import { hanging, widthOf } from '../layout.js'
import { coloursFor } from '../table.js'

/** What is to be said aloud, each in a sentence of its own; nothing where there is nothing. */
export function remarksReport(remarks: readonly Remark[]): string[] {
  if (remarks.length === 0) return []
  const colours = coloursFor(process.stdout)
  const room = widthOf(process.stdout)
  const lines = remarks.map(({ code, says }) => {
    return `  ${colours.yellow('!')} ${hanging(`${printable(says)} ${colours.dim(`[${code}]`)}`, 4, room)}`
  })
  return ['', colours.bold('Remarks'), ...lines]
}
