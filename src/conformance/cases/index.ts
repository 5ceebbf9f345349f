import type { ConformanceCase } from './case.js'
import { integer } from './integer.js'
import { linear } from './linear.js'
import { quadratic } from './quadratic.js'

/** Every case by name: a form, and what every solver that can take it must say of it. */
export const cases: Readonly<Record<string, ConformanceCase>> = { ...linear, ...integer, ...quadratic }
