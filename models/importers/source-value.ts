/** A JSON value, or a row of a table as an object of its cells, and where it stands. */
export interface SourceValue {
  readonly value: unknown
  readonly file: string
  /** The line or row in the file, from 1; 0 where it is one JSON value. */
  readonly line: number
  /** Whether it is a row of a table: its columns are all there is. */
  readonly isRow: boolean
}

export type OnValue = (found: SourceValue) => void
