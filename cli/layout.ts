/** Columns of a terminal that everything for people fits into, unless the terminal is wider. */
const WIDTH = 80

/** Columns there are: of the terminal, at least eighty, and eighty where there is none, so that files are the same everywhere. */
export function widthOf(stream: { readonly isTTY?: boolean; readonly columns?: number }): number {
  return Math.max(WIDTH, stream.isTTY ? (stream.columns ?? WIDTH) : WIDTH)
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with an escape
const COLOUR = /\u001b\[[0-9;]*m/g

/** Characters as they are seen: colours take no room. */
export const seen = (text: string): number => [...text.replace(COLOUR, '')].length

/** A text with its middle left out where it is longer than `longest`. */
export function shortened(text: string, longest: number): string {
  const letters = [...text]
  if (letters.length <= longest) return text
  const tail = Math.floor((longest - 1) / 2)
  return `${letters.slice(0, longest - 1 - tail).join('')}…${tail === 0 ? '' : letters.slice(-tail).join('')}`
}

/** A text in lines of at most `width`, broken between words; a longer word has a line of its own. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && seen(line) + 1 + seen(word) > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

/** The same with all lines but the first set in. */
export const hanging = (text: string, indent: number, width: number): string =>
  wrapped(text, width - indent).join(`\n${' '.repeat(indent)}`)
