/** How reports write numbers; the same on terminals and pages. */

const plain = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 8 })
const LARGE = 1e15
const SMALL = 1e-4

/** Eight significant digits; `null` is infinity. */
export function number(value: number | null | undefined): string {
  if (value === undefined) return '–'
  if (value === null || value === Infinity) return '∞'
  const size = Math.abs(value)
  return size !== 0 && (size >= LARGE || size < SMALL)
    ? value.toExponential(4).replace(/\.?0+e/, 'e')
    : plain.format(value)
}

/** As `number`, to fewer digits. */
export const rounded = (value: number | null | undefined, digits: number): string =>
  number(value === undefined || value === null ? value : Number(value.toPrecision(digits)))

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

export const count = (value: number): string => whole.format(value)

/** "1 account", "2 accounts", "3 policies". */
export const several = (value: number, word: string, words = `${word}s`): string =>
  `${count(value)} ${value === 1 ? word : words}`

/** Five significant digits, thousands set apart, and a cross, as people write leverage. */
export function leverage(value: number | null | undefined, digits = 5): string {
  if (value === undefined || value === null || value === Infinity) return number(value)
  const size = Math.abs(value)
  return `${size !== 0 && (size >= 1e6 || size < 1e-3) ? value.toExponential(2) : rounded(value, digits)}×`
}

/** A range of signed leverage; an end without a number is infinite. */
export function leverages(min: number | null, max: number | null): string {
  return `${min === null ? `−${leverage(null)}` : leverage(min)} … ${leverage(max)}`
}

/** Where factor loadings come from. */
export function loadingsWords({
  loadings,
  explained,
}: {
  readonly loadings: string
  readonly explained?: number
}): string {
  const share = explained === undefined ? '' : `, ${percent(explained)} of the variance`
  return `loadings ${loadings === 'given' ? 'as given' : `of the ${loadings}`}${share}`
}

export function percent(value: number): string {
  if (value > 0 && value < 0.001) return '<0.1 %'
  return `${value < 1 && value > 0.999 ? '99.9' : (100 * value).toFixed(1).replace(/\.0$/, '')} %`
}

/** A relative gap, in per cent. */
export function gap(value: number | null | undefined): string {
  if (value === undefined || value === null) return 'unknown'
  if (value === 0) return '0 %, exact'
  const share = 100 * value
  return `${share < 1e-3 ? share.toExponential(1) : number(Number(share.toPrecision(3)))} %`
}

/** A sentence whose contracts are exact, for people: to eight digits. */
export const roundedContracts = (sentence: string): string =>
  sentence.replace(/(?<![\d.])\d+\.\d{7,}(?= contracts)/g, (digits) => number(Number(digits)))
