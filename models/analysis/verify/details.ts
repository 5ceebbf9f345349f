import type { DecisionSpace } from '../../book/decision-space.js'
import type { Reductions } from '../../objectives/index.js'
import { profileOf } from '../../proof/leverage/profile.js'
import { LeverageGroups, MOVES } from '../compare/charts.js'
import { closeInFactorBook, type FactorBook, factorBook, lossCurve } from '../compare/move-curve.js'
import { takingsOf } from '../compare/who-pays.js'

/** What a report shows of a verdict beyond its figures. In doubles, for people; nothing is decided by them. */
export interface VerdictDetails {
  /** Median leverage of groups of eligible accounts, the most leveraged before first; `null` for ∞. */
  readonly leverage: {
    readonly sizes: readonly number[]
    readonly before: readonly (number | null)[]
    readonly after: readonly (number | null)[]
    readonly optimal?: readonly (number | null)[]
    /** Names of the accounts, where every group is one. */
    readonly accounts?: readonly string[]
  }
  /** Total shortfall over the whole book at each of the moves, of every price at once or of the factor; quote currency. */
  readonly losses: {
    readonly moves: readonly number[]
    readonly factor: FactorBook['moves']
    readonly before: readonly number[]
    readonly after: readonly number[]
    readonly optimal?: readonly number[]
  }
  /** Accounts that end farthest below, and above, their gross notional in the optimum; the farthest first. */
  readonly overReduced: readonly Difference[]
  readonly underReduced: readonly Difference[]
}

/** An account that ends elsewhere than in the optimum, before, after and in the optimum. */
export interface Difference {
  readonly account: string
  /** Gross notional, quote currency. */
  readonly before: number
  readonly after: number
  readonly optimal: number
  /** ∞ is `null`. */
  readonly leverageAfter: number | null
  readonly leverageOptimal: number | null
}

const MOST = 10
/** Differences below this share of what an account had are rounding. */
const ROUNDING = 1e-9

export function verdictDetails(space: DecisionSpace, reductions: Reductions, best?: Reductions): VerdictDetails {
  const [before, after] = [profileOf(space), profileOf(space, reductions)]
  const optimal = best && profileOf(space, best)
  const groups = new LeverageGroups(before.leverage)
  const owners = groups.owners()
  const book = factorBook(space)
  const losses = (closed: Reductions): readonly number[] =>
    lossCurve(closeInFactorBook(book, space, takingsOf(space, closed).closed), MOVES)
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)
  const differences = Array.from(before.notional).flatMap((had, owner): Difference[] => {
    if (optimal === undefined) return []
    const [has, should] = [after.notional[owner], optimal.notional[owner]]
    if (Math.abs(has - should) <= ROUNDING * had) return []
    return [
      {
        account: space.event.accounts.names[space.owners[owner]],
        before: had,
        after: has,
        optimal: should,
        leverageAfter: finite(after.leverage[owner]),
        leverageOptimal: finite(optimal.leverage[owner]),
      },
    ]
  })
  const size = ({ after: has, optimal: should }: Difference): number => Math.abs(has - should)
  const farthest = (isOver: boolean): Difference[] =>
    differences
      .filter(({ after: has, optimal: should }) => has < should === isOver)
      .sort((a, b) => size(b) - size(a))
      .slice(0, MOST)
  return {
    leverage: {
      sizes: groups.sizes,
      before: groups.medians(before.leverage),
      after: groups.medians(after.leverage),
      ...(optimal && { optimal: groups.medians(optimal.leverage) }),
      ...(owners && { accounts: owners.map((owner) => space.event.accounts.names[space.owners[owner]]) }),
    },
    losses: {
      moves: MOVES,
      factor: book.moves,
      before: lossCurve(book, MOVES),
      after: losses(reductions),
      ...(best && { optimal: losses(best) }),
    },
    overReduced: farthest(true),
    underReduced: farthest(false),
  }
}
