import { findJsonFault } from '../models/book/json-scan.js'
import { checkReceipt, type ReceiptCheck } from '../models/proof/receipts/check-receipt.js'

/** The checker of `spillway receipt --check` over the texts of two files, for the page that `receipt` puts beside them. */
export function check(receipt: string, published: string): ReceiptCheck {
  for (const [name, text] of [
    ['the receipt', receipt],
    ['public.json', published],
  ] as const) {
    const fault = findJsonFault(text)
    const what = fault?.kind === 'duplicate' ? 'has a field twice' : 'is no JSON'
    if (fault !== undefined) return { accepted: false, reason: `${name} ${what}, at character ${fault.at + 1}` }
  }
  return checkReceipt(JSON.parse(receipt), JSON.parse(published))
}
