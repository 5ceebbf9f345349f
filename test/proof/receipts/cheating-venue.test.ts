import { describe, expect, it } from 'vitest'
import { checkReceipt } from '#models/proof/index.js'
import { skipUnless } from '../../notes.js'
import { forgeries, odd } from './forged-venues.js'
import { honest } from './honest-venues.js'
import { hasPython, receiptVerdicts } from './python.js'
import { filesOf } from './venue.js'

/** Receipts of a venue that cheats (`forged-venues.ts`): `checkReceipt` and the Python program refuse each, and accept the honest one beside it. */
describe('a venue that cheats', () => {
  skipUnless(hasPython, 'there is no python3')
  it('is found out by one statement, though all its hashes fit', () => {
    const fine = Object.entries(honest).map(([what, base]) => [what, base, {}] as const)
    const cases = [...fine, ...forgeries.map(({ what, base, change }) => [what, base, change] as const), ...odd].map(
      ([what, base, change]) => ({
        what: `${base.rule}: ${what}`,
        files: filesOf({ ...base, ...change }),
      }),
    )
    const theirs = receiptVerdicts(cases.map(({ files }) => files))
    const wrong = cases.flatMap(({ what, files }, i) => {
      // As files hold them.
      const [receipt, published] = JSON.parse(JSON.stringify(files)) as [unknown, unknown]
      const { accepted, reason } = checkReceipt(receipt, published)
      const isFine = i < fine.length ? accepted : i < fine.length + forgeries.length ? !accepted : true
      return isFine && accepted === theirs[i]!.startsWith('0')
        ? []
        : [`${what}: ${reason ?? 'accepted'}; Python ${theirs[i]}`]
    })
    expect(wrong).toEqual([])
  })
})
