import { describe, expect, it } from 'vitest'
import { checkReceipt, ReceiptsCheck } from '#models/proof/receipts/check-receipt.js'
import { forgeries } from './forged-venues.js'
import { filesOf, filling, queue, type Venue } from './venue.js'

/** As files hold them. */
const check = (venue: Venue) => checkReceipt(...(JSON.parse(JSON.stringify(filesOf(venue))) as [unknown, unknown]))

describe('one receipt', () => {
  it('of an honest venue is accepted', () => {
    for (const venue of [filling, queue]) expect(check(venue)).toMatchObject({ accepted: true, rule: venue.rule })
  })

  it('of a venue that cheats is refused, and why', () => {
    const wrong = forgeries.flatMap(({ what, base, change, why }) => {
      const { accepted, reason } = check({ ...base, ...change })
      return !accepted && why.test(reason!) ? [] : [`${base.rule}: ${what}: ${reason}`]
    })
    expect(wrong).toEqual([])
  })
})

describe('all receipts', () => {
  it('cannot hide a group from the check of all by saying that it has no leaf', () => {
    const [receipt, published] = filesOf({ ...filling, path: [['right', ['0', '30', '15', '0']]] })
    const all = new ReceiptsCheck(published)
    expect(all.add(receipt)).toMatch(/leaves/)
    const [counted, other] = filesOf({ ...filling, path: [['right', ['1', '30', '15', '0']]] })
    const both = new ReceiptsCheck(other)
    expect([both.add(counted), both.missing()]).toEqual([undefined, expect.stringMatching(/1 of 2 leaves/)])
  })
})
