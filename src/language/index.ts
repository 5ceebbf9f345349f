export {
  type AboveCurve,
  type Atom,
  type AtomFamily,
  type Auxiliary,
  applyAtom,
  type EpigraphAtom,
  type EpigraphSite,
  type SquaresAtom,
} from './atom.js'
export * from './atoms/index.js'
export type { Constraint } from './constraint.js'
export type { Curvature } from './curvature.js'
export { type Curve, curves, perspective, type Tangent } from './curve.js'
export { Expression, type Operand } from './expression.js'
export {
  type ConstraintBlock,
  type Index,
  Program,
  type ProgramObjective,
  type VariableBlock,
  type VariableOptions,
} from './program.js'
export { type Range, type Ranges, rangeOf, rangeOfAtom } from './range.js'
