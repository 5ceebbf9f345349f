const format = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 6 })

/** A number in a sentence: six significant digits, thousands set apart. */
export function amount(value: number): string {
  const size = Math.abs(value)
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  return size !== 0 && (size >= 1e15 || size < 1e-4) ? value.toExponential(3) : format.format(value)
}

const LONGEST = 60

/** A name in a sentence, its middle left out where it is very long; the field beside the sentence has all of it. */
export function quoted(name: string): string {
  return name.length <= LONGEST ? name : `${name.slice(0, LONGEST / 2)}…${name.slice(1 - LONGEST / 2)}`
}

/** "1 account", "12 accounts". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${format.format(count)} ${count === 1 ? one : many}`
}
