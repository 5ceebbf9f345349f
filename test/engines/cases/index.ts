import type { EngineCase } from './case.js'
import { integer } from './integer.js'
import { linear } from './linear.js'
import { quadratic } from './quadratic.js'

export const cases: Readonly<Record<string, EngineCase>> = { ...linear, ...integer, ...quadratic }
