import { accountOfFile, type Envelope } from './find-records.js'
import type { Ledger } from './ledger.js'
import { pagesWords } from './pages-words.js'

/** Fields by which an answer says that it goes on: a cursor, or yes. */
const MARKS =
  `nextPageCursor nextCursor next_cursor nextPageToken next_page_token nextPage next_page hasMore has_more hasNext has_next
  hasNextPage has_next_page isTruncated`.split(/\s+/)

interface Answer {
  /** Rows by cursor, of the pages that say that they go on. */
  readonly open: Map<string, number>
  /** The file of the last of them. */
  file: string
  isEnded: boolean
}

/**
 * Whether all pages of the answers are there. A page that goes on needs another one; which, its cursor does not tell.
 * The last page of an answer ends it, or has a cursor all the same: then it is the one that is not full.
 */
export class AnswerPages {
  private readonly answers = new Map<string, Answer>()

  /** Gives whether the envelope speaks of pages at all. */
  take({ envelope, around, file, account, rows, hasOthers }: Envelope): boolean {
    if (!MARKS.some((field) => Object.hasOwn(envelope, field))) return false
    // A page of prices or contracts: what is missing there is asked for.
    if (hasOthers && rows === 0) return true
    const marks = MARKS.flatMap((field) => (goesOn(envelope[field]) ? [String(envelope[field])] : []))
    const key = JSON.stringify([account ?? accountOfFile(file), around.category ?? null])
    const answer = this.answers.get(key) ?? { open: new Map<string, number>(), file, isEnded: false }
    this.answers.set(key, answer)
    if (marks.length === 0) answer.isEnded = true
    // Yes is no cursor: every page of that kind is one by itself.
    else if (rows > 0) {
      answer.file = file
      answer.open.set(marks[0].toLowerCase() === 'true' ? `${file} ${answer.open.size}` : marks[0], rows)
    }
    return true
  }

  finish(ledger: Ledger): void {
    const files: string[] = []
    for (const { open, file, isEnded } of this.answers.values()) {
      const sizes = [...open.values()]
      const isShort = sizes.length > 1 && Math.min(...sizes) < Math.max(...sizes)
      if (sizes.length > 0 && !isEnded && !isShort) files.push(file)
    }
    if (files.length > 0) ledger.cannotSay('more-pages', { says: pagesWords(files) })
  }
}

function goesOn(value: unknown): boolean {
  if (typeof value === 'string') return !/^(false|0|null|none|)$/i.test(value.trim())
  return value === true || (typeof value === 'number' && value !== 0)
}
