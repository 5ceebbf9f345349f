import {
  compare,
  type Decimal,
  multiply,
  negate,
  parseDecimal,
  subtract,
  toText,
  zero,
} from '../../../src/numeric/index.js'
import type { RuleMarket } from './follow-rule.js'
import type { PublicReceipts, Receipt, Sums } from './format.js'
import { publicDigest } from './hashes.js'
import { lotLevel } from './lots-taken.js'
import { type FullShape, isRule, RANGE, shapeOf } from './rules.js'
import { readScore, type Score } from './scores.js'
import { isUnit } from './unit.js'

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

/** Sums in the order of their columns, each of its kind; nobody stands for no leaf, and no group closes, or has first, more than it holds. */
export function sumsIn(value: readonly unknown[], columns: readonly string[], what: string): Sums {
  if (value.length !== columns.length) throw new Refusal(`${what} has not ${columns.length} sums`)
  const sums = columns.map((name, i) => {
    if (!RANGE.some((end) => end === name)) return decimal(value[i], `${name} of ${what}`)
    scoreIn(value[i], `${name} of ${what}`)
    return zero
  })
  const [leaves, capacity, closed, first] = sums as [Decimal, Decimal, Decimal, Decimal]
  if (leaves.scale > 0 || leaves.digits === 0n) throw new Refusal(`leaves of ${what} is not whole, or none`)
  if (compare(closed, capacity) > 0) throw new Refusal(`more of ${what} is closed than was held`)
  if (compare(first, capacity) > 0) throw new Refusal(`the sums of ${what} contradict each other`)
  return value as Sums
}

/** A score in its one spelling. */
export function scoreIn(value: unknown, what: string): Score {
  const score = readScore(value)
  if (score === undefined) throw new Refusal(`${what} is no score`)
  return score
}

/** A published market: what the rule needs, its unit, its root and the sums of the root. */
export interface Published extends RuleMarket {
  readonly isLong: boolean
  readonly unit: Decimal
  readonly root: string
  readonly sums: Sums
}

const PUBLIC = ['format', 'rule', 'event', 'allocation', 'markets', 'roots', 'levels', 'demand', 'totals', 'leaves']

interface Publication {
  readonly given: PublicReceipts
  readonly shape: FullShape
  readonly markets: ReadonlyMap<string, Published>
}

/** Publications that were read: whoever checks many receipts reads theirs once. */
const known = new WeakMap<object, Publication>()

/** `public.json`, market by market, all of it checked against itself. */
export function readPublic(json: unknown): Publication {
  // Of what is no object nothing is known.
  const read = known.get(json as object) ?? publicationOf(json)
  known.set(read.given, read)
  return read
}

function publicationOf(json: unknown): Publication {
  const top = fields(json, [...PUBLIC, 'digest'], 'public.json')
  if (top.format !== 'spillway/receipts@1') throw new Refusal('public.json is of another format')
  if (!isRule(top.rule)) throw new Refusal('the rule is not known here')
  const shape = shapeOf(top.rule)
  const given = json as PublicReceipts
  if (publicDigest(given) !== top.digest) throw new Refusal('public.json was changed: its digest does not fit')
  const rows = list(top.markets, 'markets').map((row, k) =>
    fields(row, ['market', 'markPrice', 'adlPrice', 'unit', ...shape.market], `markets[${k}]`),
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
    const own = fields(totals[market], shape.sums, `totals of ${market}`)
    const sums = sumsIn(
      shape.sums.map((name) => own[name]),
      shape.sums,
      `the root of ${market}`,
    )
    if (String(leaves[market]) !== sums[0]) throw new Refusal(`leaves of ${market} are not those of its root`)
    const price = decimal(row.markPrice, `markPrice of ${market}`)
    if (price.digits === 0n) throw new Refusal(`markPrice of ${market} is zero`)
    const change = subtract(price, decimal(row.adlPrice, `adlPrice of ${market}`))
    const isLong = demand.side === 'long'
    const sign = (value: Decimal): Decimal => (isLong ? value : negate(value))
    const isFactor = top.rule === 'factor-water-filling'
    const level = levels[market] === null ? undefined : decimal(levels[market], `level of ${market}`, isFactor)
    const concession = sign(change)
    const isBeyond = level !== undefined && subtract(price, multiply(level, concession)).digits <= 0n
    if (isBeyond && top.rule === 'water-filling') {
      throw new Refusal(`the level of ${market} is beyond what closing at its ADL price can mean`)
    }
    const effect = isFactor ? sign(multiply(price, decimal(row.factorLoading, `loading of ${market}`, true))) : price
    if (effect.digits === 0n) throw new Refusal(`the factor does not move ${market}`)
    const quantity = decimal(demand.quantity, `demand of ${market}`)
    const unit = decimal(row.unit, `unit of ${market}`)
    if (!isUnit(unit, quantity))
      throw new Refusal(
        `the unit of ${market} is no power of ten of at most 1e-9 of the demand: cuts could be anything`,
      )
    markets.set(market, {
      market,
      price,
      concession,
      isLong,
      effect,
      quantity,
      capacity: decimal(sums[1], 'capacity'),
      first: decimal(sums[3], 'first'),
      level,
      ...(top.rule === 'water-filling-lots' && lotsIn(row, market, level)),
      unit,
      root: hashIn(roots[market], `root of ${market}`),
      sums,
    })
  })
  return { given, shape, markets }
}

