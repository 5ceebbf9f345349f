import { noFiles } from '../../node/no-files.js'

export type { OnRow } from '../../../models/book/quoted-rows.js'

export const LONGEST_ROW = 1 << 16

/** Rows come from files only, and a browser has none: the parser stays behind. */
export class QuotedRows {
  constructor(name: string) {
    noFiles(name)
  }
}

export const tooLong = noFiles
