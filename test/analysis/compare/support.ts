import { type Policy, parseEvent } from 'spillway'
import { type PlainEvent, randomBook, randomFrom } from '../../books.js'

type Space = Parameters<Policy['allocate']>[0]
type Decimals = Awaited<ReturnType<Policy['allocate']>>
type Decimal = Decimals[number]

/** A decimal of the tests' own making. */
export function decimal(text: string): Decimal {
  const [whole = '', rest = ''] = text.split('.')
  return { digits: BigInt(whole + rest), scale: rest.length }
}

/** A policy by what it returns; all it says of itself is its name. */
export function policyOf(name: string, allocate: Policy['allocate']): Policy {
  const says = { summary: '', formula: '', source: '', ties: '', equity: '' }
  return { name, ...says, closing: 'queue', ranking: 'frozen', markets: 'one by one', needs: [], allocate }
}

/** Closes whole holdings, in file order or the other way round, until each demand is met; exact, and deaf to leverage. */
export const inFileOrder = (name = 'file-order', isReversed = false): Policy =>
  policyOf(name, (space) => {
    const left = space.markets.map(({ quantity }) => quantity)
    const given: Decimal[] = Array.from(space.capacity, () => decimal('0'))
    const pairs = [...space.capacity.keys()]
    for (const pair of isReversed ? pairs.reverse() : pairs) {
      const k = space.pairMarket[pair]
      const held = exact(space, pair)
      const scale = Math.max(held.scale, left[k].scale)
      const [h, l] = [at(held, scale), at(left[k], scale)]
      given[pair] = h < l ? held : left[k]
      left[k] = { digits: l - (h < l ? h : l), scale }
    }
    return given
  })

const at = ({ digits, scale }: Decimal, wanted: number): bigint => digits * 10n ** BigInt(wanted - scale)

function exact(space: Space, pair: number): Decimal {
  const { digits, scale } = space.event.positions.quantity.exact(space.pairPosition[pair])
  return { digits: digits < 0n ? -digits : digits, scale }
}

/** A random book of a kind that the seed chooses, with entry prices on half of the positions. */
export function bookOf(seed: number): PlainEvent {
  const random = randomFrom(seed)
  const markets = random.pick([1, 1, 3])
  const book = randomBook(seed, {
    accounts: random.whole(2, 14),
    markets,
    holdings: random.whole(1, markets),
    offMark: markets === 1 && random.chance(0.5),
    insolvents: random.chance(0.3),
    ties: random.chance(0.3),
    twoSided: random.chance(0.5),
  })
  for (const { positions } of book.accounts) {
    for (const position of positions) {
      if (random.chance(0.5)) Object.assign(position, { entryPrice: '3.5' })
    }
  }
  return book
}

export const eventOfSeed = (seed: number) => parseEvent(bookOf(seed))

/** Times differ from run to run, and nothing else may. */
export const timeless = (value: unknown): string =>
  JSON.stringify(value, (key, field: unknown) => (key === 'seconds' ? undefined : field))

export const hostileNames = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(2)>',
  "' onmouseover='alert(3)",
  '&lt;b&gt;</td></table>',
  '</style><svg onload=alert(4)>',
  '\u202eleft-to-right\u0000\u001b[31m',
] as const
