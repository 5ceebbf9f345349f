/** Entries below this share of the largest of their row do not count for its direction. */
const SMALL = 1e-6
/** How far apart entries of two scaled rows may be. */
const CLOSE = 1e-6

/** What the division by the largest entry leaves of multiples. */
const ROUNDING = 2 ** -50

interface Direction {
  readonly row: number
  readonly terms: readonly (readonly [column: number, value: number])[]
  readonly all: number
}

/**
 * Pairs of rows that are multiples of each other: exactly, or but for a part in a million of their largest entry. Rows
 * are scaled so that the largest entry is 1; those that have the same columns, small entries aside, are sorted by their
 * entries, and neighbours are compared: n log n in the entries, not every row with every other.
 */
export function nearlyParallel(
  rows: number,
  termsOf: (row: number) => readonly (readonly [column: number, value: number])[],
): { readonly exact: readonly (readonly [number, number])[]; readonly nearly: readonly (readonly [number, number])[] } {
  const groups = new Map<string, Direction[]>()
  for (let row = 0; row < rows; row++) {
    const terms = termsOf(row)
    if (terms.length < 2) continue
    const largest = terms.reduce((most, [, value]) => Math.max(most, Math.abs(value)), 0)
    const counted = terms.filter(([, value]) => Math.abs(value) > SMALL * largest)
    // The first entry is made positive: of two opposite rows neither comes first.
    const scale = Math.sign(counted[0]?.[1] ?? 1) * largest
    const main = counted.map(([column, value]) => [column, value / scale] as const)
    const key = main.map(([column]) => column).join(' ')
    const group = groups.get(key)
    const direction = { row, terms: main, all: terms.length }
    if (group === undefined) groups.set(key, [direction])
    else group.push(direction)
  }
  const exact: [number, number][] = []
  const nearly: [number, number][] = []
  for (const group of groups.values()) {
    if (group.length < 2) continue
    group.sort((a, b) => compare(a, b))
    for (let k = 1; k < group.length; k++) {
      const [a, b] = [group[k - 1] as Direction, group[k] as Direction]
      const apart = distance(a, b)
      if (apart > CLOSE) continue
      const pair: [number, number] = a.row < b.row ? [a.row, b.row] : [b.row, a.row]
      const isExact = apart <= ROUNDING && a.all === a.terms.length && b.all === b.terms.length
      ;(isExact ? exact : nearly).push(pair)
    }
  }
  return { exact, nearly }
}

function compare(a: Direction, b: Direction): number {
  for (const [t, [, value]] of a.terms.entries()) {
    const gap = value - (b.terms[t]?.[1] ?? 0)
    if (Math.abs(gap) > CLOSE) return gap
  }
  return a.row - b.row
}

function distance(a: Direction, b: Direction): number {
  return a.terms.reduce((most, [, value], t) => Math.max(most, Math.abs(value - (b.terms[t]?.[1] ?? 0))), 0)
}
