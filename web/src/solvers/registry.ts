import { solver as blocks } from '../../../src/solvers/blocks/index.js'
import { solver as clarabel } from '../../../src/solvers/clarabel.js'
import { solver as highs } from '../../../src/solvers/highs.js'
import { solver as jslp } from '../../../src/solvers/jslp.js'
import type { Solver } from '../../../src/solvers/solver.js'
import { solver as yalps } from '../../../src/solvers/yalps.js'

/** The solvers that come along; those of optional packages of Node stay behind. */
export const solvers: readonly Solver[] = [highs, clarabel, jslp, yalps, blocks]
