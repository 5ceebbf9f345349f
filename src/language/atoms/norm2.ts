import { type AtomFamily, applyAtom, type EpigraphAtom } from '../atom.js'
import { square } from '../curve.js'
import type { Expression } from '../expression.js'

/**
 * ‖a‖ ≤ u just where squares v_r ≥ a_r²/u add up to at most u: a second-order cone as perspectives of the square, each
 * with tangents of its own (Vielma, Dunning, Huchette and Lubin 2017, Mathematical Programming Computation 9). Tangents
 * of the norm itself would need many more.
 */
export const norm2Atom: EpigraphAtom = {
  name: 'norm2',
  curvature: 'convex',
  monotonicity: 'none',
  shape: 'scalar',
  value: (entries) => Float64Array.of(Math.hypot(...chunks(entries))),
  rangeOver: ({ lower, upper }) => ({
    lower: Float64Array.of(0),
    upper: Float64Array.of(
      Math.hypot(...chunks(lower.map((low, r) => Math.max(Math.abs(low), Math.abs(upper[r]))))) * (1 + 2 ** -40),
    ),
  }),
  rewriting: 'epigraph',
  recession: 'itself',
  lower: 0,
  epigraph: ({ output, entries, above }) => {
    const squares = above({ name: 'square', curve: square, of: entries(), scale: output })
    return [squares.sum().minus(output).atMost(0)]
  },
}

const CHUNK = 10_000

/** Arguments of a call are limited: norms of parts have the norm of all. */
function chunks(entries: Float64Array): Float64Array {
  if (entries.length <= CHUNK) return entries
  const parts = Array.from({ length: Math.ceil(entries.length / CHUNK) }, (_, c) =>
    Math.hypot(...entries.subarray(c * CHUNK, (c + 1) * CHUNK)),
  )
  return chunks(Float64Array.from(parts))
}

/**
 * The Euclidean norm of a block, √(Σ_r a_r²): one row, convex, of an affine block. It may stand in the objective and,
 * bounded above, in constraints. An empty block has norm 0.
 *
 * `label` names it in reports. Throws as `applyAtom` does. Programs with it are solved by `solveProgram`, which
 * certifies them by tangents.
 *
 *     program.subjectTo('distance', norm2(site.minus(town)).atMost(5))
 */
export function norm2(argument: Expression, label?: string): Expression {
  return applyAtom(norm2Atom, argument, label)
}

export const norm2Family: AtomFamily = { name: 'norm2', draw: () => norm2Atom }
