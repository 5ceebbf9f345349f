import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { minMaxLeverage, policyNamed, type Reduction, solve } from 'spillway'
import { describe, expect, it } from 'vitest'
import { decisionSpace } from '#models/book/decision-space.js'
import { type AdlEvent, parseAllocation, parseEvent } from '#models/book/index.js'
import {
  buildReceipts,
  checkReceipt,
  type PublicReceipts,
  type Receipt,
  ReceiptsCheck,
  RULES,
  type RuleName,
} from '#models/proof/index.js'
import { accountHash, publicDigest } from '#models/proof/receipts/hashes.js'
import { buildTree } from '#models/proof/receipts/tree.js'
import { decimalOf, toText } from '#src/numeric/index.js'
import { spillwayHere } from '../../cli/support.js'
import { python as interpreter } from '../../python.js'
import { randomBook } from './books.js'
import { receiptVerdicts } from './python.js'

/** Receipts of random books: every account's is accepted, and whatever is changed in one is refused, by the Python program as well. */
const SEED = 20261128
const key = new Uint8Array(32).fill(7)
const rules = Object.keys(RULES) as RuleName[]
const isLots = (rule: RuleName): boolean => rule === 'water-filling-lots'
const folder = mkdtempSync(join(tmpdir(), 'receipts-'))

async function receiptsOf(seed: number, rule: RuleName, isOff = false, isLinked = false) {
  const event = randomBook(seed, isOff, isLinked, isLots(rule))
  if (event.demand.length === 0) return undefined
  const reductions = isLots(rule)
    ? (await solve(event, minMaxLeverage(), { lots: true })).reductions
    : await byPolicy(event, rule)
  if (reductions === undefined) return undefined
  const allocation = { format: 'spillway/allocation@1' as const, reductions }
  const built = buildReceipts(event, parseAllocation(allocation), rule, key)
  // As files hold them.
  const all = built.accounts.map((_, i) => JSON.parse(JSON.stringify(built.receipt(i + 1))) as Receipt)
  return { event, allocation, all, given: JSON.parse(JSON.stringify(built.given)) as PublicReceipts }
}

async function byPolicy(event: AdlEvent, rule: RuleName): Promise<Reduction[]> {
  const space = decisionSpace(event)
  const given = await policyNamed(rule).allocate(space)
  return given.map((quantity, pair) => ({
    account: event.accounts.names[space.owners[space.pairOwner[pair]!]!]!,
    market: space.markets[space.pairMarket[pair]!]!.market.market,
    quantity: toText(quantity),
  }))
}

type Made = NonNullable<Awaited<ReturnType<typeof receiptsOf>>>

/** A book of more than two accounts where somebody is cut in part. */
async function oneBook(): Promise<Made> {
  for (let seed = SEED; ; seed++) {
    const made = await receiptsOf(seed, 'water-filling')
    const cuts = made?.all.flatMap(({ markets: [one] }) => (one!.path.length > 2 ? one! : [])) ?? []
    // Two cut in part, so that one can be cut more and the other less.
    const isPart = ({ closed, capacity }: (typeof cuts)[number]): boolean =>
      Number(closed) > 1 && Number(closed) + 1 < Number(capacity)
    const part = cuts.filter(isPart)
    if (part.length > 1 && part.every(({ market }) => market === part[0]!.market)) return made!
  }
}

const accepts = (receipt: unknown, given: unknown): boolean => checkReceipt(receipt, given).accepted

/** Without an exponent. */
const plain = (value: number): string => toText(decimalOf(value))

/** Whether the Python program accepts each receipt: values, or texts of files. */
const pythonEach = (pairs: Parameters<typeof receiptVerdicts>[0]): boolean[] =>
  receiptVerdicts(pairs).map((verdict) => verdict.startsWith('0'))
const python = (receipt: unknown, given: unknown): boolean => pythonEach([[receipt, given]])[0]!

/** All texts that differ from a file in one digit. */
function* otherDigits(text: string, step: number): Generator<string> {
  let count = 0
  for (let i = 0; i < text.length; i++) {
    if (!/\d/.test(text[i]!) || count++ % step !== 0) continue
    yield text.slice(0, i) + String((Number(text[i]) + 1 + (i % 8)) % 10) + text.slice(i + 1)
  }
}

