import { solver as blocks } from './blocks/index.js'
import { solver as clarabel } from './clarabel.js'
import { solver as glpk } from './glpk.js'
import { solver as highs } from './highs.js'
import { solver as jslp } from './jslp.js'
import { solver as scs } from './scs.js'
import type { Solver } from './solver.js'
import { solver as yalps } from './yalps.js'

/** Every solver this package knows, the default first; a new one is a file and a line. */
export const solvers: readonly Solver[] = [highs, clarabel, jslp, yalps, glpk, scs, blocks]
