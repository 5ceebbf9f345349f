import type { AtomFamily } from '../atom.js'
import { absoluteFamily } from './absolute.js'
import { cvarFamily } from './cvar.js'
import { evarFamily } from './evar.js'
import { logSumExpFamily } from './log-sum-exp.js'
import { maximumFamily } from './maximum.js'
import { norm2Family } from './norm2.js'
import { positivePartFamily } from './positive-part.js'
import { sumOfLargestFamily } from './sum-of-largest.js'
import { sumSquaresFamily } from './sum-squares.js'

export { absolute } from './absolute.js'
export { cvar } from './cvar.js'
export { evar } from './evar.js'
export { logSumExp } from './log-sum-exp.js'
export { maximum } from './maximum.js'
export { norm2 } from './norm2.js'
export { positivePart } from './positive-part.js'
export { quadraticForm } from './quadratic-form.js'
export { standardDeviation } from './standard-deviation.js'
export { sumOfLargest } from './sum-of-largest.js'
export { sumSquares } from './sum-squares.js'

/** Every atom of linear and quadratic programs; the property tests draw their cases from here. */
export const atomFamilies: readonly AtomFamily[] = [
  absoluteFamily,
  maximumFamily,
  positivePartFamily,
  sumOfLargestFamily,
  sumSquaresFamily,
  cvarFamily,
]

/** Every atom that is solved by tangents; property tests of their own draw from here. */
export const curvedFamilies: readonly AtomFamily[] = [norm2Family, logSumExpFamily, evarFamily]
