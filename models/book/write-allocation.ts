import { allocationTable } from './allocation.js'
import { csvPieces } from './csv-write.js'
import { formOf, writeWhole } from './file.js'
import type { AllocationJson, ReductionJson } from './json-forms.js'

/** An allocation in JSON form. */
export function allocationJson(reductions: Iterable<ReductionJson>): AllocationJson {
  return { format: 'spillway/allocation@1', reductions: [...reductions] }
}

/** Writes an allocation, JSON or CSV by the extension; the file is whole or untouched. */
export async function writeAllocation(path: string, reductions: Iterable<ReductionJson>): Promise<void> {
  const pieces =
    formOf(path) === 'json' ? allocationPieces(reductions) : csvPieces(allocationTable.required, rows(reductions))
  await writeWhole(path, pieces)
}

/** The CSV form as one text. */
export function allocationCsv(reductions: Iterable<ReductionJson>): string {
  return [...csvPieces(allocationTable.required, rows(reductions))].join('')
}

function* rows(reductions: Iterable<ReductionJson>): Generator<(string | number)[]> {
  for (const { account, market, quantity } of reductions) yield [account, market, quantity]
}

/** One reduction per line, so that people and `diff` can read a long one. */
export function* allocationPieces(reductions: Iterable<ReductionJson>): Generator<string> {
  let piece = '{ "format": "spillway/allocation@1", "reductions": ['
  let separator = '\n'
  for (const { account, market, quantity } of reductions) {
    piece += `${separator}  ${JSON.stringify({ account, market, quantity })}`
    separator = ',\n'
    if (piece.length < 1 << 16) continue
    yield piece
    piece = ''
  }
  yield `${piece}\n] }\n`
}
