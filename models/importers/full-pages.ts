import { accountOfFile, type FoundRecord, ownerOf } from './find-records.js'
import type { Ledger } from './ledger.js'
import { pagesWords } from './pages-words.js'

/** Fills of one account that the API gives at most in an answer. */
const MOST = 2000

interface Page {
  readonly account: string
  readonly file: string
  count: number
  first: number
  last: number
}

/**
 * Answers with lists of fills of one account. A list of as many as the API gives is a part of them, unless another list
 * goes on where it stops: at its oldest fill where the newest stand first (`userFills`), else at its newest
 * (`userFillsByTime`).
 */
export class FullPages {
  private readonly pages = new Map<string, Page>()

  take({ record, at, account, file }: FoundRecord<string>): void {
    const list = /^(.*)\[\d+\]$/.exec(at)?.[1]
    // Answers of the API leave the user out; tables of many users have it in each row.
    if (list === undefined || ownerOf(record) !== undefined) return
    const time = Number(record.time)
    const page = this.pages.get(list) ?? {
      account: account ?? accountOfFile(file),
      file,
      count: 0,
      first: time,
      last: time,
    }
    page.count++
    page.last = time
    this.pages.set(list, page)
  }

  finish(ledger: Ledger): void {
    const pages = [...this.pages.values()]
    const goesOn = (page: Page, other: Page): boolean => {
      if (other === page || other.account !== page.account) return false
      const [low, high] = [Math.min(other.first, other.last), Math.max(other.first, other.last)]
      return page.first > page.last ? low <= page.last : high >= page.last
    }
    const isOpen = (page: Page): boolean => page.count === MOST && !pages.some((other) => goesOn(page, other))
    const files = pages.filter(isOpen).map(({ file }) => file)
    if (files.length > 0) ledger.cannotSay('more-pages', { says: pagesWords(files) })
  }
}