/** The size of lots, and the last one taken: its level is the published one. */
function lotsIn(row: Fields, market: string, level: Decimal | undefined): Pick<RuleMarket, 'lot' | 'last'> {
  const lot = decimal(row.lotSize, `lotSize of ${market}`)
  if (lot.digits === 0n) throw new Refusal(`lotSize of ${market} is zero`)
  const { lastNotional, lastEquity, lastNumber } = row
  if (level === undefined) {
    if (lastNotional === null && lastEquity === null && lastNumber === null) return { lot }
    throw new Refusal(`the last lot of ${market} has no level`)
  }
  const notional = decimal(lastNotional, `lastNotional of ${market}`)
  const equity = decimal(lastEquity, `lastEquity of ${market}`)
  if (equity.digits === 0n) throw new Refusal(`lastEquity of ${market} is zero`)
  if (!Number.isSafeInteger(lastNumber) || (lastNumber as number) < 1)
    throw new Refusal(`lastNumber of ${market} is none`)
  if (toText(lotLevel(notional, equity)) !== toText(level)) {
    throw new Refusal(`the level of ${market} is not that of its last lot`)
  }
  return { lot, last: { notional, equity, number: lastNumber as number } }
}

const RECEIPT = ['format', 'public', 'number', 'account', 'salt', 'grossNotional', 'remarkedEquity']

/** A receipt, with every field of the kind that it must be. */
export function readReceipt(json: unknown, shape: FullShape): Receipt {
  const top = fields(json, [...RECEIPT, ...shape.own, 'markets'], 'the receipt')
  if (top.format !== 'spillway/receipt@1') throw new Refusal('the receipt is of another format')
  if (!Number.isSafeInteger(top.number) || (top.number as number) < 1) throw new Refusal('the number is none')
  hashIn(top.public, 'public')
  hashIn(top.salt, 'the salt')
  text(top.account, 'account')
  decimal(top.grossNotional, 'grossNotional')
  for (const name of ['remarkedEquity', ...shape.own]) decimal(top[name], name, name !== 'maintenanceMargin')
  const markets = list(top.markets, 'markets').map((row, k) =>
    fields(row, ['market', 'capacity', 'closed', ...shape.held, 'path'], `markets[${k}]`),
  )
  if (markets.length === 0) throw new Refusal('the receipt is about no market')
  if (new Set(markets.map(({ market }) => market)).size !== markets.length) throw new Refusal('a market stands twice')
  for (const row of markets) {
    const name = text(row.market, 'market')
    for (const field of ['capacity', 'closed', ...shape.held]) {
      const value = decimal(row[field], `${field} in ${name}`, field === 'walletBalance')
      if (field === 'entryPrice' && value.digits === 0n) throw new Refusal(`entryPrice in ${name} is zero`)
    }
    list(row.path, `path in ${name}`).forEach((step, k) => {
      const [side, hash, ...sums] = list(step, `step ${k}`)
      if (side !== 'left' && side !== 'right') throw new Refusal(`step ${k} stands on no side`)
      hashIn(hash, `the hash of step ${k}`)
      sumsIn(sums, shape.sums, `step ${k}`)
    })
  }
  return json as Receipt
}
