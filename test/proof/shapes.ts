import { type BookOptions, type PlainEvent, randomBook, randomFrom } from '../books.js'
import type { Pinned } from './python.js'

/** A book with what books may hold, and the terms under which it is looked at. */
export interface Shaped {
  readonly book: PlainEvent
  readonly lots: boolean
  readonly pinned: Pinned
}

const kinds: readonly BookOptions[] = [
  { accounts: 4 },
  { accounts: 7, ties: true, insolvents: true },
  { accounts: 9, markets: 3, holdings: 3, twoSided: true, longsDemanded: true, blanks: true },
  { accounts: 6, offMark: true, insolvents: true },
  { accounts: 8, markets: 2, holdings: 2, offMark: 0.2, wild: true },
  { accounts: 7, markets: 2, holdings: 2, offMark: 0.1 },
]

type Random = ReturnType<typeof randomFrom>
type Row = Record<string, unknown>

/**
 * Random books, plain or with contract sizes, inverse markets, both legs of a market, exempt accounts, columns for policies, names of
 * any kind, whole lots, demand that is derived; under the usual terms, or with accounts kept solvent, a demand that is filled in part,
 * another forgiveness.
 */
export function shapedBook(seed: number): Shaped {
  const random = randomFrom(seed)
  const plain = randomBook(seed, kinds[Math.floor(seed / 3) % kinds.length])
  const isPlain = seed % 3 === 0
  const [markets, accounts] = isPlain
    ? [plain.markets, plain.accounts]
    : [shapedMarkets(plain, random), shapedAccounts(plain, random)]
  const isDerived = !isPlain && random.chance(0.1)
  const demand = plain.demand.map((own) => ({ ...own, quantity: halved(own.quantity, random) }))
  const { demand: _, ...rest } = { ...plain, markets, accounts }
  const book = { ...rest, ...(!isDerived && { demand: isPlain ? plain.demand : demand }) } as PlainEvent
  const pinned = random.pick<Pinned>([{}, {}, { keepSolvent: true }, { demand: 'filled' }, { feasibility: 1e-3 }])
  const lots = random.chance(0.3)
  const asked = pinned.keepSolvent && random.chance(0.7) ? thinned(book, random) : book
  return { book: lots ? withLots(asked) : asked, lots, pinned }
}

/** With little equity in places: accounts that closing can push below zero, alone or by several markets together. */
function thinned(book: PlainEvent, random: Random): PlainEvent {
  const thin = (equity: string): string =>
    random.chance(0.6) ? String(Number(equity) * random.pick([0.02, 0.1])) : equity
  return { ...book, accounts: book.accounts.map((own) => ({ ...own, equity: thin(own.equity) })) }
}

/** Of what plain books demand, a part that others than those who are exempt here can give. */
const halved = (quantity: string, random: Random): string => String(Number(quantity) * random.pick([0.1, 0.25, 0.5]))

function shapedMarkets({ markets }: PlainEvent, random: Random): Row[] {
  const isCoin = random.chance(0.3)
  return markets.map((market) => ({
    ...market,
    ...(random.chance(0.4) && { contractSize: random.pick(['0.01', 10, 1, '3.0']) }),
    ...(isCoin && { settles: 'C\u00f6in' }),
    ...(isCoin && random.chance(0.6) && { inverse: true }),
    ...(random.chance(0.3) && { factorLoading: random.pick(['0.7', -1, '1.0']) }),
  }))
}

function shapedAccounts({ accounts, markets }: PlainEvent, random: Random): Row[] {
  return accounts.map((own, i) => {
    const [first] = own.positions
    const other = first && { market: first.market, quantity: String(-Number(first.quantity) / 3) }
    const isHedged = other !== undefined && other.quantity !== '0' && own.positions.length < 2 && random.chance(0.2)
    return {
      ...own,
      ...(i === 1 && { account: 'a "quoted" \u00e9\ud83d\ude00 name' }),
      positions: [
        ...own.positions.map((position) => ({
          ...position,
          ...(random.chance(0.2) && { entryPrice: markets[0].markPrice, openedAt: '2025-10-10T21:16:04.831Z' }),
        })),
        ...(isHedged ? [other] : []),
      ],
      ...(random.chance(0.15) && { exempt: true }),
      ...(random.chance(0.2) && { openedAt: random.pick([1.5e12, '2025-10-10', '2024-02-29T23:59+05:30']) }),
      ...(random.chance(0.2) && { maintenanceMargin: '12.50', walletBalance: null }),
    }
  })
}

/** Lot sizes of which every demand is a whole number, so that nothing else has to change. */
function withLots(book: PlainEvent): PlainEvent {
  const demanded = new Map((book.demand ?? []).map(({ market, quantity }) => [market, Number(quantity)]))
  const lotOf = new Map(
    book.markets.map(({ market }) => {
      const quantity = demanded.get(market) ?? 0
      return [market, quantity > 0 ? 10 ** (Math.floor(Math.log10(quantity)) - 1) : 1]
    }),
  )
  const text = (value: number): string => value.toFixed(20).replace(/\.?0+$/, '')
  const whole = (market: string, quantity: string): string => {
    const lot = lotOf.get(market) as number
    const count = Math.floor(Number(quantity) / lot)
    return lot >= 1 ? String(count * lot) : text(Number((count * lot).toFixed(Math.round(-Math.log10(lot)))))
  }
  return {
    ...book,
    markets: book.markets.map((own) => ({ ...own, lotSize: text(lotOf.get(own.market) as number) })),
    ...(book.demand && {
      demand: book.demand.map((own) => ({ ...own, quantity: whole(own.market, own.quantity) })),
    }),
  }
}
