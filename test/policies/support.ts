import { type AdlEvent, type Policy, parseEvent, policies, policyNamed } from 'spillway'
import { type DecisionSpace, decisionSpace } from '#models/book/decision-space.js'
import { toText } from '#src/numeric/index.js'
import { randomFrom, written } from '../books.js'
import { type Fraction, frac, order, plus, ZERO } from '../fraction.js'

export interface PlainPosition {
  readonly market: string
  readonly quantity: string
  readonly entryPrice?: string
  readonly maintenanceMargin?: string
  readonly walletBalance?: string
}

export interface PlainAccount {
  readonly account: string
  readonly equity: string
  readonly positions: readonly PlainPosition[]
  readonly maintenanceMargin?: string
  readonly walletBalance?: string
}

/** An event as a user writes it, every number a decimal in a string. */
export interface PlainBook {
  readonly format: 'spillway/event@1'
  readonly markets: readonly {
    readonly market: string
    readonly markPrice: string
    readonly adlPrice?: string
    readonly lotSize?: string
    readonly factorLoading?: string
  }[]
  readonly accounts: readonly PlainAccount[]
  readonly demand: readonly { readonly market: string; readonly side: 'long' | 'short'; readonly quantity: string }[]
}

/** Every policy there is, with each of its options at each of its words. */
export const everyPolicy: readonly string[] = [...policies].flatMap(([name, make]) => [
  name,
  ...(make.options ?? []).flatMap(({ name: option, values, default: standard }) =>
    (values ?? []).filter((value) => value !== standard).map((value) => `${name}:${option}=${value}`),
  ),
])

/** What a policy closes, as decimals in strings, by "account market"; pairs that close nothing are there, too. */
export async function closedBy(
  policy: string | Policy,
  book: PlainBook | AdlEvent,
  seed?: number,
): Promise<Record<string, string>> {
  const event = 'digest' in book ? book : parseEvent(book)
  const space = decisionSpace(event)
  const { allocate } = typeof policy === 'string' ? policyNamed(policy) : policy
  const given = await allocate(space, seed === undefined ? {} : { seed })
  if (given.length !== space.capacity.length) throw new Error('one reduction per pair')
  const names = pairNames.get(event) ?? namesOf(event, space)
  pairNames.set(event, names)
  const closed: Record<string, string> = {}
  given.forEach((amount, pair) => {
    closed[names[pair]] = toText(amount)
  })
  return closed
}

/** "account market" of the pairs of an event: every policy is asked about the same ones. */
const pairNames = new WeakMap<AdlEvent, readonly string[]>()
const namesOf = (event: AdlEvent, { pairOwner, pairMarket, owners, markets }: DecisionSpace): readonly string[] =>
  Array.from(pairOwner, (owner, pair) => {
    const { market } = markets[pairMarket[pair]].market
    return `${event.accounts.names[owners[owner]]} ${market}`
  })

/** The same in doubles, by account: for books with one market. */
export async function closedByAccount(policy: string | Policy, book: PlainBook, seed?: number) {
  const closed = await closedBy(policy, book, seed)
  return Object.fromEntries(Object.entries(closed).map(([pair, text]) => [pair.split(' ')[0], Number(text)]))
}

const known = new WeakMap<PlainBook, Map<string, Fraction>>()

/** What can be closed: by "account market", from the text of the book alone, which every policy is held against. */
export function capacities(book: PlainBook): ReadonlyMap<string, Fraction> {
  const before = known.get(book)
  if (before !== undefined) return before
  const result = new Map<string, Fraction>()
  known.set(book, result)
  for (const { market, side, quantity } of book.demand) {
    if (Number(quantity) === 0) continue
    for (const { account, positions } of book.accounts) {
      for (const position of positions) {
        const held = frac(position.quantity)
        const isSide = side === 'long' ? held.n > 0n : held.n < 0n
        if (position.market === market && isSide) {
          result.set(`${account} ${market}`, { n: held.n < 0n ? -held.n : held.n, d: held.d })
        }
      }
    }
  }
  return result
}

