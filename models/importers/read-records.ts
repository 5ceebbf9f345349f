import { isObject } from '../../src/validation.js'
import type { ReadOptions } from '../book/file.js'
import { otherFile } from '../book/looks-like-file.js'
import { mistake } from '../book/place.js'
import { AnswerPages } from './answer-pages.js'
import { type FoundRecord, RecordFinder, type RecordKind } from './find-records.js'
import type { Ledger } from './ledger.js'
import { readSourceValues } from './source-values.js'

/**
 * Hands on the records of some files, each file in order. A record that is none of these kinds is counted (`unknown-record`); a
 * file that has none at all is refused, with what it looks like.
 */
export async function readRecords<Name extends string>(
  source: string,
  files: readonly string[],
  kinds: readonly RecordKind<Name>[],
  onRecord: (found: FoundRecord<Name>) => void,
  ledger: Ledger,
  options: ReadOptions,
): Promise<void> {
  const pages = new AnswerPages()
  const take = (found: FoundRecord<Name>): void => {
    const { record, around, file, at } = found
    const account = found.account === undefined ? undefined : ledger.account(found.account, at)
    // A library keeps the cursor of an answer in what it has of the venue's own record.
    if (isObject(record.info)) pages.take({ envelope: record.info, around, file, account, rows: 1, hasOthers: false })
    onRecord({ ...found, account })
  }
  for (const file of files) {
    const unknown: string[] = []
    const finder = new RecordFinder(
      kinds,
      take,
      (at) => {
        unknown.push(at)
      },
      (at) => {
        ledger.row()
        ledger.drop('failed-account', at)
      },
      (found) => pages.take(found),
    )
    await readSourceValues(file, (value) => finder.find(value), options)
    if (finder.count === 0) throw await noRecords(source, file, kinds, unknown[0])
    for (const at of unknown) {
      ledger.row()
      ledger.drop('unknown-record', at)
    }
  }
  pages.finish(ledger)
}

async function noRecords(
  source: string,
  file: string,
  kinds: readonly RecordKind<string>[],
  first: string | undefined,
): Promise<Error> {
  const firsts = kinds.filter(({ name }, i) => kinds.findIndex((other) => other.name === name) === i)
  const shapes = firsts.map(({ name, fields }) => `${name} (${fields.join(', ')})`).join('; ')
  const expected = `The source ${source} reads ${shapes}; see docs/import.md.`
  const other = await otherFile(file, expected, ['PAR1', ...kinds.flatMap(({ fields }) => fields)])
  if (other !== undefined) return other
  return mistake('no-records', file, `nothing of the source ${source} stands in it`, first, expected)
}
