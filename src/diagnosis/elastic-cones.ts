import type { ConicCanonical } from '../canonical/canonical.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { boundOf, type Side } from '../certificates/exact-farkas.js'
import type { SparseMatrix } from '../numeric/sparse-matrix.js'
import { multiplyMatrix } from '../numeric/sparse-matrix.js'

/**
 * An elastic program with the cones of the program that it is of: its first columns are the program's, and behind them
 * stands for each side what it gives way by. A lifted point breaks no side, for each gives way by just what the point
 * needs.
 */
export function elasticCones(canonical: ConicCanonical, elastic: StandardForm, sides: readonly Side[]): ConicCanonical {
  const { relaxation, cones } = canonical.form
  const n = relaxation.linear.length
  const size = elastic.linear.length
  const behind = (head: Float64Array, tail: Float64Array): Float64Array => {
    const all = tail.slice()
    all.set(head)
    return all
  }
  return {
    ...canonical,
    form: { relaxation: elastic, cones: cones.map((block) => ({ ...block, of: widened(block.of, size) })) },
    lift(point) {
      const x = canonical.lift(point)
      const rows = multiplyMatrix(relaxation.matrix, x)
      const gives = sides.map((side) => {
        const beyond = (side.kind === 'row' ? rows : x)[side.index] - boundOf(relaxation, side)
        return Math.max(0, side.side === 'lower' ? -beyond : beyond)
      })
      return Float64Array.from([...x, ...gives])
    },
    impliedBox(known = elastic) {
      const box = canonical.impliedBox({ lower: known.lower.subarray(0, n), upper: known.upper.subarray(0, n) })
      return { lower: behind(box.lower, known.lower), upper: behind(box.upper, known.upper) }
    },
    ratiosAt: (x) => canonical.ratiosAt(x.subarray(0, n)),
  }
}

function widened(matrix: SparseMatrix, columns: number): SparseMatrix {
  const starts = new Int32Array(columns + 1).fill(matrix.values.length)
  starts.set(matrix.starts)
  return { ...matrix, columns, starts }
}
