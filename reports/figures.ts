import type { Verdict } from '../models/index.js'

export type Unit = 'leverage' | 'quote currency' | 'accounts' | 'share' | 'number'

/** One number of a result. Its name in `figures` is stable: other programs may go by it. */
export interface Figure {
  /** `null` where there is no finite number, see `state`. */
  readonly value: number | null
  readonly state?: 'infinite' | 'unknown'
  readonly unit: Unit
  /** What it is, as a phrase. */
  readonly says: string
}

export type Figures = Readonly<Record<string, Figure>>

/** Every figure of a verdict, in a fixed order; those that do not exist for it are absent. */
export function verdictFigures(verdict: Verdict): Figures {
  const { objective, optimum, bound, relativeGap, leverage, accounts, factorLeverage, feasible } = verdict
  const isSolved = accounts.optimal !== null
  const unit: Unit = objective.unit ?? 'number'
  const whatIsMinimised = objective.name
  const found: Record<string, Figure> = {}
  const put = (id: string, value: number | null | undefined, of: Unit, says: string, ifNull: Figure['state']): void => {
    if (value === undefined) return
    found[id] = { value, ...(value === null && ifNull && { state: ifNull }), unit: of, says }
  }
  put('objective.before', objective.before, unit, `${whatIsMinimised} before the ADL`, 'infinite')
  if (feasible) put('objective.allocated', objective.value, unit, `${whatIsMinimised} as allocated`, 'infinite')
  put('objective.optimal', optimum, unit, `the best ${whatIsMinimised} known`, isSolved ? 'infinite' : 'unknown')
  // A gap is known only where value and bound are: then a bound without a number is infinite.
  put(
    'objective.bound',
    bound,
    unit,
    `the proved lower bound of ${whatIsMinimised}`,
    relativeGap === null ? 'unknown' : 'infinite',
  )
  put('objective.gap', relativeGap, 'share', 'the relative gap of the allocation to the proved bound', 'unknown')
  put('leverage.largest.before', leverage.maxBefore, 'leverage', 'the largest leverage before the ADL', 'infinite')
  if (feasible)
    put('leverage.largest.allocated', leverage.maxAfter, 'leverage', 'the largest leverage as allocated', 'infinite')
  if (isSolved)
    put('leverage.largest.optimal', leverage.maxOptimal, 'leverage', 'the largest leverage in the optimum', 'infinite')
  if (factorLeverage !== undefined) {
    const { minBefore, maxBefore, minAfter, maxAfter, minOptimal, maxOptimal } = factorLeverage
    const ends = [
      ['least', minBefore, minAfter, minOptimal],
      ['largest', maxBefore, maxAfter, maxOptimal],
    ] as const
    for (const [end, before, after, optimal] of ends) {
      const what = `the ${end} leverage in the factor`
      put(`leverage.factor.${end}.before`, before, 'leverage', `${what} before the ADL`, 'infinite')
      if (feasible) put(`leverage.factor.${end}.allocated`, after, 'leverage', `${what} as allocated`, 'infinite')
      if (isSolved) put(`leverage.factor.${end}.optimal`, optimal, 'leverage', `${what} in the optimum`, 'infinite')
    }
  }
  put('accounts.eligible', accounts.eligible, 'accounts', 'accounts that hold something demanded', undefined)
  put('accounts.reduced.allocated', accounts.touched, 'accounts', 'accounts that were cut', undefined)
  put('accounts.reduced.optimal', accounts.optimal?.touched, 'accounts', 'accounts cut in the optimum', undefined)
  put('accounts.closed.allocated', accounts.closed, 'accounts', 'accounts that were closed whole', undefined)
  put(
    'accounts.closed.optimal',
    accounts.optimal?.closed,
    'accounts',
    'accounts closed whole in the optimum',
    undefined,
  )
  put('accounts.overcut', accounts.overReduced, 'accounts', 'accounts cut more than in the optimum', 'unknown')
  put('accounts.undercut', accounts.underReduced, 'accounts', 'accounts cut less than in the optimum', 'unknown')
  const sums = moneyOf(verdict)
  const money = 'quote currency'
  put('money.overcut', sums?.over, money, 'notional at the mark closed beyond the optimum, of all overcut', 'unknown')
  put('money.undercut', sums?.under, money, 'notional at the mark left beyond the optimum, of all undercut', 'unknown')
  put('money.conceded', sums?.conceded, money, 'what accounts give up against the mark, net', 'unknown')
  put('money.realised', sums?.realised, money, 'profit at the mark made final, net of losses', 'unknown')
  return found
}

/** Sums over accounts; undefined where the list of accounts may not hold all of them. */
function moneyOf({ perAccount, accounts }: Verdict) {
  if (perAccount === undefined || perAccount.length >= LISTED) return undefined
  let [over, under, conceded] = [0, 0, 0]
  let realised: number | null = 0
  for (const account of perAccount) {
    const { money = 0, overReduced, underReduced, profitRealised, conceded: given } = account
    if (overReduced !== undefined) over += money
    if (underReduced !== undefined) under -= money
    conceded += given
    realised = realised === null || profitRealised === null ? null : realised + profitRealised
  }
  return {
    over: accounts.overReduced === null ? undefined : over,
    under: accounts.underReduced === null ? undefined : under,
    conceded,
    realised,
  }
}

/** `perAccount` of a verdict holds at most as many. */
const LISTED = 1000
