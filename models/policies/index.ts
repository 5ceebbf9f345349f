/** The policies: one file each, and one line here. */

import { findPolicy } from './machinery/named.js'
import type { Policy, PolicyMaker } from './policy.js'
import { aevo } from './rules/aevo.js'
import { binance } from './rules/binance.js'
import { bitget } from './rules/bitget.js'
import { bitmex } from './rules/bitmex.js'
import { bybit } from './rules/bybit.js'
import { cappedProRata } from './rules/capped-pro-rata.js'
import { drift } from './rules/drift.js'
import { dydx } from './rules/dydx.js'
import { ethereal } from './rules/ethereal.js'
import { factorWaterFilling } from './rules/factor-water-filling.js'
import { gainsHaircut } from './rules/gains-haircut.js'
import { gate } from './rules/gate.js'
import { hyperliquid } from './rules/hyperliquid.js'
import { integerProRata } from './rules/integer-pro-rata.js'
import { okx } from './rules/okx.js'
import { oneStepProjection } from './rules/one-step-projection.js'
import { proRata } from './rules/pro-rata.js'
import { proRataEquity } from './rules/pro-rata-equity.js'
import { proRataPnl } from './rules/pro-rata-pnl.js'
import { queueLeverage } from './rules/queue-leverage.js'
import { queuePnlLeverage } from './rules/queue-pnl-leverage.js'
import { random } from './rules/random.js'
import { riskAwareProRata } from './rules/risk-aware-pro-rata.js'
import { waterFilling } from './rules/water-filling.js'

/** Every policy by name, in the order in which they are listed. */
export const policies: ReadonlyMap<string, PolicyMaker> = new Map<string, PolicyMaker>([
  ['water-filling', waterFilling],
  ['factor-water-filling', factorWaterFilling],
  ['pro-rata', proRata],
  ['pro-rata-pnl', proRataPnl],
  ['pro-rata-equity', proRataEquity],
  ['capped-pro-rata', cappedProRata],
  ['risk-aware-pro-rata', riskAwareProRata],
  ['one-step-projection', oneStepProjection],
  ['integer-pro-rata', integerProRata],
  ['gains-haircut', gainsHaircut],
  ['queue-pnl-leverage', queuePnlLeverage],
  ['queue-leverage', queueLeverage],
  ['random', random],
  ['aevo', aevo],
  ['binance', binance],
  ['bitget', bitget],
  ['bitmex', bitmex],
  ['bybit', bybit],
  ['drift', drift],
  ['dydx', dydx],
  ['ethereal', ethereal],
  ['gate', gate],
  ['hyperliquid', hyperliquid],
  ['okx', okx],
])

/**
 * The policy that a text names, with its options: `pro-rata`, `hyperliquid:side=literal:score=gain`.
 *
 * @throws SpillwayError `unknown-policy`, `unknown-policy-option` or `bad-policy-option`, with what there is
 */
export function policyNamed(text: string): Policy {
  return findPolicy(text, policies)
}

export { type BankruptPosition, bankruptcyPrice } from './machinery/bankruptcy-price.js'
export type { BookColumn } from './machinery/book-column.js'
export { definePolicy, type PolicyDefinition } from './machinery/define-policy.js'
export type { MarketBook } from './machinery/market-book.js'
export { type PolicyText, parsePolicyText } from './machinery/named.js'
export type * from './policy.js'
export { queueBands } from './rules/bitmex.js'
export { shareLoss } from './rules/gains-haircut.js'
export { factorWaterFilling, proRata, waterFilling }
