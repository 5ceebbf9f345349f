import { SpillwayError } from '../../../src/errors.js'
import { signOf, smallerOf, subtract, toNumber } from '../../../src/numeric/index.js'
import { type DecisionSpace, decisionSpace } from '../../book/decision-space.js'
import { exactHolding } from '../../book/exact-amounts.js'
import { allocationOf, eventOf } from '../../book/given.js'
import type { AdlEvent, Allocation, AllocationJson, EventJson } from '../../book/index.js'
import type { ObjectiveInputs } from '../../objectives/index.js'
import type { Policy, PolicyOptions } from '../../policies/index.js'
import { withFilledDemand } from '../../proof/filled-demand.js'
import { inputsOf } from '../../proof/given-inputs.js'
import { matchAllocation, matchReductions, type Violation } from '../../proof/match-allocation.js'
import { loadingsFor } from '../compare/choice.js'
import { type FailedRow, failedRow } from '../compare/row.js'
import { patiently, throwIfAborted } from '../patience.js'
import { notKnown } from '../remarks/not-known.js'
import type { Remark } from '../remarks/remark.js'
import { type Candidate, candidatesOf } from './candidates.js'
import { firstContradiction } from './contradiction.js'
import { isExactFill, type Reductions } from './exact-fill.js'
import { rankAgreement } from './rank-agreement.js'

/** A rule beside the fills. Definitions: docs/production.md. */
export interface InferredRow {
  /** The name in the registry, and every option; `rule` spells both as `--policies` takes them. */
  readonly policy: string
  readonly options: PolicyOptions
  readonly rule: string
  /** Rows with equal figures have one rank, which begins at 1; `null` where the rule could not run. */
  readonly rank: number | null
  /** Share of the fills that are what the rule closes; `null` where it could not run. */
  readonly exactShare: number | null
  /** Kendall's τ_b of the shares of positions closed; `null` too where either closes one share of all. */
  readonly rankAgreement: number | null
  /** Σ p (x − x of the rule)⁺: notional that was closed of others than the rule closes. */
  readonly moneyMisplaced: number | null
  /** Where the fills and the rule part; absent where they do not. */
  readonly firstContradiction?: string
  /** Why the rule could not run on this book. */
  readonly error?: FailedRow['error']
}

/** How well each rule explains an allocation. */
export interface Inference {
  /** The best first; those that could not run last. */
  readonly rows: readonly InferredRow[]
  /** The rules that explain every fill: more than one where the book does not tell them apart, none where none does. */
  readonly explainedBy: readonly string[]
  /** What `rankAgreement` is. */
  readonly statistic: string
  /** Fills that were looked at, and what is wrong with the allocation. */
  readonly fills: number
  readonly violations: readonly Violation[]
  readonly remarks: readonly Remark[]
}

/** Options of `infer`. */
export interface InferOptions {
  /** Names, of which all options are tried that are not given, `optimal:NAME`, or policies of one's own; default: all there are. */
  readonly policies?: readonly (string | Policy)[]
  /** Loadings, or the moves to estimate them from, for the rules that need some. */
  readonly inputs?: ObjectiveInputs
  /** For rules that draw lots, which agree by chance; default 1. */
  readonly seed?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: { readonly says: string; readonly done: number; readonly total: number }) => void
}

const STATISTIC = "Kendall's tau-b of the shares of positions closed, within markets"

/**
 * Which rule explains an allocation: every policy is run on what was filled, and held against the fills. Rules are
 * ordered by exact share, then rank agreement, then money misplaced, then as they were named.
 *
 * @throws SpillwayError `nothing-closed` where no fill has a place in the event; what `policyNamed` throws
 * @example const { explainedBy } = await infer(event, allocation)
 */
