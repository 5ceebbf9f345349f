import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { createHash as browserHash } from '#web/node/crypto.js'
import { folderWith, spillwayHere } from '../cli/support.js'
import { skip } from '../notes.js'

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

  it('accepts a right receipt and refuses forged ones', () => {
    if (chromium === undefined) return skip('there is no chromium: the page was not opened')
    const receipt = JSON.parse(readFileSync(at('out/receipts/000004.json'), 'utf8'))
    const published = readFileSync(at('out/public.json'), 'utf8')
    const [own] = receipt.markets
    const [first, ...others] = own.path
    const withPath = (path: unknown): object => ({ ...receipt, markets: [{ ...own, path }] })
    const [side, hash, leaves, held, ...more] = first
    const cases: [name: string, text: string, says: RegExp][] = [
      ['right', JSON.stringify(receipt), /^Accepted: account "4", receipt 4, by water-filling.*BTC/],
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
    const verdicts = opened(
      cases.map(([, text]) => text),
      published,
    )
    cases.forEach(([name, , says], i) => {
      expect([name, verdicts[i]]).toEqual([name, expect.stringMatching(says)])
    })
  }, 120_000)
})

/** The verdicts on the page, each after both texts were put in and the button was pressed. */
function opened(receipts: readonly string[], published: string): string[] {
  const page = readFileSync(at('out/check.html'), 'utf8')
  const press = `<script>
    at('public').value = ${JSON.stringify(published)}
    const verdicts = []
    for (const text of ${JSON.stringify(receipts)}) {
      at('receipt').value = text
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
