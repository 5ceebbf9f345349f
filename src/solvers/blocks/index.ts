import { findBlocks } from '../../canonical/blocks.js'
import type { SolverAnswer } from '../../canonical/outcome.js'
import type { StandardForm } from '../../canonical/standard-form.js'
import { SpillwayError } from '../../errors.js'
import type { Solver, SolverOptions } from '../solver.js'
import { BLOCK_SOLVER } from './run-blocks.js'
import { type BlockSolution, blockConflict, solveBlocks } from './solve-blocks.js'

/**
 * Our own method for block-angular programs: many small blocks of hinges, few coupling rows (`solve-blocks.ts`). Convex
 * separable quadratic terms, no integers; point and duals of every row.
 */
export const solver: Solver = {
  name: BLOCK_SOLVER,
  module: import.meta.url,
  install: 'npm install spillway',
  capabilities: {
    quadratic: true,
    integer: false,
    integerQuadratic: false,
    freeInteger: false,
    rowPrices: true,
    integerBound: false,
    largest: { rows: 20_000_000, columns: 40_000_000, entries: 100_000_000 },
  },
  isPresent: async () => true,
  version: async () => VERSION,
  refusal,
  settingsToTry: () => [{}],
  answer,
}

/** Of the method: part of the package, numbered by what it returns. */
const VERSION = '1'

const CLAIMS: Record<BlockSolution['status'], SolverAnswer['claim']> = {
  solved: 'optimal',
  stalled: 'optimal',
  stopped: 'limit',
}

/** What the estimated gap has to reach: the last steps cost little, and what is left is rounding. */
const TOLERANCE = 1e-12
/** The share of the time limit after which the point in hand is made feasible and handed over. */
const STOP_AT = 0.9

function refusal(form: StandardForm): SpillwayError | undefined {
  const found = findBlocks(form)
  if (typeof found !== 'string') return undefined
  return new SpillwayError({
    code: 'not-expressible',
    path: 'options.solver',
    value: 'blocks',
    problem: `this solver takes small blocks of hinges under coupling rows only: ${found}`,
    cure: 'Choose another solver: highs takes every form.',
  })
}

async function answer(form: StandardForm, { timeLimitSeconds, report }: SolverOptions): Promise<SolverAnswer> {
  const started = performance.now()
  const found = findBlocks(form)
  if (typeof found === 'string') return { claim: 'failed', status: found }
  const { program, pointOf, rowDualsOf } = found
  const conflict = blockConflict(program)
  if (conflict !== undefined) return { claim: 'infeasible', status: conflict }
  const solution = solveBlocks(program, {
    tolerance: TOLERANCE,
    isStopped: () => performance.now() - started > STOP_AT * timeLimitSeconds * 1000,
    ...(report && {
      report: ({ newtonSteps, value, relativeGap }) => {
        report({ iterations: newtonSteps, objective: value, bound: value - relativeGap * Math.abs(value) })
      },
    }),
  })
  const { levels, newtonSteps, sweeps } = solution.counts
  const ending = { solved: 'solved', stalled: 'stopped making progress', stopped: 'Time limit reached' }[
    solution.status
  ]
  return {
    claim: CLAIMS[solution.status],
    status: `${ending} (${levels} levels, ${newtonSteps} Newton steps, ${sweeps} sweeps)`,
    x: pointOf(solution.x),
    rowPrices: rowDualsOf(solution.prices, solution.shares),
  }
}
