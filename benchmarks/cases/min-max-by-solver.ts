import { minMaxLeverage, type Solution, solve } from '../../models/index.js'
import { type Benchmark, insist } from '../benchmark.js'
import { wideMarket } from '../wide-market.js'

/** The same book by the closed form and by an external solver: values first, then times. */
export const minMaxBySolver: Benchmark = {
  name: 'min-max leverage by a solver',
  claim: '100,000 accounts through `--solver highs` in at most 5 s, equal to the closed form to 1e-7 relative',
  async run() {
    const event = wideMarket(100_000)
    const answers: Solution[] = []
    for (const solver of ['closed-form', 'highs']) answers.push(await solve(event, minMaxLeverage(), { solver }))
    const [closed, solver] = answers.map(({ objective }) => objective.value ?? Number.NaN)
    const difference = Math.abs(solver! - closed!) / closed!
    insist(answers.every(({ status }) => status === 'optimal') && difference <= 1e-7, `differ by ${difference}`)
    return answers.map(({ solver, objective, relativeGap, seconds }) => ({
      method: `${solver.name} ${solver.version}`,
      value: objective.value ?? 'none',
      'exact gap': (relativeGap ?? Number.NaN).toExponential(1),
      'build s': seconds.build.toFixed(2),
      'solve s': seconds.solve.toFixed(2),
      'certify s': seconds.certify.toFixed(2),
    }))
  },
}
