import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readAllocation, readEvent } from '#models/book/index.js'
import { importHyperliquid, writeImported } from '#models/importers/index.js'
import { toText } from '#src/numeric/index.js'
import { csvOf, folderWith, type Row, row } from './support.js'

/** A decimal as Python prints a double, or with more digits than a double holds. */
const size = fc.oneof(
  fc.double({ min: 1e-7, max: 1e7, noNaN: true }).map(String),
  fc.stringMatching(/^[1-9]\d{0,9}\.\d{1,20}$/),
  fc.constantFrom('1e-05', '84454.65000000001', '0.1'),
)
const coins = ['A', 'BB', '__proto__', 'kPEPE']
const fill = fc.record({
  user: fc.constantFrom('0x1', '0x2', '0x3', 'toString', 'a "quoted", name'),
  coin: fc.constantFrom(...coins),
  adl_size: size,
  slack: fc.nat(3),
  total_equity: size,
})

/** Fixed-point arithmetic of its own: 60 decimals, by whatever spelling. */
const fixed = (text: string): bigint => {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.')
  const digits = BigInt(whole + fraction) * 10n ** BigInt(60 - fraction.length + Number(exponent))
  return mantissa.startsWith('-') ? -digits : digits
}
const sum = (texts: readonly string[]): bigint => texts.reduce((total, text) => total + fixed(text), 0n)

test('import → folder → event and allocation: every sum is exact, and reading back changes nothing', async () => {
  const folder = await folderWith({})
  let run = 0
  await fc.assert(
    fc.asyncProperty(fc.array(fill, { minLength: 1, maxLength: 25 }), fc.nat(2), async (fills, files) => {
      // Every position holds at least what all fills of the table close, so that any order of rows can be met.
      const rows = fills.map(({ slack, user, ...rest }): Row => {
        const position_size = `-${10 ** 10 * 30 + slack}`
        return row({ ...rest, user: `"${user.replaceAll('"', '""')}"`, position_size })
      })
      const cut = Math.floor((rows.length * files) / 3)
      const tables = await folderWith({ '1.csv': csvOf(rows.slice(0, cut)), '2.csv': csvOf(rows.slice(cut)) })
      const imported = await importHyperliquid([join(tables, '1.csv'), join(tables, '2.csv')])
      const out = join(folder, String(run++))
      await writeImported(out, imported)
      const event = await readEvent(out)
      const allocation = await readAllocation(join(out, 'allocation.csv'))
      expect(event.digest()).toBe(imported.event.digest())

      const present = new Set(fills.map(({ coin }) => coin))
      expect(new Set(event.markets.map(({ market }) => market))).toEqual(present)
      for (const { market, quantity } of event.demand) {
        const { market: coin } = event.markets[market]
        const sizes = fills.filter((other) => other.coin === coin).map(({ adl_size }) => adl_size)
        expect(fixed(toText(quantity))).toBe(sum(sizes))
        const given = allocation.markets.flatMap((other, j) => (other === coin ? [allocation.quantity.text(j)] : []))
        expect(sum(given)).toBe(sum(sizes))
      }
      expect(allocation.count).toBe(new Set(fills.map(({ user, coin }) => `${user}|${coin}`)).size)
      event.accounts.names.forEach((name, i) => {
        const equities = fills.filter(({ user }) => user === name).map(({ total_equity }) => total_equity)
        expect(fixed(event.accounts.equity.text(i))).toBe(fixed(equities[0]))
        const others = equities.filter((equity) => fixed(equity) !== fixed(equities[0]))
        expect(imported.disagreements.filter(({ account }) => account === name)).toHaveLength(others.length)
      })
    }),
    { numRuns: 60, seed: 20251010 },
  )
})
