import { compare, type Decimal, decimalOf, signOf, toNumber, toText, zero } from '../../../src/numeric/index.js'
import type { DecisionSpace } from '../../book/decision-space.js'
import { badEvidence, decimalAt, FieldByAccount, fieldsAt, onlyFields, outOfRange, unknownKey } from '../evidence.js'
import type { LossDuals } from './bound.js'
import type { MovedBook } from './moved-book.js'
import { isScenarioWeighting, type Measure } from './risk-measure.js'
import type { Screening } from './screening.js'

/**
 * Duals as plain JSON: numbers in strings, markets and accounts by name, moves by their index in the file, from 0.
 *
 *     { prices: { BTC: "12.5" },
 *       tails: [{ weight: "1", confidence: "0.99", masses: { "3": "0.5", … } }],
 *       shares: { account: { "3": "1", … } },
 *       solvency: { account: "0.25", … },                         only where accounts are kept solvent by rows
 *       temperature: "12.5" }                                     only of an entropic part: the t of the value, as far as there is one
 *
 * ScenarioWeights are scenario weights times the total weight of the moves, W λ θ_s; shares are y_is/θ_s. What is not listed is zero.
 */
export function writeEvidence(
  { space, moveIndices }: MovedBook,
  { kinkStarts, kinkMove }: Screening,
  measure: Measure,
  { prices, scenarioWeights, shares, solvency }: LossDuals,
): object {
  const names = space.event.accounts.names
  const listed: [string, unknown][] = []
  space.owners.forEach((account, owner) => {
    const own: string[] = []
    for (let t = kinkStarts[owner]; t < kinkStarts[owner + 1]; t++) {
      if (shares[t] > 0) own.push(`"${moveIndices[kinkMove[t]]}":"${textOf(shares[t])}"`)
    }
    // An object that is given numbers for keys one by one becomes a list as long as the largest; read from text it takes a tenth.
    if (own.length > 0) listed.push([names[account], JSON.parse(`{${own.join()}}`)])
  })
  return {
    prices: Object.fromEntries(space.markets.map(({ market }, k) => [market.market, toText(prices[k])])),
    tails: measure.map(({ weight, confidence }, j) => ({
      weight: toText(weight),
      confidence: toText(confidence),
      masses: Object.fromEntries(
        scenarioWeights[j].flatMap((mass, s) => (signOf(mass) === 0 ? [] : [[String(moveIndices[s]), toText(mass)]])),
      ),
    })),
    shares: Object.fromEntries(listed),
    ...(space.solvencyRows?.length && { solvency: Object.fromEntries(solvencyEntries(space, solvency)) }),
  }
}

/** The duals above zero of the rows that keep accounts solvent. */
function* solvencyEntries(
  { event, owners, solvencyRows }: DecisionSpace,
  solvency: LossDuals['solvency'] = [],
): Generator<readonly [account: string, dual: string]> {
  for (const [r, dual] of solvency.entries()) {
    if (signOf(dual) > 0) yield [event.accounts.names[owners[solvencyRows![r]]], toText(dual)]
  }
}

/** A share as plain text; most are 1. */
const textOf = (share: number): string => (share === 1 ? '1' : toText(decimalOf(share)))

/**
 * Duals from evidence, whoever wrote it. Throws `bad-evidence` on a wrong shape and on another risk measure, `unknown-key` on names and moves
 * that are unknown, `evidence-range` on scenario weights outside of Θ and shares outside of [0, 1], which prove nothing.
 */
