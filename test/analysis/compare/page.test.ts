import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { compare, parseEvent } from 'spillway'
import { beforeAll, describe, expect, it } from 'vitest'
import { comparePage } from '#cli/html/compare-page.js'
import { html, visible } from '#cli/html/markup.js'
import { folderWith } from '../../cli/support.js'
import { hostileNames, inFileOrder, policyOf } from './support.js'

const event = parseEvent({
  format: 'spillway/event@1',
  markets: [{ market: hostileNames[0], markPrice: 100, adlPrice: 101 }],
  accounts: hostileNames.map((account, i) => ({
    account,
    equity: 50 + 10 * i,
    positions: [{ market: hostileNames[0], quantity: -10 - i, entryPrice: 90 + i }],
  })),
  demand: [{ market: hostileNames[0], side: 'short', quantity: 20 }],
})
const fails = policyOf(`${hostileNames[1]} fails`, () => {
  throw new Error(hostileNames[4])
})
const policies = [
  'water-filling',
  'pro-rata',
  inFileOrder(`${hostileNames[0]}${hostileNames[5]}`),
  fails,
  'optimal:min-max-leverage',
]

async function pageOf(): Promise<string> {
  const comparison = await compare(event, { policies, charts: true })
  // Times are the only thing that differs from run to run.
  const rows = comparison.rows.map((row) => ({ ...row, seconds: 1 }))
  return comparePage({
    eventPath: hostileNames[1],
    event,
    comparison: { ...comparison, rows },
    tolerance: 1e-6,
    inputs: {},
  })
}

let page = ''
beforeAll(async () => {
  page = await pageOf()
})

/** Everything between angle brackets; names cannot hold any, so nothing else can be an element. */
const tagsOf = (text: string): string[] => text.match(/<[^>]*>/g) ?? []

