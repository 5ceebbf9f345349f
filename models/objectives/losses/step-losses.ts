import { Program } from '../../../src/language/index.js'
import { toNumber } from '../../../src/numeric/index.js'
import type { MovedBook } from '../../proof/losses/moved-book.js'
import { gainsOf, type Screening } from '../../proof/losses/screening.js'
import { noteBlock } from '../block-notes.js'
import { noteDecisions } from '../decisions.js'
import { evenly, type UnitOf } from '../units.js'
import type { LossProgram } from './program.js'
import { stepsOf } from './slopes.js'

/**
 * Expected loss where no account holds two demanded markets, as a linear program of one row per market: what account i loses
 * falls by f_ij per contract on the j-th step of length ℓ_ij, f descending, so with v_ij closed on step j
 *
 *     minimise Σ_i (loss before) − Σ_ij f_ij v_ij   subject to   Σ_ij v_ij = Q_k by market,   0 ≤ v_ij ≤ ℓ_ij,
 *
 * and x_i = Σ_j v_ij, as the steepest steps fill first. Steps are counted in units of the demand (`unitOf`). The price
 * of a market is −(dual of its row); shares of the kinked pairs follow from it (`slopes.ts`), no dual is needed for
 * them.
 */
export function stepLosses(book: MovedBook, screening: Screening, unitOf: UnitOf = evenly): LossProgram {
  const { space, count, weights, total } = book
  const theta = Float64Array.from(weights, (weight) => toNumber(weight) / toNumber(total))
  const gains = gainsOf(book)
  const demand = space.markets.map(({ quantity }) => toNumber(quantity))
  const unit = demand.map((quantity) => unitOf(quantity))
  const [pairs, falls, lengths]: [number[], number[], number[]] = [[], [], []]
  for (let owner = 0; owner < space.owners.length; owner++) {
    const steps = stepsOf(book, screening, gains, theta, owner)
    const pair = space.starts[owner]
    steps.falls.forEach((fall, j) => {
      if (!(steps.lengths[j] > 0)) return
      pairs.push(pair)
      falls.push(fall * unit[space.pairMarket[pair]])
      lengths.push(steps.lengths[j] / unit[space.pairMarket[pair]])
    })
  }
  let before = 0
  for (let s = 0; s < count; s++) before += theta[s] * screening.fixedUpper[s]
  screening.linearMove.forEach((s, t) => {
    before += theta[s] * screening.linearLoss[t]
  })
  screening.kinkMove.forEach((s, t) => {
    before += theta[s] * Math.max(0, screening.kinkLoss[t])
  })

  const program = new Program()
  const step = program.variables('step', pairs.length, { lower: 0, upper: lengths })
  const marketOf = pairs.map((pair) => space.pairMarket[pair])
  noteDecisions(
    program,
    'step',
    Int32Array.from(pairs),
    Float64Array.from(marketOf, (k) => unit[k]),
  )
  const labels = space.markets.map(({ market }) => market.market)
  const wanted = demand.map((quantity, k) => quantity / unit[k])
  program.subjectTo('demand', step.sumBy(marketOf, demand.length).equals(wanted), labels)
  noteBlock(program, 'rows', 'demand', { of: 'contracts', unit, market: [...demand.keys()] })
  program.minimize(step.dot(falls.map((fall) => -fall)).plus(before))
  return {
    program,
    closedOf({ values }) {
      const closed = new Float64Array(space.capacity.length)
      values.get('step')!.forEach((share, t) => {
        closed[pairs[t]] += share * unit[marketOf[t]]
      })
      return closed
    },
    dualsOf: ({ prices }) =>
      prices && {
        prices: prices.get('demand')!.map((price, k) => -price / unit[k]),
        theta: [theta],
        losses: new Float64Array(screening.kinkMove.length),
      },
  }
}
