import type { ConformanceCase } from './case.js'
import { integer } from './integer.js'
import { linear } from './linear.js'
import { quadratic } from './quadratic.js'

export const cases: Readonly<Record<string, ConformanceCase>> = { ...linear, ...integer, ...quadratic }
