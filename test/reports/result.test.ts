import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { VerifyResult } from '#reports/verify-result.js'
import { folderWith, spillwayHere } from '../cli/support.js'

const event = {
  format: 'spillway/event@1',
  markets: [{ market: 'BTC', markPrice: 100, adlPrice: 101 }],
  accounts: [
    { account: 'a', equity: 100, positions: [{ market: 'BTC', quantity: -8, entryPrice: 120 }] },
    { account: 'b', equity: 200, positions: [{ market: 'BTC', quantity: -10, entryPrice: 90 }] },
    { account: 'c', equity: 900, positions: [{ market: 'BTC', quantity: -9, entryPrice: 110 }] },
  ],
  demand: [{ market: 'BTC', side: 'short', quantity: 6 }],
}
const queue = 'account,market,quantity\nb,BTC,6\n'
const fills = ['0xa1', '0xa2'].map((user, i) => ({
  ...{ user, coin: 'HYPE', px: '50', sz: `${i + 1}`, side: 'B', time: 1760130964831, startPosition: '-3', tid: i },
  ...{ dir: 'Auto-Deleveraging', closedPnl: '0' },
  liquidation: { liquidatedUser: '0xbbb', markPx: '50', method: 'backstop' },
}))

let folder = ''
beforeAll(async () => {
  folder = await folderWith({ 'event.json': event, 'queue.csv': queue, 'fills.json': fills })
})

const at = (name: string): string => join(folder, name)
const sha256 = async (name: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(at(name)))
    .digest('hex')

async function resultOf(place: string, closed: string, ...flags: string[]) {
  const run = await spillwayHere(['verify', at(place), at(closed), '--json', '--result', at('result.json'), ...flags])
  const text = await readFile(at('result.json'), 'utf8')
  return { run, text, json: JSON.parse(run.stdout), result: JSON.parse(text) as VerifyResult }
}

