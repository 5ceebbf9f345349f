/** The benchmark cases: one file each, and one line here. */
import type { Benchmark } from '../benchmark.js'
import { blockSolver } from './block-solver.js'
import { buildAndCompile } from './build-and-compile.js'
import { comparePolicies } from './compare.js'
import { crisis } from './crisis.js'
import { crisisLosses } from './crisis-losses.js'
import { diagonalQuadratic } from './diagonal-quadratic.js'
import { factorCrisis } from './factor-crisis.js'
import { languageBuild } from './language-build.js'
import { minMaxBySolver } from './min-max-by-solver.js'
import { networkFillColumns } from './network-fill.js'
import { readFolder } from './read-folder.js'
import { riskProgram } from './risk-program.js'
import { simulation } from './simulation.js'
import { warmSolve } from './warm-solve.js'
import { waterFillColumns } from './water-fill.js'

export const benchmarks: readonly Benchmark[] = [
  waterFillColumns,
  networkFillColumns,
  languageBuild,
  warmSolve,
  diagonalQuadratic,
  buildAndCompile,
  minMaxBySolver,
  readFolder,
  crisis,
  factorCrisis,
  riskProgram,
  blockSolver,
  crisisLosses,
  comparePolicies,
  simulation,
]