describe('receipts of random books', () => {
  for (const rule of rules) {
    for (const [isOff, isLinked] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ] as const) {
      if (isLots(rule) && isLinked) continue
      it(`${rule}, off the mark: ${isOff}, linked: ${isLinked}: every receipt is accepted, alone and together`, async () => {
        let books = 0
        for (let seed = SEED; seed < SEED + 14; seed++) {
          const made = await receiptsOf(seed, rule, isOff, isLinked)
          if (made === undefined) continue
          books++
          const all = new ReceiptsCheck(made.given)
          for (const receipt of made.all) expect([seed, all.add(receipt)]).toEqual([seed, undefined])
          expect([seed, all.missing()]).toEqual([seed, undefined])
          for (const { unit } of made.given.markets) expect(Number(unit)).toBeLessThan(1e-8)
        }
        expect(books).toBeGreaterThan(9)
      })
    }
  }
})

describe('what is changed is refused', async () => {
  const { all, given, event, allocation } = await oneBook()
  const receipt = all.find(({ markets: [one] }) => {
    return one!.path.length > 2 && Number(one!.closed) > 1 && Number(one!.closed) + 1 < Number(one!.capacity)
  })!
  const [own] = receipt.markets as [Receipt['markets'][number]]
  const withPath = (path: readonly unknown[]) => ({ ...receipt, markets: [{ ...own, path }] })

  it('every digit of a receipt and of public.json', () => {
    for (const text of otherDigits(JSON.stringify(receipt), 1))
      expect([text, accepts(JSON.parse(text), given)]).toEqual([text, false])
    for (const text of otherDigits(JSON.stringify(given), 1)) expect(accepts(receipt, JSON.parse(text))).toBe(false)
    const changed = [
      ...Array.from(otherDigits(JSON.stringify(receipt), 3), (text) => [text, given] as const),
      ...Array.from(otherDigits(JSON.stringify(given), 5), (text) => [receipt, text] as const),
    ]
    const verdicts = pythonEach([[receipt, given], ...changed])
    expect(verdicts.length).toBe(1 + changed.length)
    expect(verdicts.flatMap((accepted, i) => (accepted ? [i] : []))).toEqual([0])
  })

  it('the order and the sides of a path, its length, and other sums beside a hash', () => {
    const [first, second, ...rest] = own.path as readonly [
      Receipt['markets'][0]['path'][0],
      ...Receipt['markets'][0]['path'],
    ]
    const [side, hash, leaves, capacity, closed, insolvent] = first!
    const turned = side === 'left' ? 'right' : 'left'
    const forged = [
      [second, first, ...rest],
      [[turned, ...first!.slice(1)], second, ...rest],
      own.path.slice(1),
      [...own.path, first],
      [[side, hash, leaves, capacity, `-${closed === '0' ? '1' : closed}`, insolvent], second, ...rest],
      [[side, hash, leaves, `${capacity}0`, closed, insolvent], second, ...rest],
      [[side, hash, '0', capacity, closed, insolvent], second, ...rest],
    ]
    for (const path of forged) expect(accepts(withPath(path), given)).toBe(false)
    const verdicts = pythonEach([receipt, ...forged.map(withPath)].map((one) => [one, given]))
    expect(verdicts).toEqual([true, ...forged.map(() => false)])
  })

  it('a receipt of somebody else, another level in a re-sealed publication, fields that nobody knows', () => {
    const seal = (content: PublicReceipts) => ({ ...content, digest: publicDigest(content) })
    const market = own.market
    const part = all.find(
      ({ markets: [one] }) => one!.market === market && one!.closed !== '0' && one!.closed !== one!.capacity,
    )
    const level = `${given.levels[market]}`.replace(/\d/, (digit) => String(1 + (Number(digit) % 9)))
    const other = seal({ ...given, levels: { ...given.levels, [market]: level } })
    if (part !== undefined) {
      expect(checkReceipt({ ...part, public: other.digest }, other).reason).toMatch(/not what rule and level say/)
      expect(python({ ...part, public: other.digest }, other)).toBe(false)
    }
    expect(accepts({ ...receipt, account: 'somebody else' }, given)).toBe(false)
    expect(accepts({ ...receipt, more: 1 }, given)).toBe(false)
    expect(accepts(receipt, { ...given, more: 1 })).toBe(false)
  })

  it('a unit that would forgive any cut, or that is no power of ten', () => {
    const largest = 1e-9 * Number(given.demand.find(({ market }) => market === own.market)!.quantity)
    const units = ['10', '0.001', plain(10 ** Math.ceil(Math.log10(largest))), plain(5e-12), '-0.000000000001', '1e-12']
    const withUnit = (unit: string) => {
      const markets = given.markets.map((row) => (row.market === own.market ? { ...row, unit } : row))
      const content = { ...given, markets }
      const forged = { ...content, digest: publicDigest(content) }
      return [{ ...receipt, public: forged.digest }, forged] as const
    }
    for (const unit of units) {
      const [shown, forged] = withUnit(unit)
      expect([unit, checkReceipt(shown, forged).reason]).toEqual([unit, expect.stringMatching(/unit/)])
    }
    expect(python(...withUnit('10'))).toBe(false)
    const allowed = withUnit(plain(10 ** Math.floor(Math.log10(largest))))
    expect([accepts(...allowed), python(...allowed)]).toEqual([true, true])
  })

  it('a queue in which a friend was spared, by the receipt of whoever stands behind', () => {
    const accounts = [
      ['friend', 100],
      ['trader', 200],
      ['unknown', 400],
    ] as const
    const book = {
      format: 'spillway/event@1',
      markets: [{ market: 'A', markPrice: 100 }],
      accounts: accounts.map(([account, equity]) => ({ account, equity, positions: [{ market: 'A', quantity: -10 }] })),
      demand: [{ market: 'A', side: 'short', quantity: 15 }],
    }
    const closed = (...quantities: number[]) =>
      quantities.map((quantity, i) => ({ account: accounts[i]![0], market: 'A', quantity }))
    const made = buildReceipts(
      parseEvent(book),
      parseAllocation({ format: 'spillway/allocation@1', reductions: closed(10, 5, 0) }),
      'queue-leverage',
      key,
    )
    const honest = made.receipt(2)
    expect(accepts(honest, made.given)).toBe(true)
    for (const [cuts, reason] of [
      [['5', '5', '5'], /stands ahead in A was not closed whole/],
      [['10', '4', '1'], /not what rule and level say|stands behind/],
    ] as const) {
      const statements = [1, 2, 3].map((number, i) => {
        const { markets, ...own } = made.receipt(number)
        return { ...own, markets: markets.map(({ path: _, ...row }) => ({ ...row, closed: cuts[i]! })) }
      })
      const commitments = statements.map((statement) => accountHash('queue-leverage', statement))
      const leaves = commitments.map((account, i) => ({
        account,
        capacity: decimalOf(10),
        closed: decimalOf(Number(cuts[i])),
        first: decimalOf(0),
        score: ['10', '5', '5/2'][i]!,
      }))
      const tree = buildTree('A', leaves)
      const content = { ...made.given, roots: { A: tree.root } }
      const forged = { ...content, digest: publicDigest(content) }
      const path = JSON.parse(JSON.stringify(tree.path(1)))
      const shown = { ...statements[1]!, public: forged.digest, markets: [{ ...statements[1]!.markets[0]!, path }] }
      expect(checkReceipt(shown, forged).reason).toMatch(reason)
      expect(python(shown, forged)).toBe(false)
    }
  })

  it('a leaf twice: by the builder of trees, and by the check of all', () => {
    const leaf = { account: 'ab', capacity: decimalOf(2), closed: decimalOf(1), first: decimalOf(0) }
    expect(() => buildTree('A', [leaf, leaf])).toThrow(expect.objectContaining({ code: 'duplicate-leaf' }))
    const twice = new ReceiptsCheck(given)
    expect(all.map((one) => twice.add(one)).filter((reason) => reason !== undefined)).toEqual([])
    expect(twice.add(receipt)).toMatch(/stands twice/)
    const short = new ReceiptsCheck(given)
    for (const one of all.slice(1)) short.add(one)
    expect(short.missing()).toMatch(/leaves/)
  })

  it('an allocation that does not follow the rule, with the account that contradicts it', () => {
    const moved = allocation.reductions.map((row) => ({ ...row }))
    const market = own.market
    const inMarket = moved.filter((row) => row.market === market)
    const heldBy = (account: string): number =>
      Number(all.find((one) => one.account === account)!.markets.find((one) => one.market === market)!.capacity)
    const from = inMarket.find(({ quantity }) => Number(quantity) > 0.5)!
    const to = inMarket.find((row) => row !== from && Number(row.quantity) + 0.5 < heldBy(row.account))!
    from.quantity = toText(decimalOf(Number(from.quantity) - 0.25))
    to.quantity = toText(decimalOf(Number(to.quantity) + 0.25))
    const build = (): unknown =>
      buildReceipts(event, parseAllocation({ ...allocation, reductions: moved }), 'water-filling', key)
    expect(build).toThrow(expect.objectContaining({ code: 'off-rule' }))
  })
})

