import { keepProgram, maximum, Program, type ProgramOutcome, solveProgram } from '../../src/index.js'
import { type Benchmark, insist, median } from '../benchmark.js'

const OWNERS = 10_000
const MARKETS = 10
const EACH = 3

/** The min-max program of 10,000 owners and 30,000 pairs, solved again after a demand has changed: kept, and cold. */
export const warmSolve: Benchmark = {
  name: 'a kept program, solved again',
  claim: 'after one bound has changed at least 5 times faster than cold, with the same proved value',
  async run() {
    const { program, demand } = build()
    const model = keepProgram(program)
    const timed = async (solve: () => Promise<ProgramOutcome>): Promise<{ value: number; seconds: number }> => {
      const started = performance.now()
      const { status, objective } = await solve()
      insist(status === 'optimal' && objective !== undefined, `ends ${status}`)
      return { value: objective ?? Number.NaN, seconds: (performance.now() - started) / 1000 }
    }
    const first = await timed(() => model.solve())
    const rounds = []
    for (let k = 0; k < 3; k++) {
      demand[k] = (demand[k] as number) * 1.02
      program.setParameter('demand', demand)
      const warm = await timed(() => model.solve())
      const cold = await timed(() => solveProgram(program))
      const difference = Math.abs(warm.value - cold.value) / cold.value
      insist(difference <= 1e-6, `values differ by ${difference}`)
      rounds.push({ warm: warm.seconds, cold: cold.seconds })
    }
    await model.close()
    const [warm, cold] = [median(rounds.map((round) => round.warm)), median(rounds.map((round) => round.cold))]
    return [
      {
        'first s': first.seconds.toFixed(2),
        'warm s': warm.toFixed(2),
        'cold s': cold.toFixed(2),
        faster: (cold / warm).toFixed(1),
      },
    ]
  },
}

function build(): { readonly program: Program; readonly demand: Float64Array } {
  let state = 1
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  const pairs = OWNERS * EACH
  const price = Float64Array.from({ length: MARKETS }, () => 10 ** (4 * uniform()))
  const market = Int32Array.from({ length: pairs }, () => Math.floor(MARKETS * uniform()))
  const owner = Int32Array.from({ length: pairs }, (_, pair) => Math.floor(pair / EACH))
  const capacity = Float64Array.from(market, (k) => (1000 * Math.exp(3 * uniform())) / (price[k] as number))
  const inverse = Float64Array.from({ length: OWNERS }, () => 1 / (500 * Math.exp(2 * uniform())))
  const demand = new Float64Array(MARKETS)
  market.forEach((k, pair) => {
    demand[k] = (demand[k] as number) + 0.8 * (capacity[pair] as number)
  })
  const program = new Program()
  const kept = program.variables('kept', pairs, { lower: 0, upper: capacity })
  const wanted = program.parameter('demand', MARKETS, demand)
  program.subjectTo('met', kept.sumBy(market, MARKETS).equals(wanted))
  const exposure = kept.times(Float64Array.from(market, (k) => price[k] as number)).sumBy(owner, OWNERS)
  program.minimize(maximum(exposure.times(inverse), 'level'))
  return { program, demand }
}
