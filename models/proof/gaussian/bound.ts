import {
  add,
  type Decimal,
  decimalOf,
  FARTHEST_TAU,
  largerOf,
  multiply,
  ratioOf,
  signOf,
  subtract,
  toNumber,
  toText,
  zero,
} from '../../../src/numeric/index.js'
import type { DecisionSpace } from '../../book/decision-space.js'
import { exactCapacity, forcedMarkets } from '../../book/exact-amounts.js'
import type { Bound } from '../claim.js'
import { badEvidence, decimalAt, type Fields, fieldsAt, onlyFields, unknownKey } from '../evidence.js'
import type { GaussianAccount } from './book.js'
import type { GaussianDistribution } from './covariance.js'
import { type CutSeed, cutOf, seedOf } from './cut.js'

/** What a bound is computed from, besides book and distribution. */
export interface GaussianProblem {
  readonly space: DecisionSpace
  readonly law: GaussianDistribution
  readonly accounts: readonly GaussianAccount[]
  /** The accounts with pairs, by owner of the decision space, and the others. */
  readonly deciding: readonly GaussianAccount[]
  readonly ineligible: readonly GaussianAccount[]
}

/**
 * The bound that seeds prove (by owner), at the given prices or at the best ones:
 *
 *     optimum ≥ −π·Q + Σ_i [ constant_i + Σ_k min(0, slope_ik + π_k) c_ik ]
 *
 * since every feasible x meets Σ_i x_ik = Q_k and every cut lies below its shortfall; where Q_k = Σ_i c_ik, x_ik = c_ik and there is no
 * price. All of it in exact decimals.
 */
export function gaussianBound(problem: GaussianProblem, seeds: readonly CutSeed[], given?: readonly Decimal[]): Bound {
  const { space, law, deciding } = problem
  const slopes: Decimal[] = []
  let sum = ineligibleBelow(problem)
  deciding.forEach((account, owner) => {
    const cut = cutOf(law, account, seeds[owner])
    sum = add(sum, cut.constant)
    account.pairs.forEach(({ pair }, t) => {
      slopes[pair] = cut.slopes[t]
    })
  })
  const prices =
    given ??
    marginalGains(
      space,
      slopes.map((slope) => -toNumber(slope)),
    ).map(decimalOf)
  sum = add(sum, pricedCuts(space, slopes, prices))
  return {
    // An expected shortfall is never negative.
    bound: ratioOf(largerOf(sum, zero)),
    prices: prices.map(toNumber),
    evidence: () => evidenceOf(problem, seeds, prices),
  }
}

/** −π·Q + Σ_ik min(0, slope_ik + π_k) c_ik; where Q_k = Σ_i c_ik, x_ik = c_ik, and the market has no price. */
export function pricedCuts(space: DecisionSpace, slopes: readonly Decimal[], prices: readonly Decimal[]): Decimal {
  const isForced = forcedMarkets(space)
  let sum = zero
  space.markets.forEach(({ quantity }, k) => {
    if (!isForced[k]) sum = subtract(sum, multiply(prices[k], quantity))
  })
  slopes.forEach((slope, pair) => {
    const k = space.pairMarket[pair]
    const priced = isForced[k] ? slope : add(slope, prices[k])
    if (isForced[k] || signOf(priced) < 0) sum = add(sum, multiply(priced, exactCapacity(space, pair)))
  })
  return sum
}

const ineligible = new WeakMap<GaussianProblem, Decimal>()

function ineligibleBelow(problem: GaussianProblem): Decimal {
  let sum = ineligible.get(problem)
  if (sum !== undefined) return sum
  sum = zero
  for (const account of problem.ineligible) {
    const { constant } = cutOf(problem.law, account, seedOf(problem.law, account, account))
    sum = add(sum, largerOf(constant, zero))
  }
  ineligible.set(problem, sum)
  return sum
}