describe('spillway receipt', () => {
  const at = (name: string): string => join(folder, name)
  const BOOK = 'examples/books/paper.json'

  it('writes receipts that it, Python and all together accept, and makes a key that only its owner reads', async () => {
    await spillwayHere(['solve', BOOK, '--out', at('closed.csv'), '--quiet'])
    await spillwayHere(['verify', BOOK, at('closed.csv'), '--certificate', at('proof.json'), '--quiet'])
    const args = ['receipt', BOOK, at('closed.csv'), '--salt-key', at('venue.key'), '--quiet']
    expect((await spillwayHere([...args, '--out', at('one')])).status).toBe(0)
    expect(statSync(at('venue.key')).mode & 0o777).toBe(0o600)
    expect(
      (await spillwayHere(['receipt', BOOK, at('closed.csv'), at('proof.json'), ...args.slice(3), '--out', at('two')]))
        .status,
    ).toBe(0)
    expect(readFileSync(at('two/receipts/000004.json'))).toEqual(readFileSync(at('one/receipts/000004.json')))
    const check = await spillwayHere(['receipt', '--check', at('one/receipts/000004.json'), at('one/public.json')])
    expect(check.status).toBe(0)
    expect(check.stdout).toMatch(/Proved:.*Not proved:.*Disclosed/s)
    // Whatever is stated of the account is shown, to be compared: by the command, for programs, and by Python.
    const file = JSON.parse(readFileSync(at('one/receipts/000004.json'), 'utf8')) as Receipt
    const { grossNotional, remarkedEquity, markets } = file
    expect(check.stdout).toContain(`gross notional ${grossNotional}, remarked equity ${remarkedEquity}`)
    const given = JSON.parse(readFileSync(at('one/public.json'), 'utf8')) as PublicReceipts
    expect(checkReceipt(file, given)).toMatchObject({
      numbers: { grossNotional, remarkedEquity },
      markets: markets.map(({ market, capacity, closed }) => ({
        market,
        capacity,
        closed,
        markPrice: given.markets[0]!.markPrice,
      })),
    })
    const theirs = spawnSync(
      interpreter!,
      ['examples/check_receipt.py', at('one/receipts/000004.json'), at('one/public.json')],
      { encoding: 'utf8' },
    )
    for (const text of [grossNotional, remarkedEquity, markets[0]!.closed]) expect(theirs.stdout).toContain(` ${text}`)
    expect((await spillwayHere(['receipt', '--check-all', at('one'), '--json'])).status).toBe(0)
    rmSync(at('one/receipts/000002.json'))
    cpSync(at('one/receipts/000001.json'), at('one/receipts/000002.json'))
    const all = await spillwayHere(['receipt', '--check-all', at('one'), '--json'])
    expect([all.status, JSON.parse(all.stdout).accepted]).toEqual([1, false])
  })

  it.each([
    ['off-rule', '--policy', 'pro-rata'],
    ['no-receipts', '--policy', 'random'],
    ['not-a-file', '--out', 'examples'],
    ['bad-key', '--salt-key', BOOK],
  ])('refuses with %s', async (code, ...flags) => {
    const args = ['receipt', BOOK, at('closed.csv'), '--salt-key', at('venue.key'), '--out', at('none'), '--json']
    const run = await spillwayHere([...args, ...flags])
    expect([run.status, JSON.parse(run.stdout).error.code]).toEqual([2, code])
  })

  it('says where receipt and public.json are exchanged', async () => {
    const run = await spillwayHere([
      'receipt',
      '--check',
      at('one/public.json'),
      at('one/receipts/000001.json'),
      '--json',
    ])
    expect([run.status, JSON.parse(run.stdout).error.code]).toEqual([2, 'wrong-format'])
  })
})
