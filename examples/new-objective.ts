import { defineObjective, solve } from '../models/index.js'
import { positivePart } from '../src/index.js'
import { paperExample } from './paper-example.js'

/** An objective that is not built in, in one expression: notional above a cap of six times equity. */
const CAP = 6
export const excessNotional = defineObjective({
  name: 'excess-notional',
  summary: `notional above ${CAP} times equity, all eligible accounts together`,
  formula: `Σ_i (N′_i − ${CAP} e′_i)⁺`,
  source: 'examples/new-objective.ts',
  homogeneity: 1,
  minimize: ({ exposure, equity }) => positivePart(exposure.minus(equity.times(CAP)), 'excess').sum(),
})

for (const solver of ['highs', 'jslp', 'yalps']) {
  const { status, objective, bound, prices } = await solve(paperExample('1'), excessNotional, { solver })
  console.log(`${solver}: ${status}, ${objective.value}, not below ${bound}; one more BTC saves ${prices!.BTC}`)
}