describe('the page', () => {
  it('holds no markup that came from a name', () => {
    expect(
      tagsOf(page).filter((tag) => /^<\/?(script|img|b onload)|alert|\son\w+=/i.test(tag.replace(/"[^"]*"/g, '""'))),
    ).toEqual([])
    expect(hostileNames.slice(0, 3).filter((name) => page.includes(name))).toEqual([])
    expect(page.includes('&lt;script&gt;alert(1)&lt;/script&gt;')).toBe(true)
    expect(page.includes('&amp;lt;b&amp;gt;')).toBe(true)
    expect(page.includes('\\u202eleft-to-right\\u0000\\u001b[31m')).toBe(true)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    expect(page.match(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)).toBeNull()
    expect(page.match(/<style/g)).toHaveLength(1)
  })

  it('asks for nothing: no script, no address, no picture', () => {
    expect(page.includes(`content="default-src 'none'; style-src 'unsafe-inline'"`)).toBe(true)
    const asking = /^<(script|link|iframe|object|embed|img|image|base|form|use)\b|\b(src|href|style)=|@import/i
    expect(tagsOf(page).filter((tag) => asking.test(tag.replace(/"[^"]*"/g, '""')))).toEqual([])
    const [style = ''] = page.match(/<style>[^<]*<\/style>/) ?? []
    expect(style.match(/url\(|@import|http/)).toBeNull()
    const elsewhere =
      tagsOf(page)
        .join('')
        .match(/https?:[^"\s]*/g) ?? []
    expect(elsewhere.filter((address) => !address.startsWith('http://www.w3.org/'))).toEqual([])
  })

  it('leads with the trade-off, without codes, then has three charts, each described, dashed, and with its numbers', () => {
    const figures = page
      .split('<figure>')
      .slice(1)
      .map((rest) => rest.split('</figure>')[0])
    expect(figures).toHaveLength(4)
    const [picture = '', ...charts] = figures
    expect(page.indexOf('<figure>')).toBeLessThan(page.indexOf('<table'))
    expect(/<h1>Water-filling leaves the least risk \(largest leverage [\d.]+×\)/.test(page)).toBe(true)
    expect(
      picture.match(/<li><strong>Water-filling, Least largest leverage<\/strong>: leaves [\d.]+×, cuts \d+ account/),
    ).not.toBeNull()
    expect(picture.match(/<table|NaN|undefined|Infinity|water-filling/)).toBeNull()
    for (const figure of charts) {
      expect(figure.match(/role="img" aria-label="[^"]{40,}"/)).not.toBeNull()
      expect(figure.includes('<svg')).toBe(true)
      expect(figure.includes('stroke-dasharray')).toBe(true)
      expect(figure.match(/<figcaption>.*Solid.*Dashed/s)).not.toBeNull()
      expect(figure.includes('<table>')).toBe(true)
      expect(figure.match(/NaN|undefined|Infinity/)).toBeNull()
    }
    const ids = [...page.matchAll(/\bid="([^"]*)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(page.split('Their names on the command line')[0]?.match(/optimal:|min-max-leverage|policy-input/)).toBeNull()
    for (const [, target] of page.matchAll(/url\(#([^)]*)\)/g)) expect(ids).toContain(target)
  })

  it('shows what failed, what is best, and what the words mean', () => {
    expect(page.includes('could not run')).toBe(true)
    expect(page.includes('class="best"')).toBe(true)
    for (const word of ['Gini', 'max haircut', 'profit realised'])
      expect(page.includes(`<dt>${word}</dt>`), word).toBe(true)
  })

  it('draws a book in which nothing can be lost, and one in which nothing is demanded', async () => {
    const rich = (quantity: number) =>
      parseEvent({
        format: 'spillway/event@1',
        markets: [{ market: 'A', markPrice: 10 }],
        accounts: ['x', 'y'].map((account) => ({
          account,
          equity: 1000,
          positions: [{ market: 'A', quantity: -9 }],
        })),
        demand: [{ market: 'A', side: 'short', quantity }],
      })
    for (const [quantity, charts] of [
      [5, 8],
      [0, 0],
    ] as const) {
      const comparison = await compare(rich(quantity), { policies: ['water-filling', 'pro-rata'], charts: true })
      const drawn = await comparePage({
        eventPath: 'x',
        event: rich(quantity),
        comparison,
        tolerance: 1e-6,
        inputs: {},
      })
      expect(drawn.match(/NaN|undefined|Infinity/)).toBeNull()
      expect(drawn.match(/<svg/g) ?? []).toHaveLength(charts)
    }
  })

  it('is the same again', async () => {
    expect((await pageOf()) === page).toBe(true)
  })
})

describe('markup', () => {
  it('escapes what is put into it, in text and in attributes, and nothing twice', () => {
    expect(html`<p title="${'"\'<>&'}">${['a', html`<b>${'<'}</b>`, 3, undefined]}</p>`.text).toBe(
      '<p title="&quot;&#39;&lt;&gt;&amp;">a<b>&lt;</b>3</p>',
    )
    expect(visible('a\u0007b\ud800c\ud83d\ude00')).toBe('a\\u0007b\ufffdc\ud83d\ude00')
  })
})

const browser = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
)
if (browser === undefined) process.stderr.write('The test of the page in a browser is left out: there is no chromium\n')

describe.runIf(browser !== undefined)('in a browser', () => {
  it('shows charts without a complaint and without a request', async () => {
    const { dom, messages, asked } = await browse(page)
    expect(dom.match(/<svg/g)).toHaveLength(8)
    expect(dom.match(/<h2/g)!.length).toBeGreaterThanOrEqual(7)
    // The browser parsed what we meant: names are text, and no element of theirs exists.
    expect(tagsOf(dom).filter((tag) => /^<(script|img)/i.test(tag))).toEqual([])
    expect(messages).toEqual([])
    expect(asked).toEqual([])
  })

  it('where a request or a complaint would be seen', async () => {
    const { messages, asked } = await browse(
      '<img src="http://127.0.0.1:9/x.png"><script>console.error("seen")</script>',
    )
    expect(messages.join()).toContain('seen')
    expect(asked).toContain('http://127.0.0.1:9/x.png')
  })
})

/** What a browser makes of a page: its elements, what it complains of, and the addresses it asks for. */
async function browse(text: string): Promise<{ dom: string; messages: string[]; asked: string[] }> {
  const folder = await folderWith()
  const [file, log] = [join(folder, 'page.html'), join(folder, 'net.json')]
  await writeFile(file, text)
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking']
  const logs = [`--user-data-dir=${join(folder, 'profile')}`, '--enable-logging=stderr', `--log-net-log=${log}`]
  const args = [...flags, ...logs, '--virtual-time-budget=2000', '--dump-dom', pathToFileURL(file).href]
  const run = spawnSync(browser!, args, { encoding: 'utf8', timeout: 50_000 })
  expect(run.status).toBe(0)
  const asked = [...(await readFile(log, 'utf8')).matchAll(/"url":"([^"]*)"/g)].map(([, url]) => url!)
  return {
    dom: run.stdout,
    messages: run.stderr.split('\n').filter((line) => /CONSOLE|Content.Security.Policy|Refused to/i.test(line)),
    asked: asked.filter((url) => !isHousekeeping(url)),
  }
}

/** What the browser asks its maker on its own account. */
const isHousekeeping = (url: string): boolean =>
  /^https?:\/\/([a-z0-9-]+\.)*(google|googleapis|gstatic|gvt1)\.com\//.test(url)
