import { SpillwayError } from '../../src/errors.js'
import { toText } from '../../src/numeric/index.js'
import type { AdlEvent, Certificate } from '../book/index.js'
import { loadingsDigest, movesDigest } from '../moves/digest.js'
import type { DemandChoice } from './filled-demand.js'
import type { ObjectiveInputs } from './inputs.js'

/** What a certificate was proved under: value and bound mean nothing without it. */
export interface Terms {
  readonly objective: string
  /** α of CVaR. */
  readonly confidence?: number
  /** Digest of their content, whatever the file form, and how many there are; `null` for a continuum of them. */
  readonly moves?: { readonly digest: string; readonly count: number | null }
  /** Of loadings given beside the event. */
  readonly loadings?: { readonly digest: string }
  /** Whether only whole lots count. */
  readonly lots: boolean
  /** Whether nobody may be pushed below zero. */
  readonly keepSolvent: boolean
  /** What had to be closed: the demand of the event, or what the allocation filled of it. */
  readonly demand: DemandChoice
  /** With `filled`: the demand that was used, contracts as decimal strings. */
  readonly filled?: readonly { readonly market: string; readonly side: 'long' | 'short'; readonly quantity: string }[]
  /** The share of a demand or a position that is forgiven. */
  readonly feasibility: number
}

/** What whoever checks insists on; what is left out may be anything, but for `feasibility`. */
export interface Pins extends ObjectiveInputs {
  /** The name of the objective. */
  readonly objective?: string
  readonly lots?: boolean
  /** Default no, and the demand of the event: a certificate could choose the easier question. */
  readonly keepSolvent: boolean
  readonly demand: DemandChoice
  /** Default 1e-9: a certificate could forgive itself anything. */
  readonly feasibility: number
}

/** The terms of a certificate whose objective is given `inputs`. */
export function termsOf(
  { objective, lots, keepSolvent, demand, feasibility }: Certificate,
  inputs: ObjectiveInputs,
): Terms {
  return {
    objective,
    ...inputTerms(inputs),
    lots,
    keepSolvent: keepSolvent === true,
    demand: demand ?? 'event',
    feasibility: Number(feasibility),
  }
}

/** The terms of a verdict, as a certificate of it would state them. */
export function termsUnder(
  { objective, lots, keepSolvent, demand, feasibility }: Omit<Terms, keyof InputTerms>,
  inputs: ObjectiveInputs,
): Terms {
  return { objective, ...inputTerms(inputs), lots, keepSolvent, demand, feasibility }
}

type InputTerms = Pick<Terms, 'confidence' | 'moves' | 'loadings'>

function inputTerms({ moves, confidence, loadings }: ObjectiveInputs): InputTerms {
  return {
    ...(confidence !== undefined && { confidence }),
    ...(moves && { moves: { digest: movesDigest(moves), count: moves.kind === 'scenarios' ? moves.count : null } }),
    ...(loadings && { loadings: { digest: loadingsDigest(loadings) } }),
  }
}

/** In words, where a certificate was proved under something else than what is pinned; undefined where it was not. */
export function pinBreak(terms: Terms, pins: Pins): string | undefined {
  const { objective, lots, keepSolvent, demand, feasibility, ...inputs } = pins
  const pinned = { objective, ...inputTerms(inputs), lots, keepSolvent, demand, feasibility }
  return differences(
    pinned,
    terms,
    (name, wanted, found) => `${name} is pinned to ${wanted}, the certificate has ${found}`,
  )
}

/**
 * Where the inputs that a certificate states are not those that its objective works with: one that it takes no notice of, one that it
 * takes by default, or other moves in an objective of the caller's own.
 */
export function inputBreak(stated: ObjectiveInputs, used: ObjectiveInputs): string | undefined {
  const sentence = (name: string, said: string, works: string): string =>
    `the certificate states ${name} ${said}, its objective works with ${works}`
  const [one, other] = [inputTerms(stated), inputTerms(used)]
  return (
    differences(one, other, sentence) ?? differences(other, one, (name, works, said) => sentence(name, said, works))
  )
}

const NONE = 'none'

function differences(
  wanted: Partial<Record<keyof Terms, unknown>>,
  found: Partial<Record<keyof Terms, unknown>>,
  says: (name: string, wanted: string, found: string) => string,
): string | undefined {
  const text = (value: unknown): string => {
    if (value === undefined) return NONE
    if (typeof value === 'object' && value !== null && 'digest' in value) return String(value.digest)
    return String(value)
  }
  const names = Object.keys(wanted) as (keyof Terms)[]
  const list = names.flatMap((name) => {
    const [one, other] = [text(wanted[name]), text(found[name])]
    return wanted[name] === undefined || one === other ? [] : [says(name, one, other)]
  })
  return list.length === 0 ? undefined : list.join('; ')
}

/** Whether an error says that something is stated which nobody knows. */
export function isUnknownKey(error: unknown): error is SpillwayError {
  return error instanceof SpillwayError && (error.code === 'unknown-key' || error.code === 'unknown-field')
}

/** The demand that was used, as an answer shows it. */
export function filledTerms({ demand, markets, given }: AdlEvent): NonNullable<Terms['filled']> {
  return (given?.demand ?? demand).map(({ market, side, quantity }) => ({
    market: markets[market].market,
    side: side > 0 ? 'long' : 'short',
    quantity: toText(quantity),
  }))
}
