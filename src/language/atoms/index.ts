import type { AtomFamily } from '../atom.js'
import { maximumFamily } from './maximum.js'
import { positivePartFamily } from './positive-part.js'
import { sumSquaresFamily } from './sum-squares.js'
import { tailMeanFamily } from './tail-mean.js'

export { maximum } from './maximum.js'
export { positivePart } from './positive-part.js'
export { sumSquares } from './sum-squares.js'
export { tailMean } from './tail-mean.js'

/** Every atom; the law suite draws its cases from here. */
export const atomFamilies: readonly AtomFamily[] = [maximumFamily, positivePartFamily, sumSquaresFamily, tailMeanFamily]