/** Undefined where an allocation meets every demand exactly and stays within the positions; else what is wrong. */
export function complaintAbout(book: PlainBook, closed: Readonly<Record<string, string>>): string | undefined {
  const most = capacities(book)
  if (Object.keys(closed).length !== most.size) return 'pairs are missing'
  const sums = new Map<string, Fraction>()
  for (const [pair, text] of Object.entries(closed)) {
    const amount = frac(text)
    const held = most.get(pair)
    if (held === undefined) return `${pair} is not eligible`
    if (amount.n < 0n || order(amount, held) > 0) return `${pair} closes ${text}`
    const market = pair.slice(pair.lastIndexOf(' ') + 1)
    sums.set(market, plus(sums.get(market) ?? ZERO, amount))
  }
  const missed = book.demand.find(({ market, quantity }) => order(sums.get(market) ?? ZERO, frac(quantity)) !== 0)
  return missed && `${missed.market} misses its demand of ${missed.quantity}`
}

/** A small book full of exact ties, debtors, losers and both sides; the numbers round, so that scores collide. */
export function tiedBook(seed: number, markets = 1): PlainBook {
  const random = randomFrom(seed)
  const names = Array.from({ length: markets }, (_, k) => `M${k}`)
  const offMark = random.chance(0.3)
  const withWallets = random.chance(0.5)
  const accounts = Array.from({ length: random.whole(2, 14) }, (_, i): PlainAccount => {
    const positions = names
      .filter(() => markets === 1 || random.chance(0.8))
      .map((market) => ({
        market,
        quantity: random.pick(['-1', '-2', '-4', '-0.5', '-3', '2', '1.25']),
        entryPrice: random.pick(['50', '80', '100', '125', '160', '200', '110']),
      }))
    return {
      account: `${random.pick(['', 'x'])}${100 + i}`,
      equity: random.pick(['-10', '0', '10', '20', '40', '50', '80', '100', '1', '33.3']),
      maintenanceMargin: random.pick(['1', '2', '4', '5', '0.5']),
      ...(withWallets && { walletBalance: random.pick(['0.5', '1', '10', '50', '-3']) }),
      positions,
    }
  })
  const demand = names.flatMap((market) => {
    const side = random.pick(['long', 'short', 'short'] as const)
    const held = accounts.flatMap(({ positions }) =>
      positions
        .filter((p) => p.market === market && Number(p.quantity) * (side === 'long' ? 1 : -1) > 0)
        .map((p) => Math.abs(Number(p.quantity))),
    )
    const open = held.reduce((a, b) => a + b, 0)
    if (open === 0) return []
    const quantity = random.pick([written(open * random.unit()), String(held[0]), String(open), '0.25'])
    return [{ market, side, quantity: Number(quantity) > open ? String(open) : quantity }]
  })
  return {
    format: 'spillway/event@1',
    markets: names.map((market) => ({
      market,
      markPrice: '100',
      factorLoading: '1.5',
      ...(offMark && { adlPrice: '101' }),
    })),
    accounts,
    demand,
  }
}

/** A book of `randomBook` with the columns that policies ask for. */
export function withExtras(book: PlainBook, seed: number): PlainBook {
  const random = randomFrom(seed)
  const marks = new Map(book.markets.map(({ market, markPrice }) => [market, Number(markPrice)]))
  const accounts = book.accounts.map((account) => ({
    ...account,
    maintenanceMargin: written(Math.abs(Number(account.equity)) * random.between(0.01, 0.5) + 1e-6),
    positions: account.positions.map((position) => ({
      ...position,
      entryPrice: written(marks.get(position.market)! * random.pick([1, random.between(0.5, 1.5), 1 + 1e-9])),
    })),
  }))
  const markets = book.markets.map((market, k) => ({ ...market, factorLoading: String(1 + k / 2) }))
  return { ...book, markets, accounts }
}

/** A book with one market M at a mark of 100, shorts to be closed: by account, [quantity, equity, entry price, others]. */
export function shorts(
  rows: Readonly<Record<string, readonly [quantity: number, equity: number, entry?: number, more?: object]>>,
  quantity: number,
  market: { readonly adlPrice?: string; readonly lotSize?: string; readonly side?: 'long' | 'short' } = {},
): PlainBook {
  const { side = 'short', ...prices } = market
  return {
    format: 'spillway/event@1',
    markets: [{ market: 'M', markPrice: '100', ...prices }],
    accounts: Object.entries(rows).map(([account, [held, equity, entry, more]]) => ({
      account,
      equity: String(equity),
      ...more,
      positions: [
        {
          market: 'M',
          quantity: String(side === 'short' ? -held : held),
          ...(entry !== undefined && { entryPrice: String(entry) }),
        },
      ],
    })),
    demand: [{ market: 'M', side, quantity: String(quantity) }],
  }
}
