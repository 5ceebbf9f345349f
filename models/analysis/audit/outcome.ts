import { SpillwayError } from '../../../src/errors.js'
import { add, type Decimal, multiply, subtract, toNumber, zero } from '../../../src/numeric/index.js'
import { decisionSpace } from '../../book/decision-space.js'
import { exactCapacity, exactEquity, exactRemarkedEquity } from '../../book/exact-amounts.js'
import { type EventJson, parseEvent } from '../../book/index.js'
import type { Policy, PolicyContext } from '../../policies/index.js'
import { patiently, throwIfAborted } from '../patience.js'

/** What a policy closes in an event: one share per account and demanded market that it holds on the demanded side. */
export interface Outcome {
  readonly shares: readonly Share[]
  readonly demands: readonly MarketDemand[]
  /** The share of an account in the one demanded market. */
  shareOf(account: string): Share | undefined
}

/** What a demanded market asks for. */
export interface MarketDemand {
  readonly market: string
  /** Q_k, what the side holds, and what the policy closes of it. */
  readonly quantity: Decimal
  readonly held: Decimal
  readonly closed: Decimal
}

/** What one account holds and is closed in one demanded market. */
export interface Share {
  readonly account: string
  readonly market: string
  /** c_ik and x_ik, contracts. */
  readonly held: Decimal
  readonly closed: Decimal
  /** c_ik − x_ik. */
  readonly kept: Decimal
  /** e_i before, e_i − Σ_k d_k x_ik after, and g_i, re-marked at ADL prices. */
  readonly equity: Decimal
  readonly equityAfter: Decimal
  readonly remarked: Decimal
  /** p_k and d_k. */
  readonly price: Decimal
  readonly concession: Decimal
  /** Q_k. */
  readonly demand: Decimal
}

/** A policy that threw, or answered with something that is no allocation; `event` is where. */
export class PolicyFailure extends Error {
  constructor(
    readonly event: EventJson,
    readonly says: string,
  ) {
    super(says)
  }
}

/** The policy on trial. Throws `PolicyFailure` where it gives no answer. */
export type Run = (event: EventJson) => Promise<Outcome>

/** The policy as the axioms see it. */
export function runnerOf(policy: Policy, context: PolicyContext): Run {
  return async (json) => {
    throwIfAborted(context.signal)
    const event = parseEvent(json)
    const space = decisionSpace(event)
    const loadings = new Map(
      event.markets.map(({ market, factorLoading }) => [market, factorLoading ? toNumber(factorLoading) : 0]),
    )
    let answer: unknown
    try {
      answer = policy.allocate(space, { ...context, loadings })
      // Most policies answer at once, and a promise that need not be is a turn of the event loop.
      if (typeof (answer as PromiseLike<unknown> | undefined)?.then === 'function')
        answer = await patiently(answer as PromiseLike<unknown>, context.signal)
    } catch (error) {
      throwIfAborted(context.signal)
      if (error instanceof SpillwayError && (error.code === 'policy-input' || error.fault === 'engine')) throw error
      throw new PolicyFailure(json, threw(policy, error))
    }
    const reductions = reductionsIn(answer, space.capacity.length)
    if (typeof reductions === 'string') {
      const message = `${policy.name} answered this book with ${reductions}.`
      throw new PolicyFailure(json, `${message} Without an allocation there is nothing that could keep an axiom.`)
    }
    return outcomeOf(space, reductions)
  }
}

function threw({ name }: Policy, error: unknown): string {
  const message = (error instanceof Error ? error.message : String(error)).replace(/[\s.]+$/, '').slice(0, 300)
  return `${name} threw on this book: ${message}. Without an allocation there is nothing that could keep an axiom.`
}

/** Reductions as they should be, or what stands there instead. */
function reductionsIn(answer: unknown, count: number): readonly Decimal[] | string {
  if (!Array.isArray(answer)) return 'something that is no list'
  if (answer.length !== count) return `${answer.length} reductions for ${count} positions that can be closed`
  const odd = answer.findIndex(
    (value: Partial<Decimal> | null | undefined) => typeof value?.digits !== 'bigint' || !isScale(value.scale),
  )
  return odd < 0 ? (answer as readonly Decimal[]) : `a reduction (number ${odd + 1}) that is no exact decimal`
}

const isScale = (scale: unknown): boolean => Number.isSafeInteger(scale) && (scale as number) >= 0

function outcomeOf(space: ReturnType<typeof decisionSpace>, reductions: readonly Decimal[]): Outcome {
  const { event, owners, starts, pairOwner, pairMarket, markets } = space
  const shares: Share[] = []
  const held = markets.map(() => zero)
  const closed = markets.map(() => zero)
  for (let owner = 0; owner < owners.length; owner++) {
    const equity = exactEquity(space, owner)
    const remarked = exactRemarkedEquity(space, owner)
    let equityAfter = equity
    for (let pair = starts[owner]; pair < starts[owner + 1]; pair++) {
      const { concession } = markets[pairMarket[pair]]
      if (concession.digits === 0n) continue
      equityAfter = subtract(equityAfter, multiply(concession, reductions[pair]))
    }
    for (let pair = starts[owner]; pair < starts[owner + 1]; pair++) {
      const k = pairMarket[pair]
      const { market, price, concession, quantity } = markets[k]
      const capacity = exactCapacity(space, pair)
      held[k] = add(held[k], capacity)
      closed[k] = add(closed[k], reductions[pair])
      shares.push({
        account: event.accounts.names[owners[pairOwner[pair]]],
        market: market.market,
        held: capacity,
        closed: reductions[pair],
        kept: subtract(capacity, reductions[pair]),
        equity,
        equityAfter,
        remarked,
        price,
        concession,
        demand: quantity,
      })
    }
  }
  return {
    shares,
    demands: markets.map(({ market, quantity }, k) => ({
      market: market.market,
      quantity,
      held: held[k],
      closed: closed[k],
    })),
    shareOf: (account) => shares.find((share) => share.account === account),
  }
}
