import { CsvError, parse } from 'csv-parse'
import { mistake } from './place.js'

/** The cells of a row and the line (from 1) on which it begins. */
export type OnRow = (cells: readonly string[], line: number) => void

/** A row longer than this is a quote left open or no table at all; reading on could fill the memory. */
export const LONGEST_ROW = 1 << 16

/** `csv-parse` for text with quotes. Nothing is queued in it: rows leave through `on_record`. */
export class QuotedRows {
  /** The line on which the row being read begins. */
  line: number
  private readonly parser

  constructor(
    private readonly name: string,
    private readonly offset: number,
    onRow: OnRow,
  ) {
    this.line = offset + 1
    this.parser = parse({
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
      max_record_size: LONGEST_ROW,
      on_record: (cells: string[], { lines }: { readonly lines: number }) => {
        onRow(cells, this.line)
        this.line = this.offset + lines + 1
        return null
      },
    })
    // The failure of a write comes back through its callback; the event would end the process if nobody listened.
    this.parser.on('error', () => undefined)
  }

  write(bytes: Buffer): Promise<void> {
    return this.whenDone((done) => this.parser.write(bytes, done))
  }

  end(): Promise<void> {
    // Only a reader makes the parser reach its end, though nothing is there to be read.
    this.parser.resume()
    return this.whenDone((done) => {
      this.parser.once('error', done)
      this.parser.once('end', () => done())
      this.parser.end()
    })
  }

  private whenDone(start: (done: (error?: Error | null) => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      start((error) => (error ? reject(this.translate(error)) : resolve()))
    })
  }

  private translate(error: Error): Error {
    if (!(error instanceof CsvError)) return error
    if (error.code === 'CSV_MAX_RECORD_SIZE') return tooLong(this.name, this.line)
    const isOpen = error.code === 'CSV_QUOTE_NOT_CLOSED'
    const lines: unknown = error.lines
    const line = isOpen || typeof lines !== 'number' ? this.line : this.offset + lines
    const problem = isOpen ? 'a quote is opened and never closed' : 'a quote stands where none may stand'
    const cure = 'Put a cell with quotes in quotes and double those inside it: "say ""no""".'
    return mistake('malformed-csv', `${this.name}:${line}`, problem, '"', cure)
  }
}

export function tooLong(name: string, line: number): Error {
  const cure = 'Close the quote that was left open, or check that this is the right file.'
  return mistake('row-too-long', `${name}:${line}`, `the row is longer than ${LONGEST_ROW} bytes`, undefined, cure)
}
