import type { Recovered } from '../../../src/canonical/index.js'
import { type Constraint, type Expression, evar, Program } from '../../../src/language/index.js'
import { signOf, toNumber } from '../../../src/numeric/index.js'
import type { MovedBook } from '../../proof/losses/moved-book.js'
import type { Measure } from '../../proof/losses/risk-measure.js'
import { gainsOf, type Screening } from '../../proof/losses/screening.js'
import { noteBlock } from '../block-notes.js'
import { noteDecisions } from '../decisions.js'
import { evenly, type UnitOf } from '../units.js'

/**
 * The linear program of a risk measure Σ_j λ_j T_j over the pairs that survived screening, in quote currency:
 *
 *     minimise   λ_0 [ Σ_s w_s (linear part of L_s) + Σ_is w_s u_is ] + Σ_j λ_j [ t_j + Σ_s w_s z_js / (1 − α_j) ]
 *     subject to u_is ≥ h_is + Σ_k g_sk x_ik,   u ≥ 0      (block `loss`: kinked pairs),
 *                t_j + z_js ≥ L_s,   z, t ≥ 0              (block `tail`: no z where α_j = 1),
 *                Σ_i x_ik = Q_k,   0 ≤ x_ik ≤ c_ik         (block `demand`),
 *                Σ_k d_k x_ik ≤ e_i                        (block `solvency`: `solvencyRows` of the space alone),
 *
 * an entropic part as λ_j EVaR_α(z_j) with z_js ≥ L_s in block `tail`,
 *
 * λ_0 the weight of the mean (α = 0). Losses are never negative, so neither is t. For solvers reductions are counted as
 * shares of what is held, losses of an account against its largest term, totals against the largest loss in the box:
 * every row is about 1. For people `unitOf` says otherwise.
 *
 * *Prices.* With duals of the rows (rate of the optimum per unit of the bound): that of tail row s is θ_js; that of loss
 * row (i, s) is y_is ≤ λ_0 w_s + Σ_j θ_js, what one more unit of loss would cost; and π_k = −(that of demand row k).
 */
export interface LossProgram {
  readonly program: Program
  /** Contracts closed, by pair. */
  closedOf(answer: Recovered): Float64Array
  /** What the solver's duals say; undefined where it gave none. */
  dualsOf(answer: Recovered): RoughDuals | undefined
}

export interface RoughDuals {
  readonly prices: Float64Array
  /** θ_js by part and move; those of the mean are w_s. */
  readonly theta: readonly Float64Array[]
  /** y_is by kinked pair. */
  readonly losses: Float64Array
  /** μ_i by row of `solvencyRows`, where there are any. */
  readonly solvency?: Float64Array | undefined
}