/** By market, the gain per contract of the pair that just meets the demand when the largest gains are taken first. */
export function marginalGains(space: DecisionSpace, gains: readonly number[]): number[] {
  const order: number[][] = space.markets.map(() => [])
  gains.forEach((_, pair) => {
    order[space.pairMarket[pair]].push(pair)
  })
  return order.map((pairs, k) => {
    pairs.sort((a, b) => gains[b] - gains[a])
    const wanted = toNumber(space.markets[k].quantity)
    let taken = 0
    const marginal = pairs.find((pair) => {
      taken += space.capacity[pair]
      return taken >= wanted
    })
    return gains[marginal ?? pairs.at(-1)!]
  })
}

function evidenceOf(
  { space, deciding }: GaussianProblem,
  seeds: readonly CutSeed[],
  prices: readonly Decimal[],
): object {
  const { event } = space
  return {
    prices: Object.fromEntries(space.markets.map(({ market }, k) => [market.market, toText(prices[k])])),
    cuts: deciding.map(({ account, markets }, owner) => ({
      account: event.accounts.names[account],
      tau: toText(decimalOf(seeds[owner].tau)),
      direction: Object.fromEntries(
        markets.map((k, index) => [event.markets[k].market, toText(seeds[owner].direction[index])]),
      ),
    })),
  }
}

/** No entry of a direction needs to be longer: what matters is Cv, and that has at most the length of a density. */
const LONGEST = 1e100

const WRONG = 'this is not what a proof of an expected loss under normal moves holds here'

/** Reads evidence back; throws `bad-evidence` on a wrong shape. What numbers it holds does not matter: any prove a bound. */
export function readEvidence(
  { space, deciding }: GaussianProblem,
  evidence: unknown,
): { seeds: CutSeed[]; prices: Decimal[] } {
  const { prices, cuts } = onlyFields(evidence, 'evidence', ['prices', 'cuts'])
  const { event } = space
  const priceOf = onlyFields(
    prices,
    'evidence.prices',
    space.markets.map(({ market }) => market.market),
  )
  if (!Array.isArray(cuts)) throw badEvidence('evidence.cuts', cuts, WRONG)
  const byName = new Map(
    cuts.map((entry, i): [unknown, Fields] => {
      const fields = onlyFields(entry, `evidence.cuts[${i}]`, ['account', 'tau', 'direction'])
      return [fields.account, fields]
    }),
  )
  const names = new Set<unknown>(deciding.map(({ account }) => event.accounts.names[account]))
  const other = cuts.findIndex((_, i) => !names.has((cuts[i] as Fields).account))
  if (other >= 0) throw unknownKey(`evidence.cuts[${other}].account`, (cuts[other] as Fields).account, WRONG)
  if (byName.size < cuts.length) throw badEvidence('evidence.cuts', cuts.length, 'an account stands twice')
  return {
    prices: space.markets.map(({ market: { market } }) => decimalAt(priceOf[market], `evidence.prices.${market}`)),
    seeds: deciding.map(({ account, markets }) => {
      const name = event.accounts.names[account]
      const path = `evidence.cuts.${name}`
      const entry = fieldsAt(byName.get(name), path)
      const tau = toNumber(decimalAt(entry.tau, `${path}.tau`))
      if (!(Math.abs(tau) <= FARTHEST_TAU)) throw badEvidence(`${path}.tau`, entry.tau, WRONG)
      const direction = onlyFields(
        entry.direction,
        `${path}.direction`,
        markets.map((k) => event.markets[k].market),
      )
      return {
        tau,
        direction: markets.map((k) => {
          const { market } = event.markets[k]
          const value = decimalAt(direction[market], `${path}.direction.${market}`)
          if (!(Math.abs(toNumber(value)) <= LONGEST))
            throw badEvidence(`${path}.direction.${market}`, direction[market], WRONG)
          return value
        }),
      }
    }),
  }
}
