import {
  type Decimal,
  decimalOf,
  parseDecimal,
  SpillwayError,
  signOf,
  toNumber,
  toText,
  zero,
} from '../../../src/index.js'
import type { LossMultipliers } from './loss-bound.js'
import { type Measure, repairMasses } from './measure.js'
import type { MovedBook } from './moved-book.js'
import type { Screening } from './screening.js'

/**
 * Multipliers as plain JSON: numbers in strings, markets and accounts by name, moves by their place in the file, from 0.
 *
 *     { prices: { BTC: "12.5" },
 *       tails: [{ weight: "1", confidence: "0.99", masses: { "3": "0.5", … } }],
 *       shares: { account: { "3": "1", … } } }
 *
 * Masses are scenario weights times the total weight of the moves, W λ θ_s; shares are y_is/θ_s. What is not listed is zero.
 */
export function writeEvidence(
  { space, places }: MovedBook,
  { kinkStarts, kinkMove }: Screening,
  measure: Measure,
  { prices, masses, shares }: LossMultipliers,
): object {
  const names = space.event.accounts.names
  const listed: [string, Record<string, string>][] = []
  space.owners.forEach((account, owner) => {
    const own: Record<string, string> = {}
    for (let t = kinkStarts[owner]; t < kinkStarts[owner + 1]; t++) {
      if (shares[t] > 0) own[places[kinkMove[t]]] = toText(decimalOf(shares[t]))
    }
    if (Object.keys(own).length > 0) listed.push([names[account], own])
  })
  return {
    prices: Object.fromEntries(space.markets.map(({ market }, k) => [market.market, toText(prices[k])])),
    tails: measure.map(({ weight, confidence }, j) => ({
      weight: toText(weight),
      confidence: toText(confidence),
      masses: Object.fromEntries(
        masses[j].flatMap((mass, s) => (signOf(mass) === 0 ? [] : [[String(places[s]), toText(mass)]])),
      ),
    })),
    shares: Object.fromEntries(listed),
  }
}

/**
 * Multipliers from evidence, whoever wrote it. Masses are put into Θ and shares into [0, 1], so that whatever comes out proves
 * a bound. Throws `evidence` on a wrong shape, on names and moves that are unknown, and on another risk measure.
 */
export function readEvidence(
  { space, places, weights, total }: MovedBook,
  { kinkStarts, kinkMove, counts }: Screening,
  measure: Measure,
  evidence: unknown,
): LossMultipliers {
  const { prices, tails, shares } = record(evidence, 'evidence')
  const priceOf = record(prices, 'evidence.prices')
  const moveOf = new Map(Array.from(places, (place, s) => [String(place), s]))
  const list = Array.isArray(tails) ? tails : refuse('evidence.tails', tails, 'is not a list')
  if (list.length !== measure.length)
    refuse('evidence.tails', list.length, `is not one for each of ${measure.length} parts`)
  const rough = measure.map((part, j) => {
    const path = `evidence.tails[${j}]`
    const given = record(list[j], path)
    if (toText(decimal(given.weight, `${path}.weight`)) !== toText(part.weight))
      refuse(`${path}.weight`, given.weight, 'is another measure')
    if (toText(decimal(given.confidence, `${path}.confidence`)) !== toText(part.confidence)) {
      refuse(`${path}.confidence`, given.confidence, 'is another measure')
    }
    const masses = weights.map(() => zero)
    for (const [place, mass] of Object.entries(record(given.masses, `${path}.masses`))) {
      masses[moveAt(moveOf, place, `${path}.masses`)] = decimal(mass, `${path}.masses.${place}`)
    }
    return masses
  })
  const ownerOf = new Map(Array.from(space.owners, (account, owner) => [space.event.accounts.names[account], owner]))
  const found = new Float64Array(counts.kinked)
  for (const [name, own] of Object.entries(record(shares, 'evidence.shares'))) {
    const path = `evidence.shares.${name}`
    const owner = ownerOf.get(name) ?? refuse(path, name, 'is no account that holds anything demanded')
    const placeOf = new Map<number, number>()
    for (let t = kinkStarts[owner]; t < kinkStarts[owner + 1]; t++) placeOf.set(kinkMove[t], t)
    for (const [place, share] of Object.entries(record(own, path))) {
      const value = toNumber(decimal(share, `${path}.${place}`))
      const t = placeOf.get(moveAt(moveOf, place, path))
      // A pair that screening settles needs no share.
      if (t !== undefined) found[t] = Math.min(Math.max(value, 0), 1)
    }
  }
  return {
    prices: space.markets.map(({ market: { market } }) => decimal(priceOf[market], `evidence.prices.${market}`)),
    masses: repairMasses(measure, rough, weights, total),
    shares: found,
  }
}

function record(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  return refuse(path, value, 'is not an object')
}

function decimal(value: unknown, path: string): Decimal {
  const parsed = typeof value === 'string' ? parseDecimal(value) : undefined
  return parsed ?? refuse(path, value, 'is not a decimal in a string')
}

function moveAt(moveOf: ReadonlyMap<string, number>, place: string, path: string): number {
  return moveOf.get(place) ?? refuse(path, place, 'is not the place of a move of positive weight')
}

function refuse(path: string, value: unknown, problem: string): never {
  const cure = 'Take the evidence of the same event, moves and objective, as it was written.'
  throw new SpillwayError({ code: 'evidence', path, value, problem, cure })
}
