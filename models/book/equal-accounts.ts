import type { DecimalColumn } from './decimal-column.js'
import type { AdlEvent, Book } from './event.js'

/**
 * The kinds of accounts of a book: accounts of equal equity and equal positions (every market, demanded or not; numbers as
 * decimals, whatever their spelling and order) are of one kind, unless one of them is exempt and the other is not.
 */
export interface AccountKinds {
  /** Of each account its kind; kinds are numbered as they first appear. */
  readonly kindOf: Int32Array
  /** By kind: its first account, and how many it has. */
  readonly first: Int32Array
  readonly size: Int32Array
}

/**
 * The kinds of a book, in linear time; undefined where all accounts differ. Accounts for which `isAlone` holds are a kind
 * each. A hash of an account adds up over its positions, so that their order does not matter.
 */
export function accountKinds(
  { accounts, positions }: Book,
  isAlone: (account: number) => boolean = () => false,
): AccountKinds | undefined {
  const { count, equity } = accounts
  const kindOf = new Int32Array(count)
  const [first, size, hashes] = [new Int32Array(count), new Int32Array(count), new Int32Array(count)]
  // An open-addressing table, at most half full: 0 is free, else one more than a kind.
  const table = new Int32Array(2 ** Math.ceil(Math.log2(2 * count + 2)))
  const mask = table.length - 1
  const equityHash = hasher(equity)
  const quantityHash = hasher(positions.quantity)
  let kinds = 0
  for (let account = 0; account < count; account++) {
    let hash = equityHash(account) ^ (accounts.exempt?.[account] ?? 0)
    for (let p = positions.starts[account]; p < positions.starts[account + 1]; p++) {
      if (positions.quantity.values[p] !== 0) hash = (hash + mixed(quantityHash(p) ^ (positions.market[p] + 1))) | 0
    }
    let slot = mixed(hash) & mask
    let kind = table[slot] - 1
    const isLone = isAlone(account)
    while (kind >= 0 && (isLone || hashes[kind] !== hash || !areEqual(account, first[kind]))) {
      slot = (slot + 1) & mask
      kind = table[slot] - 1
    }
    if (kind < 0) {
      kind = kinds++
      first[kind] = account
      hashes[kind] = hash
      // A lone account is not to be found by others.
      if (!isLone) table[slot] = kind + 1
    }
    kindOf[account] = kind
    size[kind]++
  }
  if (kinds === count) return undefined
  return { kindOf, first: first.slice(0, kinds), size: size.slice(0, kinds) }

  function areEqual(a: number, b: number): boolean {
    const { starts, market, quantity } = positions
    if (!equity.isSame(a, b) || accounts.exempt?.[a] !== accounts.exempt?.[b]) return false
    const isHeld = (p: number): boolean => quantity.values[p] !== 0
    const [endA, endB] = [starts[a + 1], starts[b + 1]]
    let matched = 0
    let guess = starts[b]
    for (let p = starts[a]; p < endA; p++) {
      if (!isHeld(p)) continue
      const fits = (q: number): boolean => q < endB && market[q] === market[p] && quantity.isSame(p, q)
      let q = guess
      // Mostly both have one order.
      if (!fits(q)) for (q = starts[b]; q < endB && !fits(q); ) q++
      if (q === endB) return false
      matched++
      guess = q + 1
    }
    for (let q = starts[b]; q < endB; q++) if (isHeld(q)) matched--
    return matched === 0
  }
}

/**
 * The event in which every kind is one account, under the name of its first: equity and positions are those of all its
 * accounts together, exactly. Undefined where a total would be no finite number. What only policies look at is left out.
 */
export function mergedEvent(event: AdlEvent, { first, size }: AccountKinds): AdlEvent | undefined {
  const { accounts, positions } = event
  const starts = new Int32Array(first.length + 1)
  first.forEach((account, kind) => {
    starts[kind + 1] = starts[kind] + positions.starts[account + 1] - positions.starts[account]
  })
  const rows = new Int32Array(starts[first.length])
  const times = new Int32Array(rows.length)
  first.forEach((account, kind) => {
    times.fill(size[kind], starts[kind], starts[kind + 1])
    for (let j = starts[kind]; j < starts[kind + 1]; j++) rows[j] = positions.starts[account] + j - starts[kind]
  })
  const equity = accounts.equity.take(first).times(size)
  const quantity = positions.quantity.take(rows).times(times)
  if (equity === undefined || quantity === undefined) return undefined
  return {
    ...event,
    accounts: {
      count: first.length,
      names: Array.from(first, (account) => accounts.names[account]),
      equity,
      ...(accounts.exempt && { exempt: Uint8Array.from(first, (account) => accounts.exempt![account]) }),
    },
    positions: { count: rows.length, starts, market: rows.map((row) => positions.market[row]), quantity },
  }
}

const double = new Float64Array(1)
const halves = new Int32Array(double.buffer)

/** Hashes of a column's entries: of equal decimals they are equal. */
function hasher(column: DecimalColumn): (i: number) => number {
  return (i) => {
    // Adding 0 makes one zero of two.
    double[0] = column.values[i] + 0
    const hash = mixed(halves[0] ^ mixed(halves[1]))
    const text = column.beyondDouble(i)
    return text === undefined ? hash : [...text].reduce((sum, letter) => mixed(sum ^ letter.charCodeAt(0)), hash)
  }
}

/** The finisher of MurmurHash3 (A. Appleby, public domain), shifted so that zero does not stay zero. */
function mixed(value: number): number {
  let h = value + 0x9e3779b9
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
