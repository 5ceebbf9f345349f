import type { AdlEvent, Objective, Plan, PreparedObjective, Reduction, ScenarioMoves } from 'spillway'
import {
  conditionalValueAtRisk,
  expectedLoss,
  meanAndTail,
  minMaxLeverage,
  parseEvent,
  spectralLoss,
  worstCaseLoss,
} from 'spillway'
import {
  canonicalize,
  cvar,
  type Decimal,
  Expression,
  maximum,
  Program,
  positivePart,
  type Recovered,
  solveForm,
} from 'spillway/modeling'
import { DecimalColumn } from '#models/book/decimal-column.js'
import { decimalOf, ratioNumber, toNumber } from '#src/numeric/index.js'
import type { PlainEvent, randomFrom } from '../../books.js'
import { type Fraction, frac, least, minus, num, order, over, plus, sign, times, total, ZERO } from '../../fraction.js'

type Random = ReturnType<typeof randomFrom>

/** Moves as the files would give them: rows of returns, one per move. */
export function movesOf(
  markets: readonly string[],
  rows: readonly (readonly number[])[],
  weights?: readonly number[],
): ScenarioMoves {
  return {
    kind: 'scenarios',
    markets,
    count: rows.length,
    returns: new DecimalColumn(Float64Array.from(rows.flat())),
    ...(weights && { weights: new DecimalColumn(Float64Array.from(weights)) }),
    digest: () => 'test',
  }
}

/** Joint moves of one factor and own noise, with few digits, some repeated, some all zero. */
export function randomMoves(random: Random, markets: readonly string[], count: number): ScenarioMoves {
  const size = random.pick([0.05, 0.2, 0.5])
  const rows: number[][] = []
  for (let s = 0; s < count; s++) {
    const factor = random.between(-1, 1)
    const drawn = markets.map(() => Number(Math.max(-1, size * (factor + random.between(-1, 1))).toFixed(3)))
    rows.push(random.chance(0.1) && s > 0 ? rows[s - 1] : random.chance(0.05) ? markets.map(() => 0) : drawn)
  }
  const weights = random.chance(0.5) ? rows.map(() => random.pick([0, 1, 2, 0.5])) : undefined
  if (weights !== undefined) weights[0] = 1
  return movesOf(markets, rows, weights)
}

/** Σ_j λ_j CVaR_αj; α = 0 the mean, α = 1 the worst move. */
export type Parts = readonly { readonly weight: number; readonly confidence: number }[]

export const measures: Readonly<Record<string, { parts: Parts; make: (moves: ScenarioMoves) => Objective }>> = {
  'expected-loss': { parts: [{ weight: 1, confidence: 0 }], make: (moves) => expectedLoss({ moves }) },
  'cvar 0.8': {
    parts: [{ weight: 1, confidence: 0.8 }],
    make: (moves) => conditionalValueAtRisk({ moves, confidence: 0.8 }),
  },
  'worst-case-loss': { parts: [{ weight: 1, confidence: 1 }], make: (moves) => worstCaseLoss({ moves }) },
  'mean and tail': {
    parts: [
      { weight: 1, confidence: 0 },
      { weight: 0.5, confidence: 0.9 },
    ],
    make: (moves) => meanAndTail({ moves, weight: 0.5, confidence: 0.9 }),
  },
  spectral: {
    parts: [
      { weight: 0.25, confidence: 0.5 },
      { weight: 0.5, confidence: 0.75 },
      { weight: 0.25, confidence: 1 },
    ],
    make: (moves) =>
      spectralLoss({
        moves,
        parts: [
          { weight: 0.25, confidence: 0.5 },
          { weight: 0.5, confidence: 0.75 },
          { weight: 0.25, confidence: 1 },
        ],
      }),
  },
}

/** Total shortfall by move after reductions, in fractions, written down from the definition. */
export function shortfalls(event: PlainEvent, reductions: readonly Reduction[], moves: ScenarioMoves): Fraction[] {
  const marketOf = new Map(event.markets.map((market) => [market.market, market]))
  const sideOf = new Map(event.demand.map(({ market, side }) => [market, frac(side === 'long' ? 1 : -1)]))
  const accounts = event.accounts.map(({ account, equity, positions }) => {
    let own = frac(equity)
    const exposures = positions.map(({ market, quantity }) => {
      const { markPrice, adlPrice = markPrice } = marketOf.get(market)!
      const closed = frac(reductions.find((r) => r.account === account && r.market === market)?.quantity ?? '0')
      const side = sideOf.get(market) ?? ZERO
      const left = minus(frac(quantity), times(side, closed))
      own = minus(own, times(times(side, minus(frac(markPrice), frac(adlPrice))), closed))
      return { column: moves.markets.indexOf(market), exposure: times(left, frac(markPrice)) }
    })
    return { own, exposures }
  })
  const returns = Array.from(moves.returns.values, frac)
  const columns = moves.markets.length
  return Array.from({ length: moves.count }, (_, s) =>
    total(
      accounts.map(({ own, exposures }) => {
        const left = exposures.reduce(
          (sum, { column, exposure }) => plus(sum, times(exposure, returns[s * columns + column])),
          own,
        )
        return sign(left) < 0 ? minus(ZERO, left) : ZERO
      }),
    ),
  )
}

