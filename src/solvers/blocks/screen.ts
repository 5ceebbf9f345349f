import type { BlockProgram } from '../../canonical/block-program.js'

/**
 * What the variable bounds decide before any iteration. Each variable gets a size
 *
 *     size_v = max( min(upper_v, 2 total_k), 1e-9 upper_v ),
 *
 * and is solved for as ξ_v = x_v/size_v between 0 and 1. No feasible x_v is above total_k, so the cap at twice of it is slack
 * at every optimum: the duals are those of the program without it, which a cap at total_k itself would spoil. Without a cap a
 * row that asks for 1e-7 of what it could take makes prices oscillate.
 *
 * Over the box a hinge that is never above zero is dropped, one that is never below is linear, and the others are kept.
 */
export interface Screened {
  readonly program: BlockProgram
  /** 0 for a variable that cannot move. */
  readonly size: Float64Array
  /** linear_v and the slopes of the hinges that are always on. */
  readonly linear: Float64Array
  /** constant and the heights of the hinges that are always on. */
  readonly constant: number
  /** By hinge: 0 never on, 1 always on, `KEPT` for the others. */
  readonly fate: Uint8Array
  /** Variables that can move, hinges kept, by block. */
  readonly movable: Int32Array
  readonly kept: Int32Array
}

export const KEPT = 2

export function screen(program: BlockProgram): Screened {
  const { variableStarts, hingeStarts, weight, height, slope } = program
  const size = sizes(program)
  const linear = program.linear.slice()
  const blocks = variableStarts.length - 1
  const fate = new Uint8Array(weight.length)
  const movable = new Int32Array(blocks)
  const kept = new Int32Array(blocks)
  let constant = program.constant ?? 0
  let next = 0
  for (let i = 0; i < blocks; i++) {
    const from = variableStarts[i]
    const to = variableStarts[i + 1]
    for (let v = from; v < to; v++) if (size[v] > 0) movable[i]++
    for (let j = hingeStarts[i]; j < hingeStarts[i + 1]; j++, next += to - from) {
      let least = height[j]
      let most = height[j]
      for (let v = from; v < to; v++) {
        const swing = slope[next + v - from] * size[v]
        if (swing < 0) least += swing
        else most += swing
      }
      if (most <= 0 || weight[j] === 0) continue
      if (least < 0) {
        fate[j] = KEPT
        kept[i]++
        continue
      }
      fate[j] = 1
      constant += weight[j] * height[j]
      for (let v = from; v < to; v++) linear[v] += weight[j] * slope[next + v - from]
    }
  }
  return { program, size, linear, constant, fate, movable, kept }
}

/** The upper bound of a variable; the total of its row where it has none of its own. */
export const upperBound = ({ upper, row, total }: BlockProgram, v: number): number =>
  upper[v] < Infinity ? upper[v] : total[row[v]]

function sizes({ upper, row, total }: BlockProgram): Float64Array {
  return upper.map((most, v) => {
    const k = row[v]
    if (k < 0) return most
    if (most < Infinity) return Math.max(Math.min(most, 2 * total[k]), 1e-9 * most)
    return 2 * total[k] || 1
  })
}
