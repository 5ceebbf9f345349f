import { type Decimal, multiply, parseDecimal, subtract, toText } from '../../../src/numeric/index.js'
import type { RuleMarket } from './follow-rule.js'
import { type PublicReceipts, type Receipt, SUMS, type Sums } from './format.js'
import { publicDigest } from './hashes.js'

/** Reads what others published. Whatever is not exactly as it is written down throws a `Refusal` that says so. */
export class Refusal extends Error {}

/** A decimal in its one spelling, not negative unless `mayBeNegative`. */
export function decimal(value: unknown, what: string, mayBeNegative = false): Decimal {
  const found = typeof value === 'string' ? parseDecimal(value) : undefined
  if (found === undefined || toText(found) !== value) throw new Refusal(`${what} is no plain decimal`)
  if (!mayBeNegative && found.digits < 0n) throw new Refusal(`${what} is negative`)
  return found
}

const HASH = /^[0-9a-f]{64}$/
export function hashIn(value: unknown, what: string): string {
  if (typeof value !== 'string' || !HASH.test(value)) throw new Refusal(`${what} is no hash`)
  return value
}

type Fields = Readonly<Record<string, unknown>>

function fields(value: unknown, names: readonly string[], what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Refusal(`${what} is no object`)
  const found = Object.keys(value)
  const other = found.find((name) => !names.includes(name)) ?? names.find((name) => !found.includes(name))
  if (other !== undefined) throw new Refusal(`${what} has not the fields that it must have: ${other}`)
  return value as Fields
}

function list(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Refusal(`${what} is no list`)
  return value
}

function text(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new Refusal(`${what} is no text`)
  return value
}

export function sumsIn(value: readonly unknown[], what: string): Sums {
  if (value.length !== SUMS.length) throw new Refusal(`${what} has not ${SUMS.length} sums`)
  SUMS.forEach((name, i) => {
    const sum = decimal(value[i], `${name} of ${what}`)
    if (name === 'leaves' && toText(sum).includes('.')) throw new Refusal(`leaves of ${what} is not whole`)
  })
  return value as unknown as Sums
}

/** A published market: what the rule needs, its unit, its root and the sums of the root. */
export interface Published extends RuleMarket {
  readonly unit: Decimal
  readonly root: string
  readonly sums: Sums
}

const PUBLIC = ['format', 'rule', 'event', 'allocation', 'markets', 'roots', 'levels', 'demand', 'totals', 'leaves']

interface Publication {
  readonly given: PublicReceipts
  readonly markets: ReadonlyMap<string, Published>
}

/** Publications that were read: whoever checks many receipts reads theirs once. */
const known = new WeakMap<object, Publication>()

/** `public.json`, market by market, all of it checked against itself. */
export function readPublic(json: unknown): Publication {
  const read = (typeof json === 'object' && json !== null && known.get(json)) || publicationOf(json)
  known.set(read.given, read)
  return read
}

function publicationOf(json: unknown): Publication {
  const top = fields(json, [...PUBLIC, 'digest'], 'public.json')
  if (top.format !== 'spillway/receipts@1') throw new Refusal('public.json is of another format')
  if (top.rule !== 'water-filling' && top.rule !== 'pro-rata') throw new Refusal('the rule is not known here')
  const given = json as PublicReceipts
  if (publicDigest(given) !== top.digest) throw new Refusal('public.json was changed: its digest does not fit')
  const rows = list(top.markets, 'markets').map((row, k) =>
    fields(row, ['market', 'markPrice', 'adlPrice', 'unit'], `markets[${k}]`),
  )
  const names = rows.map(({ market }, k) => text(market, `markets[${k}].market`))
  const demands = list(top.demand, 'demand').map((row, k) =>
    fields(row, ['market', 'side', 'quantity'], `demand[${k}]`),
  )
  if (new Set(names).size !== names.length) throw new Refusal('a market stands twice')
  if (demands.length !== names.length) throw new Refusal('not every market has one demand')
  const [roots, levels, totals, leaves] = (['roots', 'levels', 'totals', 'leaves'] as const).map((name) =>
    fields(top[name], names, name),
  ) as [Fields, Fields, Fields, Fields]
  const markets = new Map<string, Published>()
  rows.forEach((row, k) => {
    const market = names[k] as string
    const demand = demands[k] as Fields
    if (demand.market !== market) throw new Refusal('the demand is in another order than the markets')
    if (demand.side !== 'long' && demand.side !== 'short') throw new Refusal(`the side of ${market} is none`)
    const own = fields(totals[market], SUMS, `totals of ${market}`)
    const sums = sumsIn(
      SUMS.map((name) => own[name]),
      `the root of ${market}`,
    )
    if (String(leaves[market]) !== sums[0]) throw new Refusal(`leaves of ${market} are not those of its root`)
    const price = decimal(row.markPrice, `markPrice of ${market}`)
    const change = subtract(price, decimal(row.adlPrice, `adlPrice of ${market}`))
    const level = levels[market] === null ? undefined : decimal(levels[market], `level of ${market}`)
    const concession = multiply(change, { digits: demand.side === 'long' ? 1n : -1n, scale: 0 })
    if (level !== undefined && subtract(price, multiply(level, concession)).digits <= 0n) {
      throw new Refusal(`the level of ${market} is beyond what closing at its ADL price can mean`)
    }
    markets.set(market, {
      market,
      price,
      concession,
      quantity: decimal(demand.quantity, `demand of ${market}`),
      capacity: decimal(sums[1], 'capacity'),
      first: decimal(sums[3], 'first'),
      level,
      unit: decimal(row.unit, `unit of ${market}`),
      root: hashIn(roots[market], `root of ${market}`),
      sums,
    })
  })
  return { given, markets }
}

const RECEIPT = ['format', 'public', 'number', 'account', 'salt', 'grossNotional', 'remarkedEquity', 'markets']

/** A receipt, with every field of the kind that it must be. */
export function readReceipt(json: unknown): Receipt {
  const top = fields(json, RECEIPT, 'the receipt')
  if (top.format !== 'spillway/receipt@1') throw new Refusal('the receipt is of another format')
  if (!Number.isSafeInteger(top.number) || (top.number as number) < 1) throw new Refusal('the number is none')
  hashIn(top.public, 'public')
  hashIn(top.salt, 'the salt')
  text(top.account, 'account')
  decimal(top.grossNotional, 'grossNotional')
  decimal(top.remarkedEquity, 'remarkedEquity', true)
  const markets = list(top.markets, 'markets').map((row, k) =>
    fields(row, ['market', 'capacity', 'closed', 'path'], `markets[${k}]`),
  )
  if (markets.length === 0) throw new Refusal('the receipt is about no market')
  if (new Set(markets.map(({ market }) => market)).size !== markets.length) throw new Refusal('a market stands twice')
  for (const { market, capacity, closed, path } of markets) {
    const name = text(market, 'market')
    decimal(capacity, `capacity in ${name}`)
    decimal(closed, `closed in ${name}`)
    list(path, `path in ${name}`).forEach((step, k) => {
      const [side, hash, ...sums] = list(step, `step ${k}`)
      if (side !== 'left' && side !== 'right') throw new Refusal(`step ${k} stands on no side`)
      hashIn(hash, `the hash of step ${k}`)
      sumsIn(sums, `step ${k}`)
    })
  }
  return json as Receipt
}
