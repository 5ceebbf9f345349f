/**
 * The figures of a page, and where they come from. A figure is a number of four digits or more in running text, in a table or in
 * a block that shows what a command prints; it has to be printed by a command or a snippet of the page, or by one that the page
 * names in a comment (`<!-- figures: spillway … -->`). What is given and not computed, such as a figure of a source, is listed with its
 * reason (`<!-- quoted: 35,000 8,169.006: why -->`).
 */
export interface Figure {
  readonly written: string
  readonly value: number
  /** Half a unit of the last digit that is written; a whole one where "…" says that digits were cut. */
  readonly tolerance: number
}

/** Blocks of code are checked by running them; plain blocks show output and are read like text. */
const code = /^```(?:sh|ts|js|json|csv)[^\n]*\n.*?^```$/gms
const comment = /<!--.*?-->/gs
/** Addresses of links, formulas with exponents, numbers of papers, and names in code with digits in them. */
const notFigures = [/\]\([^)]*\)/g, /arXiv[ :]\d+\.\d+/g, /`[^`\n]*[A-Za-z/][^`\n]*`/g]

export function figuresOf(markdown: string): Figure[] {
  const text = [code, comment, ...notFigures].reduce((rest, pattern) => rest.replace(pattern, ' '), markdown)
  const quoted = new Set(quotedOf(markdown))
  return [...text.matchAll(/(?<![\w.#·-])\d[\d,]*(?:\.\d+)?(…?)(?![\w⁻^])/g)]
    .map(([match, cut]) => ({ written: match.replace(/[,…]+$/, ''), cut: cut === '…' }))
    .filter(({ written }) => isFigure(written) && !quoted.has(written))
    .map(({ written, cut }) => {
      const unit = 10 ** -(written.split('.')[1]?.length ?? 0)
      return { written, value: numberOf(written), tolerance: (cut ? 1 : 0.5) * unit * (1 + 1e-6) }
    })
}

/** Four digits that count; years and round powers of ten are words. */
function isFigure(written: string): boolean {
  const digits = written.replace(/[,.]/g, '').replace(/^0+/, '')
  return digits.length >= 4 && !/^(19|20)\d\d$/.test(written) && !/^10+$/.test(digits)
}

/** Commands that a page names as the source of figures, without showing them. */
export function sourcesOf(markdown: string): string[] {
  return [...markdown.matchAll(/<!-- figures:(.*?)-->/gs)].flatMap(([, lines = '']) =>
    lines
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  )
}

function quotedOf(markdown: string): string[] {
  return [...markdown.matchAll(/<!-- quoted: ([^:]*): [^>]*-->/g)].flatMap(([, list = '']) => list.trim().split(/\s+/))
}

const numberOf = (written: string): number => Number(written.replaceAll(',', ''))

/** All numbers that stand in a text, in the spelling of reports (12,345.6) and of JSON (1.2e-7). */
export function numbersIn(text: string): number[] {
  return [...text.matchAll(/\d[\d,]*\.?\d*(?:e[-+]?\d+)?/g)].map(([match]) => numberOf(match)).filter(Number.isFinite)
}

/** The figures that none of the numbers rounds to; shares may be printed as such or as per cent, money in millions. */
export function unprinted(figures: readonly Figure[], numbers: readonly number[]): string[] {
  const known = [...new Set(numbers)].flatMap((number) => [number, number * 100, number / 1e6])
  return figures
    .filter(({ value, tolerance }) => !known.some((number) => Math.abs(number - value) <= tolerance))
    .map(({ written }) => written)
}
