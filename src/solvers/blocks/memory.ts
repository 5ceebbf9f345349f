import { freemem } from 'node:os'
import type { BlockProgram } from '../../canonical/block-program.js'
import type { RiskProgram } from '../../canonical/risk-program.js'
import { SpillwayError } from '../../errors.js'

/** Of the arrays of a solve, by hinge and by variable; slopes come on top, 8 bytes each. A run with nothing in it takes `EMPTY`. */
const HINGE_BYTES = 32
const VARIABLE_BYTES = 160
const EMPTY = 30e6
/** Weights of the hinges, and points that a risk measure keeps. */
const RISK = { hingeBytes: 8, points: 24 }

/** About how many bytes a solve takes beyond its program. */
function solveBytes(program: BlockProgram | RiskProgram): number {
  if ('blocks' in program) {
    const { row, height } = program.blocks
    return solveBytes(program.blocks) + RISK.hingeBytes * height.length + 8 * RISK.points * row.length
  }
  const { row, height, slope } = program
  return EMPTY + HINGE_BYTES * height.length + VARIABLE_BYTES * row.length + slope.byteLength
}

/** Memory that is free, to this process. */
export function freeBytes(): number {
  return globalThis.process?.availableMemory?.() ?? freemem()
}

/** Throws `too-large` where a solve would not fit: better said before than by an operating system that ends the process. */
export function expectRoom(program: BlockProgram | RiskProgram, free: number): void {
  const needed = solveBytes(program)
  if (needed <= free) return
  const { row, height } = 'blocks' in program ? program.blocks : program
  const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`
  throw new SpillwayError({
    code: 'too-large',
    path: 'options.solver',
    value: 'blocks',
    problem: `${height.length} hinges of ${row.length} variables take about ${megabytes(needed)} more to solve, and ${megabytes(free)} are free`,
    cure: 'Run it on a machine with more memory, or give fewer moves.',
  })
}