export function readEvidence(
  { space, moveIndices, weights, total }: MovedBook,
  { kinkStarts, kinkMove, counts }: Screening,
  measure: Measure,
  evidence: unknown,
): LossDuals {
  const names = ['prices', 'tails', 'shares', ...(space.solvencyRows?.length ? ['solvency'] : [])]
  // Of this the value follows, not the bound: `temperatureIn`.
  if (measure.some(({ isEntropic }) => isEntropic)) names.push('temperature')
  const { prices, tails, shares, solvency } = onlyFields(evidence, 'evidence', names)
  const priceOf = onlyFields(
    prices,
    'evidence.prices',
    space.markets.map(({ market }) => market.market),
  )
  const moveOf = new Map(Array.from(moveIndices, (index, s) => [String(index), s]))
  const list = Array.isArray(tails) ? tails : refuse('evidence.tails', tails, 'is not a list')
  if (list.length !== measure.length)
    refuse('evidence.tails', list.length, `is not one for each of ${measure.length} parts`)
  const stated = measure.map((part, j) => {
    const path = `evidence.tails[${j}]`
    const given = onlyFields(list[j], path, ['weight', 'confidence', 'masses'])
    if (toText(decimalAt(given.weight, `${path}.weight`)) !== toText(part.weight))
      refuse(`${path}.weight`, given.weight, 'is another measure')
    if (toText(decimalAt(given.confidence, `${path}.confidence`)) !== toText(part.confidence)) {
      refuse(`${path}.confidence`, given.confidence, 'is another measure')
    }
    const scenarioWeights = weights.map(() => zero)
    for (const [index, mass] of Object.entries(fieldsAt(given.masses, `${path}.masses`))) {
      scenarioWeights[moveAt(moveOf, index, `${path}.masses`)] = decimalAt(mass, `${path}.masses.${index}`)
    }
    if (!isScenarioWeighting(part, scenarioWeights, weights, total))
      throw outOfRange(
        `${path}.masses`,
        undefined,
        'is negative, more than a move may weigh, or more than there is in all',
      )
    return scenarioWeights
  })
  const found = new Float64Array(counts.kinked)
  // By move, the kinked pair that was seen last: the owner's own where it lies among theirs.
  const pairAt = new Int32Array(weights.length).fill(-1)
  // Equal accounts may stand with one object for their shares: it is read once.
  const known = new Map<unknown, readonly (readonly [move: number, share: number])[]>()
  forEachShare(space, shares, (owner, own, path) => {
    const read = known.get(own) ?? sharesIn(own, moveOf, path())
    known.set(own, read)
    const [from, to] = [kinkStarts[owner], kinkStarts[owner + 1]]
    for (let t = from; t < to; t++) pairAt[kinkMove[t]] = t
    for (const [move, share] of read) {
      const t = pairAt[move]
      // A pair that screening decides needs no share.
      if (t >= from && t < to) found[t] = share
    }
  })
  return {
    prices: space.markets.map(({ market: { market } }) => decimalAt(priceOf[market], `evidence.prices.${market}`)),
    scenarioWeights: stated,
    shares: found,
    ...(solvency !== undefined && { solvency: solvencyIn(space, solvency) }),
  }
}

/** Visits what is listed of each owner, in evidence that was read or that comes from this process. */
function forEachShare(
  { event, owners }: DecisionSpace,
  shares: unknown,
  visit: (owner: number, own: unknown, path: () => string) => void,
): void {
  const { names } = event.accounts
  if (shares instanceof FieldByAccount) {
    owners.forEach((account, owner) => {
      const own = shares.values[account]
      if (own !== undefined) visit(owner, own, () => `evidence.shares.${names[account]}`)
    })
    return
  }
  const ownerOf = new Map(Array.from(owners, (account, owner) => [names[account], owner]))
  for (const [name, own] of Object.entries(fieldsAt(shares, 'evidence.shares'))) {
    const owner =
      ownerOf.get(name) ?? unknown(`evidence.shares.${name}`, name, 'is no account that holds anything demanded')
    visit(owner, own, () => `evidence.shares.${name}`)
  }
}

/** The t of the value of an entropic part; undefined where it is the largest loss. Throws `bad-evidence` and, unless t > 0, `evidence-range`. */
export function temperatureIn(evidence: unknown): Decimal | undefined {
  const { temperature } = fieldsAt(evidence, 'evidence')
  if (temperature === undefined) return undefined
  const t = decimalAt(temperature, TEMPERATURE)
  if (signOf(t) > 0) return t
  throw outOfRange(TEMPERATURE, temperature, 'is not above zero')
}

export const TEMPERATURE = 'evidence.temperature'

/** Duals of the rows that keep accounts solvent, in their order; those that are not named are zero. */
function solvencyIn({ event, owners, solvencyRows = new Int32Array(0) }: DecisionSpace, solvency: unknown): Decimal[] {
  const rowOf = new Map(Array.from(solvencyRows, (owner, r) => [event.accounts.names[owners[owner]], r]))
  const duals: Decimal[] = Array.from(solvencyRows, () => zero)
  for (const [name, text] of Object.entries(fieldsAt(solvency, 'evidence.solvency'))) {
    const path = `evidence.solvency.${name}`
    const row =
      rowOf.get(name) ?? unknown(path, name, 'is no account that several markets together could push below zero')
    const dual = decimalAt(text, path)
    if (signOf(dual) < 0) throw outOfRange(path, text, 'is negative')
    duals[row] = dual
  }
  return duals
}

const one: Decimal = decimalOf(1)

/** Shares by move, as the doubles next to them. */
function sharesIn(own: unknown, moveOf: ReadonlyMap<string, number>, path: string) {
  return Object.entries(fieldsAt(own, path)).map(([index, share]) => {
    const move = moveAt(moveOf, index, path)
    const exact = decimalAt(share, `${path}.${index}`)
    if (signOf(exact) < 0 || compare(exact, one) > 0)
      throw outOfRange(`${path}.${index}`, share, 'is not between 0 and 1')
    return [move, toNumber(exact)] as const
  })
}

function moveAt(moveOf: ReadonlyMap<string, number>, index: string, path: string): number {
  return moveOf.get(index) ?? unknown(`${path}.${index}`, index, 'is not the index of a move of positive weight')
}

function refuse(path: string, value: unknown, problem: string): never {
  throw badEvidence(path, value, problem)
}

function unknown(path: string, value: unknown, problem: string): never {
  throw unknownKey(path, value, problem)
}
