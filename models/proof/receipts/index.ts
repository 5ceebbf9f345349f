/** Receipts: what an account can check of its own cut, with hashes and exact decimals alone. */
export { buildReceipts } from './build-receipts.js'
export { checkReceipt, type ReceiptCheck, ReceiptsCheck } from './check-receipt.js'
export type * from './format.js'
export type { Receipts } from './publish.js'
export { QUEUES_WITHOUT, RULES, type RuleName } from './rules.js'
