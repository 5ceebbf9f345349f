import { visible } from '../html/markup.js'

/** The first column is of words, the others are numbers, unless a title says that they are not. */
const WORDS = ['account', 'market', 'file', 'SHA-256', 'contracts', 'verdict', 'wave', 'what is wrong']

/** A table in Markdown; cells are plain already. */
export function markdownTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const rule = titles.map((title, c) => (c === 0 || WORDS.includes(title) ? '---' : '--:'))
  return [line(titles), line(rule), ...rows.map(line)].join('\n')
}

/** Text that cannot be Markdown or HTML: names come from files, and may be hostile. */
export const plain = (text: string): string =>
  visible(text)
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]|#~$]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')

/** Blocks as a document; those that are empty are left out. */
export const markdownOf = (blocks: readonly string[]): string =>
  blocks
    .filter((block) => block !== '')
    .map((block) => `${block}\n`)
    .join('\n')
