import { toNumber } from '../../../src/numeric/index.js'
import type { Allocation } from '../../book/index.js'
import { bounded, type Remark, type Remarker } from './remark.js'
import { amount, counted, quoted } from './words.js'

/** Accounts that left the book with their positions, and reductions that an allocation asks of them all the same. */
export const takenOver: Remarker<'space' | 'allocation'> = ({ space: { event }, allocation }) => {
  if (event.takenOver.length === 0) return []
  const gone = new Set(event.takenOver)
  const owed = new Map<string, number>()
  event.given?.accounts.names.forEach((name, i) => {
    if (gone.has(name)) owed.set(name, event.given!.accounts.equity.values[i])
  })
  const deepest = [...event.takenOver].sort((a, b) => owed.get(a)! - owed.get(b)!)
  const left = bounded(
    deepest,
    (account): Remark => ({
      code: 'taken-over',
      says: `Account ${quoted(account)} has negative equity (${amount(owed.get(account)!)}): it was taken over and left the book, and the demand is derived from what it held.`,
      account,
    }),
    (rest): Remark => ({
      code: 'taken-over',
      says: `${counted(rest.length, 'more account')} with negative equity were taken over, ${counted(deepest.length, 'account')} in all.`,
    }),
  )
  return [...left, ...closedAfterwards(gone, allocation)]
}

function closedAfterwards(gone: ReadonlySet<string>, allocation: Allocation | undefined) {
  if (allocation === undefined) return []
  const entries = allocation.accounts.flatMap((account, entry) =>
    gone.has(account) && allocation.quantity.values[entry] !== 0 ? [entry] : [],
  )
  return bounded(
    entries,
    (entry): Remark => {
      const [account, market] = [allocation.accounts[entry], allocation.markets[entry]]
      const quantity = amount(toNumber(allocation.quantity.exact(entry)))
      return {
        code: 'taken-over',
        says: `The allocation closes ${quantity} contracts of ${quoted(market)} of account ${quoted(account)}, which was taken over: its positions are the demand, and nothing of it counts towards it.`,
        account,
        market,
      }
    },
    (rest): Remark => ({
      code: 'taken-over',
      says: `The allocation has ${counted(rest.length, 'more reduction')} of accounts that were taken over.`,
    }),
  )
}
