import { describe, expect, it } from 'vitest'
import { type GivenSupply, type NetworkFillInput, networkFill, type SupplyBetween } from '#src/closed-forms/index.js'
import { fromTriplets, type Outcome, solveForm, type Triplet } from '#src/index.js'
import { randomFrom } from '../../books.js'
import { instances } from '../../campaign.js'
import { note } from '../../notes.js'
import { networkNumber, randomNetwork } from './networks.js'

const SEED = 20261124
/** The whole campaign is NETWORK_TRIALS=1000. */
const TRIALS = instances(120, 300, process.env.NETWORK_TRIALS)

function ends(input: NetworkFillInput): [Float64Array, Float64Array] {
  return 'supply' in input ? [input.supply, input.supply] : [input.least, input.most]
}

/** minimise Σ z²/w over the flow f and v = z/√w:  √w_i v_i + Σ_k f_ik = a_i,  least ≤ Σ_i f_ik ≤ most. */
function squares(input: NetworkFillInput): Promise<Outcome> {
  const { column, market, capacity, weight, start } = input
  const [pairs, columns] = [capacity.length, weight.length]
  const [least, most] = ends(input)
  const triplets: Triplet[] = []
  weight.forEach((w, i) => {
    triplets.push([i, pairs + i, Math.sqrt(w)])
  })
  column.forEach((i, p) => {
    triplets.push([i, p, 1], [columns + market[p], p, 1])
  })
  const n = pairs + columns
  return solveForm({
    linear: new Float64Array(n),
    quadratic: fromTriplets(
      n,
      n,
      Array.from(weight, (_, i): Triplet => [pairs + i, pairs + i, 2]),
    ),
    matrix: fromTriplets(columns + least.length, n, triplets),
    rowLower: [...start, ...least],
    rowUpper: [...start, ...most],
    lower: [...new Float64Array(pairs), ...start.map(() => Number.NEGATIVE_INFINITY)],
    upper: [...capacity, ...start.map(() => Number.POSITIVE_INFINITY)],
  })
}

/** minimise Σ t:  t_i ≥ −w_i − F (a_i − Σ_k f_ik),  t ≥ 0. */
function shortfall({ column, market, capacity, weight, start, supply }: GivenSupply, move: number): Promise<Outcome> {
  const [pairs, columns] = [capacity.length, weight.length]
  const triplets: Triplet[] = Array.from(weight, (_, i): Triplet => [i, pairs + i, 1])
  column.forEach((i, p) => {
    triplets.push([i, p, -move], [columns + market[p], p, 1])
  })
  const n = pairs + columns
  return solveForm({
    linear: [...new Float64Array(pairs), ...weight.map(() => 1)],
    matrix: fromTriplets(columns + supply.length, n, triplets),
    rowLower: [...weight.map((w, i) => -w - move * start[i]), ...supply],
    rowUpper: [...weight.map(() => Number.POSITIVE_INFINITY), ...supply],
    lower: new Float64Array(n),
    upper: [...capacity, ...weight.map(() => Number.POSITIVE_INFINITY)],
  })
}

function given({ column, weight }: NetworkFillInput, flow: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(weight.length)
  column.forEach((i, p) => {
    sums[i] += flow[p]
  })
  return sums
}

/** Any end of the interval may be free, closed or the same as the other. */
function between(network: GivenSupply, seed: number): SupplyBetween {
  const random = randomFrom(seed)
  const { supply, ...rest } = network
  const most = supply.map(() => 0)
  network.capacity.forEach((u, p) => {
    most[network.market[p]] += u
  })
  const least = supply.map((s) => random.pick([0, s / 2, s]))
  return { ...rest, least, most: most.map((u, k) => random.pick([supply[k], u, Math.max(least[k], u / 2)])) }
}

async function expectProfile(input: NetworkFillInput, name: string): Promise<boolean> {
  const outcome = await squares(input)
  if (outcome.status !== 'optimal') return false
  const ours = networkFill(input)
  const exposures = given(input, ours.flow)
  const theirs = given(input, outcome.x!)
  // Solvers are right to a share of the whole; where their profile differs by more, their objective must be the larger one.
  const scale = input.start.reduce((sum, a, i) => Math.max(sum, Math.abs(a), exposures[i]), 0)
  exposures.forEach((y, i) => {
    expect(Math.abs(y - theirs[i]), `${name}, column ${i}`).toBeLessThanOrEqual(1e-7 * scale)
  })
  return true
}

describe(`the fair flow and solvers (seed ${SEED})`, () => {
  it('has the exposures of the quadratic program', async () => {
    let compared = 0
    for (let n = 0; n < TRIALS; n++) {
      const input = randomNetwork(SEED + n, { columns: 1 + (n % 12), markets: 1 + (n % 5), ties: n % 3 === 0 })
      compared += Number(await expectProfile(input, `network ${n}`))
    }
    note(`${compared} of ${TRIALS} quadratic programs solved and compared`)
    expect(compared).toBeGreaterThanOrEqual(0.95 * TRIALS)
  })

  it('and where supplies may lie between two ends', async () => {
    let compared = 0
    for (let n = 0; n < TRIALS / 2; n++) {
      const network = randomNetwork(SEED + 7000 + n, { columns: 1 + (n % 9), markets: 1 + (n % 5), ties: n % 3 === 0 })
      compared += Number(await expectProfile(between(network, SEED + n), `network ${n}`))
    }
    expect(compared).toBeGreaterThanOrEqual(0.45 * TRIALS)
  })

  it('has the total shortfall of the linear program, for moves of both signs', async () => {
    let positive = 0
    for (let n = 0; n < TRIALS / 20; n++) {
      const input = randomNetwork(SEED + 3000 + n, { columns: 3 + (n % 10), markets: 2 + (n % 4), ties: n % 2 === 0 })
      const y = given(input, networkFill(input).flow)
      for (let t = 0; t < 20; t++) {
        const move = (t % 2 === 0 ? 1 : -1) * 2 ** (t / 4 - 2)
        const outcome = await shortfall(input, move)
        expect(outcome.status).toBe('optimal')
        const total = y.reduce(
          (sum, given, i) => sum + Math.max(0, -input.weight[i] - move * (input.start[i] - given)),
          0,
        )
        const scale = input.start.reduce((sum, a, i) => sum + Math.abs(move * a) + input.weight[i], 0)
        expect(Math.abs(total - outcome.objective!), `network ${n}, move ${move}`).toBeLessThanOrEqual(1e-9 * scale)
        positive += Number(total > 0)
      }
    }
    expect(positive).toBeGreaterThan(TRIALS / 4)
  })

  it('networks of every kind keep their ends when supplies are free', () => {
    for (let n = 0; n < 10 * TRIALS; n++) {
      const input = between(networkNumber(n, SEED + 500), n)
      const { sent, level, marketLevel, isExact } = networkFill(input)
      expect(isExact).toBe(true)
      sent.forEach((s, k) => {
        const rounding = 1e-12 * input.most[k]
        expect(s >= input.least[k] - rounding && s <= input.most[k] + rounding, `network ${n}, market ${k}`).toBe(true)
        // A market above zero sends all it may, one below zero no more than it must.
        if (marketLevel[k] > 0) expect(s).toBeGreaterThanOrEqual(input.most[k] - rounding)
        if (marketLevel[k] < 0) expect(s).toBeLessThanOrEqual(input.least[k] + rounding)
      })
      expect(level.every(Number.isFinite)).toBe(true)
    }
  })
})
