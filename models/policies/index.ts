/** The policies: one file each, and one line here. */
import { aevo } from './aevo.js'
import { binance } from './binance.js'
import { bitget } from './bitget.js'
import { bitmex } from './bitmex.js'
import { bybit } from './bybit.js'
import { cappedProRata } from './capped-pro-rata.js'
import { drift } from './drift.js'
import { dydx } from './dydx.js'
import { ethereal } from './ethereal.js'
import { gainsHaircut } from './gains-haircut.js'
import { gate } from './gate.js'
import { hyperliquid } from './hyperliquid.js'
import { integerProRata } from './integer-pro-rata.js'
import { findPolicy } from './named.js'
import { okx } from './okx.js'
import { oneStepProjection } from './one-step-projection.js'
import type { Policy, PolicyMaker } from './policy.js'
import { proRata } from './pro-rata.js'
import { proRataEquity } from './pro-rata-equity.js'
import { proRataPnl } from './pro-rata-pnl.js'
import { queueLeverage } from './queue-leverage.js'
import { queuePnlLeverage } from './queue-pnl-leverage.js'
import { random } from './random.js'
import { riskAwareProRata } from './risk-aware-pro-rata.js'
import { waterFilling } from './water-filling.js'

export const policies: ReadonlyMap<string, PolicyMaker> = new Map<string, PolicyMaker>([
  ['water-filling', waterFilling],
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

export { type BankruptPosition, bankruptcyPrice } from './bankruptcy-price.js'
export { queueBands } from './bitmex.js'
export type { BookColumn } from './book-column.js'
export { definePolicy, type PolicyDefinition } from './define-policy.js'
export { shareLoss } from './gains-haircut.js'
export type { MarketBook } from './market-book.js'
export { type PolicyText, parsePolicyText } from './named.js'
export type * from './policy.js'
export { proRata, waterFilling }
