import {
  type Decimal,
  decimalOf,
  multiply,
  ratioOf,
  roundedQuotient,
  subtract,
  sumOf,
  toNumber,
} from '../../../src/numeric/index.js'

/** Solvent accounts of one market, none of which gives in another one. */
export interface LevelColumns {
  readonly price: Decimal
  /** R, contracts. */
  readonly quantity: Decimal
  readonly gross: readonly Decimal[]
  readonly remarked: readonly Decimal[]
  readonly capacity: readonly Decimal[]
}

/** Decimal places of a level: beyond what doubles made of the cuts. */
const PLACES = 40
const HALVINGS = 1100

/**
 * The level Λ of N'/g at which Σ_i clip((G_i − Λ g_i)/p, 0, c_i) = R: from the book, not from the cuts, so that a cut that is wrong
 * stands alone. Doubles find who is cut in part; then Λ = (Σ_part G + Σ_whole p c − p R)/Σ_part g, in decimals.
 */
export function commonLevel({ price, quantity, gross, remarked, capacity }: LevelColumns): Decimal {
  const p = toNumber(price)
  const [from, weight, most] = [gross, remarked, capacity].map((column) => Float64Array.from(column, toNumber)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  const wanted = toNumber(quantity)
  let low = 0
  let high = from.reduce((top, own, i) => Math.max(top, own / (weight[i] as number)), 0)
  for (let round = 0; round < HALVINGS; round++) {
    const level = low + (high - low) / 2
    if (level === low || level === high) break
    let closed = 0
    for (let i = 0; i < from.length; i++) {
      const cut = ((from[i] as number) - level * (weight[i] as number)) / p
      closed += Math.min(Math.max(cut, 0), most[i] as number)
    }
    if (closed >= wanted) low = level
    else high = level
  }
  const cutAt = (i: number): number => ((from[i] as number) - low * (weight[i] as number)) / p
  const indices = Array.from(from.keys())
  const part = indices.filter((i) => cutAt(i) > 0 && cutAt(i) < (most[i] as number))
  if (part.length === 0) return decimalOf(low)
  const whole = indices.filter((i) => cutAt(i) >= (most[i] as number))
  const given = subtract(sumOf(whole.map((i) => capacity[i] as Decimal)), quantity)
  const above = sumOf([...part.map((i) => gross[i] as Decimal), multiply(price, given)])
  return roundedQuotient(above, sumOf(part.map((i) => remarked[i] as Decimal)), PLACES, 'down')
}

/**
 * The level of linked markets, from the cuts themselves: the middle one of those who are cut in part, which a few wrong ones do not move; else
 * between those who are left and those who are cut, the other way round where a cut raises the level, and not below `lowest`.
 */
export function middleLevel(
  accounts: readonly { readonly level: number; readonly isCut: boolean; readonly isLeft: boolean }[],
  isLowered = true,
  lowest = 0,
): Decimal {
  const part = accounts.filter(({ isCut, isLeft }) => isCut && isLeft).map(({ level }) => level)
  if (part.length > 0) return decimalOf(part.sort((a, b) => a - b)[part.length >> 1] as number)
  const [below, above] = isLowered ? (['isLeft', 'isCut'] as const) : (['isCut', 'isLeft'] as const)
  const least = accounts.reduce((top, own) => (own[below] ? Math.max(top, own.level) : top), lowest)
  const most = accounts.reduce((end, own) => (own[above] ? Math.min(end, own.level) : end), Infinity)
  if (!Number.isFinite(least)) return decimalOf(Number.isFinite(most) ? most : 0)
  return decimalOf(most === Infinity ? least : (least + most) / 2)
}

/** λ = Λ p/(p + d Λ), the leverage of whoever holds nothing else; undefined where it is not finite. */
export function leverageOf(level: Decimal, price: Decimal, concession: Decimal): Decimal | undefined {
  const under = subtract(price, multiply({ digits: -1n, scale: 0 }, multiply(concession, level)))
  if (under.digits <= 0n) return undefined
  return roundedQuotient(multiply(level, price), under, PLACES, 'down')
}

/** The least power of ten, as a decimal, that is not below a quotient; zero for zero. */
export function unitAbove(over: Decimal, under: Decimal): Decimal {
  if (over.digits === 0n) return { digits: 0n, scale: 0 }
  const ratio = ratioOf(over, under)
  let power = -200
  const tenTo = (e: number): Decimal => (e >= 0 ? { digits: 10n ** BigInt(e), scale: 0 } : { digits: 1n, scale: -e })
  while (ratio.compare(ratioOf(tenTo(power))) > 0) power += 20
  while (power > -200 && ratio.compare(ratioOf(tenTo(power - 1))) <= 0) power--
  return tenTo(power)
}