/** The measure by Rockafellar and Uryasev's minimum over t, t among the losses. */
export function riskOf(losses: readonly Fraction[], moves: ScenarioMoves, parts: Parts): Fraction {
  const weights = losses.map((_, s) => frac(moves.weights?.values[s] ?? 1))
  const all = total(weights)
  const live = losses.filter((_, s) => sign(weights[s]) > 0)
  return total(
    parts.map(({ weight, confidence }) => {
      if (confidence === 1)
        return times(
          frac(weight),
          live.reduce((a, b) => (order(a, b) < 0 ? b : a)),
        )
      const tail = times(all, minus(frac(1), frac(confidence)))
      const at = (t: Fraction): Fraction =>
        plus(
          t,
          over(total(losses.map((loss, s) => (order(loss, t) > 0 ? times(weights[s], minus(loss, t)) : ZERO))), tail),
        )
      return times(frac(weight), live.map(at).reduce(least))
    }),
  )
}

/** The optimum by a program without screening, scaling or rounds, in the atoms of the language. */
export async function unscreened(event: AdlEvent, moves: ScenarioMoves, parts: Parts): Promise<number> {
  const { space } = minMaxLeverage().prepare(event)
  const program = new Program()
  const closed = program.variables('closed', space.capacity.length, { lower: 0, upper: space.capacity })
  space.markets.forEach(({ market, quantity }, k) => {
    const own = closed.times(Float64Array.from(space.pairMarket, (m) => (m === k ? 1 : 0)))
    program.subjectTo(market.market, own.sum().equals(toNumber(quantity)))
  })
  const totals: Expression[] = []
  const weights: number[] = []
  const { positions, accounts, markets } = event
  for (let s = 0; s < moves.count; s++) {
    const weight = moves.weights?.values[s] ?? 1
    if (weight === 0) continue
    weights.push(weight)
    const move = (k: number): number =>
      moves.returns.values[s * moves.markets.length + moves.markets.indexOf(markets[k].market)]
    const before = Array.from({ length: accounts.count }, (_, i) => {
      let loss = -accounts.equity.values[i]
      for (let p = positions.starts[i]; p < positions.starts[i + 1]; p++) {
        const k = positions.market[p]
        loss -= positions.quantity.values[p] * toNumber(markets[k].markPrice) * move(k)
      }
      return loss
    })
    const gain = Float64Array.from(space.pairMarket, (m) => {
      const { side, index, price: mark, concession } = space.markets[m]
      return toNumber(concession) + side * toNumber(mark) * move(index)
    })
    const accountOf = Array.from(space.pairOwner, (owner) => space.owners[owner])
    totals.push(positivePart(closed.times(gain).sumBy(accountOf, accounts.count).plus(before)).sum())
  }
  const block = Expression.concat(totals)
  let objective: Expression = Expression.constant([0])
  for (const { weight, confidence } of parts) {
    const part = confidence === 1 ? maximum(block) : cvar(block, confidence, weights)
    objective = objective.plus(part.times(weight))
  }
  program.minimize(objective)
  const outcome = await solveForm(canonicalize(program).form)
  if (outcome.status !== 'optimal') throw new Error(`the oracle is ${outcome.status}`)
  return outcome.objective
}

/** What a prepared objective proves by evidence that went through a file. */
export function rechecked(prepared: PreparedObjective, evidence: object): number {
  return ratioNumber(prepared.recheck!(JSON.parse(JSON.stringify(evidence))).bound!)
}

export const value = (
  event: PlainEvent,
  reductions: readonly Reduction[],
  moves: ScenarioMoves,
  parts: Parts,
): number => num(riskOf(shortfalls(event, reductions, moves), moves, parts))

/** Σ |n_ik| p_k, what small losses are held against. */
export const gross = (event: PlainEvent): number => {
  const priceOf = new Map(event.markets.map(({ market, markPrice }) => [market, Number(markPrice)]))
  return event.accounts
    .flatMap(({ positions }) => positions)
    .reduce((sum, { market, quantity }) => sum + Math.abs(Number(quantity)) * priceOf.get(market)!, 0)
}

export const parsed = (event: unknown): AdlEvent => parseEvent(event)

/** The plan of a solver, without the judge. */
export async function planOf(
  prepared: PreparedObjective,
  spoil: (answer: Recovered) => Recovered = (a) => a,
): Promise<Plan> {
  const plan = await prepared.bySolver(async (program) => {
    const { form, recover } = canonicalize(program)
    const outcome = await solveForm(form)
    if (outcome.x === undefined) throw new Error(outcome.status)
    return spoil(recover(outcome.x, outcome.rowPrices))
  })
  if ('reason' in plan) throw new Error(plan.reason)
  return plan
}

/** Pro rata, with a share moved at random from one account to another, all feasible. */
export function shuffled(space: PreparedObjective['space'], random: Random): Decimal[] {
  const held = space.capacity.reduce((a, b) => a + b, 0)
  const wanted = toNumber(space.markets[0].quantity)
  const closed = space.capacity.map((own) => (own * wanted) / held)
  for (let n = 0; n < 2 * closed.length; n++) {
    const [from, to] = [random.whole(0, closed.length - 1), random.whole(0, closed.length - 1)]
    const moved = random.unit() * Math.min(closed[from], space.capacity[to] - closed[to])
    if (from === to) continue
    closed[from] -= moved
    closed[to] += moved
  }
  return Array.from(closed, decimalOf)
}
