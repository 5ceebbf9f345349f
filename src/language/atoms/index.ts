import type { AtomFamily } from '../atom.js'
import { cvarFamily } from './cvar.js'
import { maximumFamily } from './maximum.js'
import { positivePartFamily } from './positive-part.js'
import { sumSquaresFamily } from './sum-squares.js'

export { cvar } from './cvar.js'
export { maximum } from './maximum.js'
export { positivePart } from './positive-part.js'
export { sumSquares } from './sum-squares.js'

/** Every atom; the law suite draws its cases from here. */
export const atomFamilies: readonly AtomFamily[] = [maximumFamily, positivePartFamily, sumSquaresFamily, cvarFamily]
