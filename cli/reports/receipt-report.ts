import type { ReceiptCheck } from '../../models/proof/index.js'
import { coloursFor } from '../table.js'

/** What a receipt shows to its owner, what it does not, and what it discloses. */
export function receiptReport({ accepted, reason, rule, number, account, numbers, markets }: ReceiptCheck): string {
  const colours = coloursFor(process.stdout)
  if (!accepted) return `${colours.red(colours.bold('refused'))}  ${reason}`
  const cuts = markets!.map(({ market, side, capacity, closed, level, demand, ...others }) => {
    const at = level === null ? '' : `, at the level ${Number(level)}`
    return `  ${market} ${side}: ${closed} of ${capacity} contracts closed, of ${demand} in all${at}; ${listed(others)}`
  })
  return [
    `${colours.green(colours.bold('accepted'))}  account ${JSON.stringify(account)}, receipt ${number}, by ${rule}`,
    `  ${listed(numbers!)}`,
    ...cuts,
    '',
    'Proved: these numbers are in the published trees; the cut is what rule and public numbers make of them, as for every other',
    'account that checks; all cuts in a tree together are the demand.',
    'Not proved: that the numbers of other leaves are true, or that no account is missing. A false or a missing leaf makes the cut of',
    'everybody larger. Compare side and numbers with your own records, and the published file with what others were given.',
    'Disclosed to you: contracts held and closed of the accounts beside you in each tree, and their sums farther away.',
  ].join('\n')
}

/** "gross notional 1000, remarked equity 500". */
const listed = (numbers: object): string =>
  Object.entries(numbers)
    .map(([name, text]) => `${name.replace(/[A-Z]+/g, (letters) => ` ${letters.toLowerCase()}`)} ${text}`)
    .join(', ')
