import { type Expression, type Program, sumSquares } from '../../../src/language/index.js'
import { noteBlock } from '../block-notes.js'
import type { UnitOf } from '../units.js'

/**
 * Makes a program minimise level² · weight · Σ_r (exposure_r / root_r)², which is Σ_r exposure_r² / g_r where root_r =
 * level √(g_r · weight).
 *
 * Exposures are counted in the unit that `unitOf` says for their root: where that is the root itself, every square has
 * the coefficient 1.
 */
export function minimizeSquares(program: Program, exposure: Expression, owners: Int32Array, scale: SquareScale): void {
  const { root, level, weight, unitOf } = scale
  const roots = Float64Array.from(owners, (owner) => root[owner])
  const unit = roots.map((own) => unitOf(own))
  const squares = sumSquares(
    exposure.times(unit.map((own) => 1 / own)),
    unit.map((own, r) => (own / roots[r]) ** 2),
    'exposure',
  )
  program.minimize(squares.times(level * level * weight))
  const note = { of: 'quote currency', unit, owner: owners } as const
  noteBlock(program, 'columns', 'exposure', note)
  noteBlock(program, 'rows', 'exposure', note)
}

export interface SquareScale {
  /** By owner. */
  readonly root: Float64Array
  readonly level: number
  readonly weight: number
  readonly unitOf: UnitOf
}
