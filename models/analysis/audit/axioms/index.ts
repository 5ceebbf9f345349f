/** The axioms: one file each, and one line here, in the order in which they are reported. */
import type { Axiom } from '../axiom.js'
import { anonymity } from './anonymity.js'
import { consistency } from './consistency.js'
import { continuity } from './continuity.js'
import { demandMet } from './demand-met.js'
import { eligibleSide } from './eligible-side.js'
import { marginMonotonicity } from './margin-monotonicity.js'
import { orderPreservation } from './order-preservation.js'
import { pathIndependence } from './path-independence.js'
import { resourceMonotonicity } from './resource-monotonicity.js'
import { riskOptimality } from './risk-optimality.js'
import { scaleInvariance } from './scale-invariance.js'
import { sybilResistance } from './sybil-resistance.js'
import { washTradeResistance } from './wash-trade-resistance.js'

/** Every axiom, in the order in which they are reported. */
export const axioms: readonly Axiom[] = [
  demandMet,
  eligibleSide,
  anonymity,
  scaleInvariance,
  sybilResistance,
  washTradeResistance,
  pathIndependence,
  orderPreservation,
  resourceMonotonicity,
  marginMonotonicity,
  consistency,
  continuity,
  riskOptimality,
]
