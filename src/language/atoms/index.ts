import type { AtomFamily } from '../atom.js'
import { absoluteFamily } from './absolute.js'
import { cvarFamily } from './cvar.js'
import { maximumFamily } from './maximum.js'
import { positivePartFamily } from './positive-part.js'
import { sumOfLargestFamily } from './sum-of-largest.js'
import { sumSquaresFamily } from './sum-squares.js'

export { absolute } from './absolute.js'
export { cvar } from './cvar.js'
export { maximum } from './maximum.js'
export { positivePart } from './positive-part.js'
export { quadraticForm } from './quadratic-form.js'
export { sumOfLargest } from './sum-of-largest.js'
export { sumSquares } from './sum-squares.js'

/** Every atom; the law suite draws its cases from here. */
export const atomFamilies: readonly AtomFamily[] = [
  absoluteFamily,
  maximumFamily,
  positivePartFamily,
  sumOfLargestFamily,
  sumSquaresFamily,
  cvarFamily,
]