describe('verify --result', () => {
  it('has every figure of the answer, with a unit', async () => {
    const { run, json, result } = await resultOf('event.json', 'queue.csv')
    expect(run.status).toBe(1)
    const { figures } = result
    const values = Object.fromEntries(Object.entries(figures).map(([id, { value }]) => [id, value]))
    expect(values).toMatchObject({
      'objective.allocated': json.objective.value,
      'objective.optimal': json.optimum,
      'objective.bound': json.bound,
      'objective.gap': json.relativeGap,
      'leverage.largest.before': json.leverage.maxBefore,
      'leverage.largest.allocated': json.leverage.maxAfter,
      'accounts.reduced.allocated': 1,
      'accounts.overcut': json.accounts.overReduced,
    })
    for (const { unit, says } of Object.values(figures)) {
      expect(unit).toMatch(/^(leverage|quote currency|accounts|share|number)$/)
      expect(says).toMatch(/\w/)
    }
    // b closed 6 at the ADL price of 101 against a mark of 100: it gives up 6, and makes a loss of 60 final.
    expect([values['money.conceded'], values['money.realised']]).toEqual([6, -60])
    expect(result.says.at(-1)).toMatch(
      /^Suboptimal: the largest leverage could have been .*×; this allocation left 8×$/,
    )
  })

  it('names its inputs by the digests of their bytes', async () => {
    const { result } = await resultOf('event.json', 'queue.csv')
    expect(result.inputs.map(({ role, files }) => [role, files])).toEqual([
      ['event', [{ name: 'event.json', sha256: await sha256('event.json'), bytes: JSON.stringify(event).length }]],
      ['allocation', [{ name: 'queue.csv', sha256: await sha256('queue.csv'), bytes: queue.length }]],
    ])
  })

  it('has the same bytes for the same inputs, but for the timings', async () => {
    const untimed = ({ text }: { readonly text: string }): string => text.replace(/"timings": .*/, '')
    const [first, second] = [await resultOf('event.json', 'queue.csv'), await resultOf('event.json', 'queue.csv')]
    expect(first.text).toMatch(/"timings": \{"unit":"seconds",/)
    expect(untimed(second)).toBe(untimed(first))
    expect(untimed(await resultOf('event.json', 'queue.csv', '--tolerance', '1e-5'))).not.toBe(untimed(first))
  })

  it('states the rule that is claimed, and its source', async () => {
    const { result } = await resultOf('event.json', 'queue.csv', '--rule', 'by profit', '--rule-source', 'docs.x/adl')
    expect(result.rule).toEqual({ says: 'by profit', source: 'docs.x/adl' })
  })

  it('writes a result of an infeasible allocation too, without figures that it has not', async () => {
    const other = await folderWith({ 'short.csv': 'account,market,quantity\nb,BTC,5\n' })
    const path = join(other, 'r.json')
    await spillwayHere(['verify', at('event.json'), join(other, 'short.csv'), '--quiet', '--result', path])
    const result = JSON.parse(await readFile(path, 'utf8')) as VerifyResult
    expect(result.says).toEqual(['Infeasible: this allocation breaks the rules of the event in 1 way'])
    expect(result.violations).toEqual([{ code: 'demand-short', market: 'BTC', by: 1 }])
    expect(Object.keys(result.figures).filter((id) => /allocated/.test(id) && !/^accounts/.test(id))).toEqual([])
  })

  it('begins with what the source could not say', async () => {
    await spillwayHere(['import', 'hyperliquid-fills', at('fills.json'), '--out', at('hype'), '--quiet'])
    const { result, json } = await resultOf('hype', 'hype/allocation.csv')
    const record = JSON.parse(await readFile(at('hype/import.json'), 'utf8'))
    expect(result.unknown).toEqual(record.unknown)
    expect(result.defaulted).toEqual([{ reason: 'equity-from-notional', count: 2 }])
    expect(result.source).toMatchObject({ source: 'hyperliquid-fills', moment: record.moment, files: record.files })
    expect(result.says[0]).toMatch(/^Equity is assumed, not known/)
    expect(result.says[1]).toMatch(/^Only accounts that were closed are known/)
    expect(result.says[2]).toMatch(
      /^\w+ \(on assumed equity; among the accounts that were closed, no others are known\)/,
    )
    expect(json.says).toEqual(result.says)
    const shown = await spillwayHere(['verify', at('hype'), at('hype/allocation.csv'), '--no-color'])
    expect(shown.stdout).toMatch(/^Equity is assumed, not known/)
  })

  it('says of whom the largest leverage is where an account without equity at the ADL price keeps something', async () => {
    const book = {
      format: 'spillway/event@1',
      markets: [{ market: 'BTC', markPrice: 100, adlPrice: 97 }],
      accounts: [
        { account: 'a', equity: 60, positions: [{ market: 'BTC', quantity: 6 }] },
        { account: 'last', equity: 2, positions: [{ market: 'BTC', quantity: 3 }] },
      ],
      demand: [{ market: 'BTC', side: 'long', quantity: 2 }],
    }
    const other = await folderWith({ 'book.json': book, 'closed.csv': 'account,market,quantity\na,BTC,2\n' })
    const [event, closed, proof, path] = ['book.json', 'closed.csv', 'proof.json', 'r.json'].map((name) =>
      join(other, name),
    )
    const wanted = ['--keep-solvent', '--no-color']
    await spillwayHere(['verify', event!, closed!, ...wanted, '--result', path!, '--certificate', proof!, '--quiet'])
    const result = JSON.parse(await readFile(path!, 'utf8')) as VerifyResult
    expect(result.objective).toMatchObject({ value: 400 / 54, notCounted: 1 })
    expect(result.figures['leverage.largest.allocated']).toMatchObject({ value: 150 })
    const words = /the largest leverage of accounts that are solvent at the ADL prices is 7\.4074×/
    expect(result.says[0]).toMatch(words)
    expect((await spillwayHere(['check', event!, closed!, proof!, ...wanted])).stdout).toMatch(words)
    const solved = await spillwayHere(['solve', event!, ...wanted])
    expect(solved.stdout).toMatch(/largest 150× → 150×\n {2}not counted +1 account without equity/)
  })

  it('does not write over what it reads', async () => {
    const { status, stderr } = await spillwayHere(
      ['verify', at('event.json'), at('queue.csv')].concat('--result', at('queue.csv')),
    )
    expect([status, /overwrites-input/.test(stderr)]).toEqual([2, true])
  })
})