export function lossProgram(
  book: MovedBook,
  screening: Screening,
  measure: Measure,
  unitOf: UnitOf = evenly,
): LossProgram {
  const { space, count, weights } = book
  const { kinkMove, kinkLoss, kinkMost } = screening
  const demand = space.markets.map(({ quantity }) => toNumber(quantity))
  const likely = Float64Array.from(weights, (weight) => toNumber(weight) / toNumber(book.total))
  const means = measure.filter(({ confidence }) => signOf(confidence) === 0)
  const tails = measure.flatMap((part, j) => (signOf(part.confidence) === 0 ? [] : { part, j }))
  const mean = means.reduce((sum, { weight }) => sum + toNumber(weight), 0)

  const program = new Program()
  const size = space.capacity.map((own) => (own > 0 ? unitOf(own) : 1))
  const demandUnit = demand.map((quantity) => unitOf(quantity))
  const closed = program.variables('closed', space.capacity.length, {
    lower: 0,
    upper: space.capacity.map((own, pair) => own / size[pair]),
  })
  noteDecisions(program, 'closed', Int32Array.from(space.capacity.keys()), size)
  const units = size.map((own, pair) => own / demandUnit[space.pairMarket[pair]])
  program.subjectTo(
    'demand',
    closed
      .times(units)
      .sumBy(space.pairMarket, demand.length)
      .equals(demand.map((quantity, k) => quantity / demandUnit[k])),
    space.markets.map(({ market }) => market.market),
  )
  noteBlock(program, 'rows', 'demand', { of: 'contracts', unit: demandUnit, market: [...demand.keys()] })

  const solvency = solvencyRows(book, size, unitOf)
  if (solvency.scale.length > 0) {
    const conceded = closed.gather(solvency.pair).times(solvency.cost).sumBy(solvency.row, solvency.scale.length)
    program.subjectTo('solvency', conceded.atMost(solvency.most))
    noteBlock(program, 'rows', 'solvency', { ...MONEY, unit: solvency.scale, owner: space.solvencyRows! })
  }

  const kinks = kinkTerms(book, screening, size, unitOf)
  const { scale } = kinks
  const most = kinkMost.map((high, t) => (2 * high) / scale[t])
  const shortfall = program.variables('shortfall', kinkMove.length, { lower: 0, upper: most })
  program.subjectTo(
    'loss',
    shortfall
      .minus(closed.gather(kinks.pair).times(kinks.swing).sumBy(kinks.row, kinkMove.length))
      .atLeast(kinkLoss.map((loss, t) => loss / scale[t])),
  )
  const moveOf = (s: number): number => book.moveIndices[s]
  const kink = { ...MONEY, unit: scale, owner: kinks.owner, move: kinkMove.map(moveOf) }
  noteBlock(program, 'columns', 'shortfall', kink)
  noteBlock(program, 'rows', 'loss', kink)

  const linear = linearTerms(book, screening, size)
  const fixed = screening.fixedUpper.map((loss, s) => loss + linear.loss[s])
  let objective = closed.gather(linear.pair).dot(linear.swing.map((swing, t) => mean * likely[linear.move[t]] * swing))
  objective = objective
    .plus(shortfall.dot(scale.map((own, t) => mean * likely[kinkMove[t]] * own)))
    .plus(mean * fixed.reduce((sum, loss, s) => sum + likely[s] * loss, 0))

  const largest = largestTotal(book, screening) || 1
  const unit = unitOf(largest)
  const total = { ...MONEY, unit, move: book.moveIndices }
  if (tails.length > 0) {
    const moving = shortfall
      .times(scale.map((own) => own / unit))
      .sumBy(kinkMove, count)
      .plus(
        closed
          .gather(linear.pair)
          .times(linear.swing.map((swing) => swing / unit))
          .sumBy(linear.move, count),
      )
    const least = fixed.map((loss) => loss / unit)
    let losses: Expression = moving.plus(least)
    if (tails.length > 1) {
      losses = program.variables('total', count, { lower: 0 })
      program.subjectTo('total loss', losses.minus(moving).atLeast(least))
      noteBlock(program, 'columns', 'total', total)
      noteBlock(program, 'rows', 'total loss', total)
    }
    tails.forEach(({ part, j }) => {
      const weight = toNumber(part.weight) * unit
      const confidence = toNumber(part.confidence)
      if (part.isEntropic) {
        // No total exceeds the largest; a bound that is never touched lets rough duals prove something.
        const worst = program.variables(`worst ${j}`, count, { lower: 0, upper: (2 * largest) / unit })
        objective = objective.plus(evar(worst, confidence, likely, `tail ${j}.entropic`).times(weight))
        program.subjectTo(`tail ${j}`, tailRows(worst, losses))
        return
      }
      const quantile = program.variables(`quantile ${j}`, 1, { lower: 0 })
      objective = objective.plus(quantile.sum().times(weight))
      noteBlock(program, 'columns', `quantile ${j}`, { ...MONEY, unit })
      let above: Expression = quantile.gather(new Int32Array(count))
      if (confidence < 1) {
        const beyond = program.variables(`beyond ${j}`, count, { lower: 0 })
        above = above.plus(beyond)
        noteBlock(program, 'columns', `beyond ${j}`, total)
        objective = objective.plus(beyond.dot(likely.map((own) => (weight * own) / (1 - confidence))))
      }
      program.subjectTo(`tail ${j}`, tailRows(above, losses))
      noteBlock(program, 'rows', `tail ${j}`, total)
    })
  }
  program.minimize(objective)

  return {
    program,
    closedOf: ({ values }) => values.get('closed')!.map((amount, pair) => amount * size[pair]),
    dualsOf({ prices }) {
      if (prices === undefined) return undefined
      return {
        prices: prices.get('demand')!.map((price, k) => -price / demandUnit[k]),
        theta: measure.map(({ weight, confidence }, j) =>
          signOf(confidence) === 0
            ? likely.map((own) => own * toNumber(weight))
            : prices.get(`tail ${j}`)!.map((price) => price / unit),
        ),
        losses: prices.get('loss')!.map((price, t) => price / scale[t]),
        // More equity lets the optimum fall: the price of the row is −μ.
        solvency: prices.get('solvency')?.map((price, r) => Math.max(0, -price) / solvency.scale[r]),
      }
    },
  }
}

const MONEY = { of: 'quote currency' } as const

const tailRows = (above: Expression, losses: Expression): Constraint => above.minus(losses).atLeast(0)