export async function infer(
  givenEvent: AdlEvent | EventJson,
  givenAllocation: Allocation | AllocationJson,
  { policies, inputs: givenInputs = {}, seed = 1, signal, onProgress }: InferOptions = {},
): Promise<Inference> {
  const stated = eventOf(givenEvent)
  const allocation = allocationOf(givenAllocation)
  const inputs = inputsOf(givenInputs, 'options.inputs')
  const candidates = candidatesOf(policies, inputs)
  const whole = decisionSpace(stated)
  const { violations } = matchAllocation(whole, allocation, ZERO)
  const space = decisionSpace(withFilledDemand(stated, allocation, false))
  const fills = matchAllocation(space, allocation, ZERO).reductions.map((closed, pair) =>
    smallerOf(closed, exactHolding(space, pair)),
  )
  const filled = Array.from(fills.keys()).filter((pair) => signOf(fills[pair]) > 0)
  if (filled.length === 0) throw nothingClosed(allocation)
  const { loadings } = loadingsFor(stated, inputs)
  const context = { seed, ...(loadings && { loadings }), ...(signal && { signal }) }
  const rows: Unranked[] = []
  for (const candidate of candidates) {
    throwIfAborted(signal)
    onProgress?.({ says: candidate.rule.name, done: rows.length, total: candidates.length })
    rows.push(await rowOf(candidate, space, fills, filled, context))
  }
  const ranked = inOrder(rows)
  return {
    rows: ranked,
    explainedBy: ranked.filter(({ exactShare }) => exactShare === 1).map(({ rule }) => rule),
    statistic: STATISTIC,
    fills: filled.length,
    violations,
    remarks: notKnown({ space: whole }),
  }
}

type Unranked = Omit<InferredRow, 'rank'>

const ZERO = { digits: 0n, scale: 0 }

async function rowOf(
  { policy, options, rule }: Candidate,
  space: DecisionSpace,
  fills: Reductions,
  filled: readonly number[],
  context: Parameters<Policy['allocate']>[1] & object,
): Promise<Unranked> {
  const named = { policy, options, rule: rule.name }
  try {
    const given = await patiently(Promise.resolve(rule.allocate(space, context)), context.signal)
    matchReductions(space, given, ZERO)
    const exact = filled.filter((pair) => isExactFill(space, fills, given, pair)).length
    const contradiction = firstContradiction(space, fills, given, rule)
    return {
      ...named,
      exactShare: exact / filled.length,
      rankAgreement: rankAgreement(sharesByMarket(space, fills, given)),
      moneyMisplaced: misplaced(space, fills, given),
      ...(contradiction !== undefined && { firstContradiction: contradiction }),
    }
  } catch (thrown) {
    throwIfAborted(context.signal)
    const { error } = failedRow(rule.name, thrown, 0)
    return { ...named, exactShare: null, rankAgreement: null, moneyMisplaced: null, error }
  }
}

/** Shares of positions that are closed, in steps of a thousand millionth, so that what differs by rounding is tied. */
function sharesByMarket(space: DecisionSpace, fills: Reductions, given: Reductions) {
  const pairs = space.markets.map((): number[] => [])
  space.pairMarket.forEach((k, pair) => {
    pairs[k].push(pair)
  })
  const shares = (own: readonly number[], closed: Reductions): Float64Array =>
    Float64Array.from(own, (pair) => Math.round((1e9 * toNumber(closed[pair])) / space.capacity[pair]))
  return pairs.map((own) => ({ a: shares(own, fills), b: shares(own, given) }))
}

function misplaced({ markets, pairMarket }: DecisionSpace, fills: Reductions, given: Reductions): number {
  let money = 0
  fills.forEach((fill, pair) => {
    const beyond = toNumber(subtract(fill, given[pair]))
    if (beyond > 0) money += beyond * toNumber(markets[pairMarket[pair]].price)
  })
  return money
}

/** The best first. The sort is stable, so equals stay as they were named. */
function inOrder(rows: readonly Unranked[]): InferredRow[] {
  const key = ({ exactShare, rankAgreement: tau, moneyMisplaced }: Unranked): readonly number[] => [
    exactShare ?? -1,
    tau ?? -2,
    -(moneyMisplaced ?? Number.POSITIVE_INFINITY),
  ]
  const against = (a: Unranked, b: Unranked): number => {
    const [own, other] = [key(a), key(b)]
    const at = own.findIndex((value, i) => value !== other[i])
    return at < 0 ? 0 : other[at] - own[at]
  }
  const sorted = [...rows].sort(against)
  let rank = 0
  return sorted.map((row, at) => {
    if (at === 0 || against(sorted[at - 1], row) !== 0) rank = at + 1
    const { policy, options, rule, ...rest } = row
    return { policy, options, rule, rank: row.error === undefined ? rank : null, ...rest }
  })
}

function nothingClosed({ count }: Allocation): SpillwayError {
  return new SpillwayError({
    code: 'nothing-closed',
    path: 'allocation',
    value: count,
    problem: 'no entry closes anything that the event demands',
    cure: 'Give the allocation of this event; `spillway verify` lists what is wrong with it.',
  })
}
