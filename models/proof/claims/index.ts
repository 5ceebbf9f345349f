/** What a checker knows of objectives: for each a line here, beside the line in `models/objectives/index.ts`. */
import type { Claimant } from '../claim.js'
import type { ObjectiveInputs } from '../inputs.js'
import { ellipsoidLossClaims } from './ellipsoid-loss.js'
import { expectedLossClaims } from './expected-loss.js'
import { factorLeverageClaims } from './factor-leverage.js'
import { minMaxLeverageClaims } from './min-max-leverage.js'
import { squaredLeverageClaims } from './squared-leverage.js'
import { cvarClaims, evarClaims, worstCaseLossClaims } from './tails.js'

/** By name, in the order in which objectives are listed: the claims of an objective that is given these inputs. */
export const claimants: ReadonlyMap<string, (inputs: ObjectiveInputs) => Claimant> = new Map<
  string,
  (inputs: ObjectiveInputs) => Claimant
>([
  ['min-max-leverage', minMaxLeverageClaims],
  ['squared-leverage', squaredLeverageClaims],
  ['expected-loss', expectedLossClaims],
  ['cvar', cvarClaims],
  ['evar', evarClaims],
  ['worst-case-loss', worstCaseLossClaims],
  ['ellipsoid-loss', ellipsoidLossClaims],
  ['factor-leverage', factorLeverageClaims],
])