/**
 * d_k and e_i of the owners who are kept solvent by a row, in a unit for the largest term; columns in units of `size`
 * contracts.
 */
function solvencyRows({ space, concession, equity }: MovedBook, size: Float64Array, unitOf: UnitOf) {
  const owners = Array.from(space.solvencyRows ?? [])
  const scale = new Float64Array(owners.length)
  const most = new Float64Array(owners.length)
  const [row, pair, cost]: [number[], number[], number[]] = [[], [], []]
  owners.forEach((owner, r) => {
    const pairs = Array.from(
      { length: space.starts[owner + 1] - space.starts[owner] },
      (_, t) => space.starts[owner] + t,
    )
    const own = equity[space.owners[owner]]
    const costs = pairs.map((q) => Math.abs(concession[space.pairMarket[q]] * space.capacity[q]))
    scale[r] = unitOf(costs.reduce((largest, conceded) => Math.max(largest, conceded), own) || 1)
    most[r] = own / scale[r]
    for (const q of pairs) {
      row.push(r)
      pair.push(q)
      cost.push((concession[space.pairMarket[q]] * size[q]) / scale[r])
    }
  })
  return { scale, most, row: Int32Array.from(row), pair: Int32Array.from(pair), cost: Float64Array.from(cost) }
}

/**
 * g_sk of every kinked pair and eligible market, in a unit for the largest term of its row; columns in units of `size`
 * contracts.
 */
function kinkTerms(
  { space, ...book }: MovedBook,
  { kinkStarts, kinkMove, kinkLoss }: Screening,
  size: Float64Array,
  unitOf: UnitOf,
) {
  const gains = gainsOf({ space, ...book })
  let entries = 0
  for (let owner = 0; owner < space.owners.length; owner++) {
    entries += (kinkStarts[owner + 1] - kinkStarts[owner]) * (space.starts[owner + 1] - space.starts[owner])
  }
  const scale = new Float64Array(kinkMove.length)
  const ownerOf = new Int32Array(kinkMove.length)
  const row = new Int32Array(entries)
  const pair = new Int32Array(entries)
  const swing = new Float64Array(entries)
  let next = 0
  for (let owner = 0; owner < space.owners.length; owner++) {
    for (let t = kinkStarts[owner]; t < kinkStarts[owner + 1]; t++) {
      const start = next
      ownerOf[t] = owner
      let largest = Math.abs(kinkLoss[t])
      for (let q = space.starts[owner]; q < space.starts[owner + 1]; q++) {
        row[next] = t
        pair[next] = q
        const gain = gains[space.pairMarket[q]][kinkMove[t]]
        swing[next++] = gain * size[q]
        largest = Math.max(largest, Math.abs(gain * space.capacity[q]))
      }
      scale[t] = unitOf(largest || 1)
      for (let n = start; n < next; n++) swing[n] /= scale[t]
    }
  }
  return { scale, owner: ownerOf, row, pair, swing }
}

/** g_sk of every linear pair and eligible market, of `size` contracts, and Σ_i h_is of the linear pairs by move. */
function linearTerms(book: MovedBook, { linearStarts, linearMove, linearLoss }: Screening, size: Float64Array) {
  const { space } = book
  const gains = gainsOf(book)
  const loss = new Float64Array(book.count)
  linearMove.forEach((s, t) => {
    loss[s] += linearLoss[t]
  })
  const move: number[] = []
  const pair: number[] = []
  const swing: number[] = []
  for (let owner = 0; owner < space.owners.length; owner++) {
    for (let t = linearStarts[owner]; t < linearStarts[owner + 1]; t++) {
      const s = linearMove[t]
      for (let q = space.starts[owner]; q < space.starts[owner + 1]; q++) {
        const own = gains[space.pairMarket[q]][s] * size[q]
        if (own === 0) continue
        move.push(s)
        pair.push(q)
        swing.push(own)
      }
    }
  }
  return { loss, move: Int32Array.from(move), pair: Int32Array.from(pair), swing: Float64Array.from(swing) }
}

/** The largest total loss of a move that the box allows, roughly: the unit of the totals. */
function largestTotal({ count }: MovedBook, { fixedUpper, kinkMove, kinkMost, linearMove, linearLoss }: Screening) {
  const totals = fixedUpper.slice(0, count)
  kinkMove.forEach((s, t) => {
    totals[s] += kinkMost[t]
  })
  linearMove.forEach((s, t) => {
    totals[s] += Math.max(0, linearLoss[t])
  })
  return totals.reduce((most, loss) => Math.max(most, loss), 0)
}
