import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { minMaxLeverage, policyNamed, solve } from 'spillway'
import { beforeAll, describe, expect, it } from 'vitest'
import { decisionSpace } from '#models/book/decision-space.js'
import { parseAllocation, parseEvent } from '#models/book/index.js'
import { buildReceipts, RULES, type RuleName } from '#models/proof/index.js'
import { toText } from '#src/numeric/index.js'
import { createHash as browserHash } from '#web/node/crypto.js'
import { folderWith, spillwayHere } from '../../cli/support.js'
import { skip } from '../../notes.js'

/** The page that checks a receipt in a browser, without network; opened in headless chromium where there is one. */
const NAMES = [process.env.CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome'].filter(
  (name) => name !== undefined,
)
const chromium = NAMES.find((name) => spawnSync(name, ['--version']).status === 0)
let folder = ''
const at = (...names: string[]): string => join(folder, ...names)

beforeAll(async () => {
  folder = await folderWith({})
  const book = 'examples/books/paper.json'
  await spillwayHere(['solve', book, '--out', at('closed.csv'), '--quiet'])
  await spillwayHere(['receipt', book, at('closed.csv'), '--salt-key', at('key'), '--out', at('out'), '--quiet'])
}, 60_000)

it('SHA-256 of the page is that of Node, at every length around its blocks and in every script', () => {
  const letters = ['a', '\u00e9', '\u6f22', '\ud83d\ude00']
  for (let length = 0; length < 260; length++) {
    const text = Array.from({ length }, (_, i) => letters[(i * i + length) % letters.length]).join('')
    expect(browserHash('sha256').update(text).digest('hex')).toBe(createHash('sha256').update(text).digest('hex'))
  }
})

describe('the page', () => {
  it('holds no address and forbids itself the network', () => {
    const page = readFileSync(at('out/check.html'), 'utf8')
    expect(page).toContain("default-src 'none'")
    expect(page).not.toMatch(/https?:|import\(|fetch\(|XMLHttpRequest|WebSocket/)
    for (const part of ['Proved to you', 'Not proved', 'Disclosed to you']) expect(page).toContain(part)
  })

  it('accepts right receipts of every rule and refuses forged ones', async () => {
    if (chromium === undefined) return skip('there is no chromium: the page was not opened')
    const receipt = JSON.parse(readFileSync(at('out/receipts/000004.json'), 'utf8'))
    const published = readFileSync(at('out/public.json'), 'utf8')
    const [own] = receipt.markets
    const [first, ...others] = own.path
    const stated = new RegExp(
      `Stated of you: gross notional ${receipt.grossNotional}, remarked equity ${receipt.remarkedEquity}[.].*mark price`,
    )
    const withPath = (path: unknown): object => ({ ...receipt, markets: [{ ...own, path }] })
    const [side, hash, leaves, held, ...more] = first
    type PageCase = readonly [name: string, text: string, says: RegExp, published?: string]
    const cases: PageCase[] = [
      ['right', JSON.stringify(receipt), /^Accepted: account "4", receipt 4, by water-filling.*BTC/],
      ['stated', JSON.stringify(receipt), stated],
      ['closed', JSON.stringify({ ...receipt, markets: [{ ...own, closed: '0' }] }), /Refused/],
      ['path', JSON.stringify(withPath([...others, first])), /Refused/],
      [
        'negative',
        JSON.stringify(withPath([[side, hash, leaves, `-${held}`, ...more], ...others])),
        /Refused: .*negative/,
      ],
      ['sums', JSON.stringify(withPath([[side, hash, leaves, `${held}1`, ...more], ...others])), /Refused/],
      ['twice', JSON.stringify(receipt).replace('{', '{"number":4,'), /Refused: .*twice/],
      ['none', 'nothing', /Refused: .*no JSON/],
    ]
    for (const rule of Object.keys(RULES) as RuleName[]) {
      const made = await receiptOf(rule)
      cases.push([rule, made.receipt, /^Accepted: account "b", receipt 2, by/, made.published])
      for (const text of threeOtherDigits(made.receipt)) cases.push([text, text, /Refused/, made.published])
    }
    const verdicts = opened(cases.map(([, text, , other = published]) => [text, other]))
    cases.forEach(([name, , says], i) => {
      expect([name, verdicts[i]]).toEqual([name, expect.stringMatching(says)])
    })
  }, 120_000)
})

/** Of a book of three accounts, closed by a rule, the receipt of the one that is second in each queue, or closed in part. */
async function receiptOf(rule: RuleName): Promise<{ readonly receipt: string; readonly published: string }> {
  const event = parseEvent({
    format: 'spillway/event@1',
    markets: [{ market: 'BTC', markPrice: 100, lotSize: '0.5', factorLoading: '1.5' }],
    accounts: ['a', 'b', 'c'].map((account, i) => ({
      account,
      equity: 300 + 200 * i,
      maintenanceMargin: 40 - 10 * i,
      walletBalance: 200 + 50 * i,
      positions: [{ market: 'BTC', quantity: 10, entryPrice: 60 + 10 * i }],
    })),
    demand: [{ market: 'BTC', side: 'long', quantity: 15 }],
  })
  const allocation = { format: 'spillway/allocation@1' as const, reductions: await closedBy(event, rule) }
  const built = buildReceipts(event, parseAllocation(allocation), rule, new Uint8Array(32).fill(5))
  return { receipt: JSON.stringify(built.receipt(2)), published: JSON.stringify(built.given) }
}

async function closedBy(event: ReturnType<typeof parseEvent>, rule: RuleName) {
  if (rule === 'water-filling-lots') return (await solve(event, minMaxLeverage(), { lots: true })).reductions!
  const space = decisionSpace(event)
  const closed = await policyNamed(rule).allocate(space)
  return closed.map((quantity, pair) => ({
    account: event.accounts.names[space.owners[space.pairOwner[pair]!]!]!,
    market: 'BTC',
    quantity: toText(quantity),
  }))
}

/** The text with one digit changed: one in the first, one in the second, one in the third quarter. */
function threeOtherDigits(text: string): string[] {
  return [0.25, 0.5, 0.75].map((share) => {
    const from = Math.floor(share * text.length)
    const at = from + text.slice(from).search(/[0-9]/)
    return `${text.slice(0, at)}${(Number(text[at]) + 1) % 10}${text.slice(at + 1)}`
  })
}

/** The verdicts on the page, each after both texts were put in and the button was pressed. */
function opened(texts: readonly (readonly [receipt: string, published: string])[]): string[] {
  const page = readFileSync(at('out/check.html'), 'utf8')
  const press = `<script>
    const verdicts = []
    for (const [receipt, published] of ${JSON.stringify(texts)}) {
      at('public').value = published
      at('receipt').value = receipt
      at('check').click()
      verdicts.push(at('verdict').textContent)
    }
    line('pre', JSON.stringify(verdicts), document.body)
  </script></html>`
  writeFileSync(
    at('opened.html'),
    page.replace('</html>', () => press),
  )
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${at('browser')}`, '--dump-dom']
  const { stdout } = spawnSync(chromium!, [...flags, `file://${at('opened.html')}`], {
    encoding: 'utf8',
    timeout: 100_000,
  })
  const shown = /<pre>(.*?)<\/pre>/s.exec(stdout)?.[1] ?? '[]'
  return JSON.parse(shown.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&'))
}
