import { add, type Decimal, largerOf, ratioOf, signOf, toNumber, toText, zero } from '../../../src/numeric/index.js'
import type { Bound } from '../claim.js'
import { badEvidence, decimalAt, type Fields, fieldsAt, onlyFields, outOfRange, unknownKey } from '../evidence.js'
import { type GaussianProblem, pricedCuts } from '../gaussian/bound.js'
import { isWorstMove, lossAt, type WorstMove, worstBelow } from './worst-loss.js'

/** Accounts, distribution and confidence of worst losses over an ellipsoid. */
export interface EllipsoidProblem extends GaussianProblem {
  readonly confidence: Decimal
}

/**
 * The bound of one move of the ellipsoid for each account that decides something: no worst loss is below the share of the loss there,
 *
 *     optimum ≥ −π·Q + Σ_i [ constant_i + Σ_k min(0, slope_ik + π_k) c_ik ] + what ineligible accounts lose,
 *
 * in exact decimals. The moves must be in the ellipsoid (`isWorstMove`).
 */
export function ellipsoidBound(
  problem: EllipsoidProblem,
  moves: readonly WorstMove[],
  prices: readonly Decimal[],
): Bound {
  const { space, law, deciding, confidence } = problem
  const slopes: Decimal[] = []
  let sum = problem.ineligible.reduce(
    (total, account) => add(total, worstBelow(law, account, account, confidence)),
    zero,
  )
  deciding.forEach((account, owner) => {
    const cut = lossAt(law, account, moves[owner])
    sum = add(sum, cut.constant)
    account.pairs.forEach(({ pair }, t) => {
      slopes[pair] = cut.slopes[t]
    })
  })
  sum = add(sum, pricedCuts(space, slopes, prices))
  return {
    // A shortfall is never negative.
    bound: ratioOf(largerOf(sum, zero)),
    prices: prices.map(toNumber),
    evidence: () => evidenceOf(problem, moves, prices),
  }
}

function evidenceOf(
  { space, deciding }: EllipsoidProblem,
  moves: readonly WorstMove[],
  prices: readonly Decimal[],
): object {
  const { event } = space
  return {
    prices: Object.fromEntries(space.markets.map(({ market }, k) => [market.market, toText(prices[k])])),
    moves: deciding.flatMap(({ account, markets }, owner) => {
      const { share, direction } = moves[owner]
      if (signOf(share) === 0) return []
      const along = markets.map((k, index) => [event.markets[k].market, toText(direction[index])] as const)
      return { account: event.accounts.names[account], share: toText(share), direction: Object.fromEntries(along) }
    }),
  }
}

/**
 * Reads evidence back; accounts that are not listed have share 0. Throws `bad-evidence` on a wrong shape, `unknown-key` on accounts and markets
 * that have no place in it, `evidence-range` on shares outside of [0, 1] and moves outside of the ellipsoid, which prove nothing.
 */
export function readEvidence(
  { space, deciding, law, confidence }: EllipsoidProblem,
  evidence: unknown,
): { moves: WorstMove[]; prices: Decimal[] } {
  const { prices, moves } = onlyFields(evidence, 'evidence', ['prices', 'moves'])
  const { event } = space
  const names = space.markets.map(({ market }) => market.market)
  const priceOf = onlyFields(prices, 'evidence.prices', names)
  if (!Array.isArray(moves)) throw badEvidence('evidence.moves', moves, 'is not a list')
  const known = new Map<unknown, number>(deciding.map(({ account }, owner) => [event.accounts.names[account], owner]))
  const found = new Map<number, Fields>()
  moves.forEach((entry: unknown, i) => {
    const path = `evidence.moves[${i}]`
    const fields = onlyFields(entry, path, ['account', 'share', 'direction'])
    const owner = known.get(fields.account)
    if (owner === undefined) throw unknownKey(`${path}.account`, fields.account, 'is no account that closes anything')
    if (found.has(owner)) throw badEvidence(`${path}.account`, fields.account, 'an account stands twice')
    found.set(owner, fields)
  })
  return {
    prices: names.map((market) => decimalAt(priceOf[market], `evidence.prices.${market}`)),
    moves: deciding.map((account, owner) => {
      const fields = found.get(owner)
      if (fields === undefined) return noMove(account.markets.length)
      const path = `evidence.moves.${event.accounts.names[account.account]}`
      const own = account.markets.map((k) => event.markets[k].market)
      const along = onlyFields(fieldsAt(fields.direction, `${path}.direction`), `${path}.direction`, own)
      const move = {
        share: decimalAt(fields.share, `${path}.share`),
        direction: own.map((market) => decimalAt(along[market], `${path}.direction.${market}`)),
      }
      if (isWorstMove(law, account, move, confidence)) return move
      throw outOfRange(path, fields.share, 'has a share outside of 0 to 1, or a move outside of the ellipsoid')
    }),
  }
}

/** A loss is never negative. */
export function noMove(markets: number): WorstMove {
  return { share: zero, direction: Array.from({ length: markets }, () => zero) }
}
