import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { replayMarkdown } from '#cli/reports/replay-markdown.js'
import { verifyMarkdown } from '#cli/reports/verify-markdown.js'
import { verifyReport } from '#cli/reports/verify-report.js'
import type { ReplayResult } from '#reports/replay-result.js'
import type { VerifyResult } from '#reports/verify-result.js'
import { folderWith, spillwayHere } from '../cli/support.js'

const HOSTILE = 'a|b\n# <script>alert(1)</script> `x` [y](z) *b*'
const ADDRESS = '0x94b2b8fda02f34a6795b929e9a9a80fdea7b5bf5'
const event = (price: number, positions: readonly [string, number, number][], demand: number) => ({
  format: 'spillway/event@1',
  markets: [{ market: 'BTC', markPrice: price, adlPrice: price + 1 }],
  accounts: positions.map(([account, equity, quantity]) => ({
    ...{ account, equity },
    positions: quantity === 0 ? [] : [{ market: 'BTC', quantity, entryPrice: 90 }],
  })),
  demand: [{ market: 'BTC', side: 'short', quantity: demand }],
})
const csv = (...rows: readonly (readonly [string, number])[]): string =>
  `account,market,quantity\n${rows.map(([account, closed]) => `"${account}",BTC,${closed}\n`).join('')}`

let folder = ''
const at = (...names: string[]): string => join(folder, ...names)
beforeAll(async () => {
  folder = await folderWith({
    'event.json': event(
      100,
      [
        [HOSTILE, 100, -8],
        [ADDRESS, 200, -10],
        ['c', 900, -9],
      ],
      6,
    ),
    'queue.csv': csv([ADDRESS, 6]),
  })
})

describe('renderings of a result', () => {
  it('Markdown and the terminal say what the result says, whatever file it comes from', async () => {
    const args = ['verify', at('event.json'), at('queue.csv'), '--no-color']
    const run = await spillwayHere([...args, '--result', at('result.json'), '--markdown', at('verdict.md')])
    expect(run.status).toBe(1)
    const result = JSON.parse(await readFile(at('result.json'), 'utf8')) as VerifyResult
    const markdown = await readFile(at('verdict.md'), 'utf8')
    // Read back from the file, the same result gives the same text: nothing else went into it.
    expect(verifyMarkdown(result)).toBe(markdown)
    expect(run.stdout.trimEnd()).toBe(verifyReport(result).trimEnd())
    expect(markdown.split('\n')[0]).toBe(`# ${result.says.at(-1)}`)
    // The account that was closed had 5×, and ends at 2.0619×: 400 of notional on 194.
    expect(markdown).toMatch(new RegExp(`^\\| ${ADDRESS} \\| .* \\| 5× \\| 2\\.0619× \\|`, 'm'))
    expect(markdown).toContain('spillway check event.json queue.csv proof.json')
    expect(markdown.match(/^\| .*\|$/gm)?.every((line) => line.split(/(?<!\\)\|/).length > 4)).toBe(true)
    expect(markdown).not.toMatch(/<script|^# <|(?<!\\)\[y\]/m)
    for (const [id, figure] of Object.entries(result.figures)) expect(figure.says, id).toMatch(/\w/)
  })

  it('names of forty-two characters are shortened for narrow screens, with the whole for a title', async () => {
    await spillwayHere(['verify', at('event.json'), at('queue.csv'), '--html', at('page.html'), '--quiet'])
    const page = await readFile(at('page.html'), 'utf8')
    expect(page).toContain(
      `<span class="long">${ADDRESS}</span><abbr class="short" title="${ADDRESS}">0x94b2b…7b5bf5</abbr>`,
    )
  })
})

describe('replay --html --result', () => {
  it('is one report of all waves, with running totals that add up and the files of each', async () => {
    const own = await folderWith({})
    const waves = {
      '0001': [
        event(
          100,
          [
            [ADDRESS, 200, -10],
            ['c', 900, -9],
          ],
          6,
        ),
        csv([ADDRESS, 6]),
      ],
      '0002': [event(110, [['c', 800, -9]], 3), csv(['c', 3])],
    } as const
    for (const [name, [book, closed]] of Object.entries(waves)) {
      await mkdir(join(own, 'waves', name), { recursive: true })
      await writeFile(join(own, `${name}.json`), JSON.stringify(book))
      // An event folder, as an import writes it.
      await spillwayHere([
        'after',
        join(own, `${name}.json`),
        await nothing(own),
        '--out',
        join(own, 'waves', name),
        '--quiet',
      ])
      const rows = book.demand.map(({ market, side, quantity }) => `${market},${side},${quantity}\n`)
      await writeFile(join(own, 'waves', name, 'demand.csv'), `market,side,quantity\n${rows.join('')}`)
      await writeFile(join(own, 'waves', name, 'allocation.csv'), closed)
    }
    const [html, json] = [join(own, 'replay.html'), join(own, 'replay.json')]
    const files = ['--html', html, '--result', json, '--markdown', join(own, 'replay.md')]
    const run = await spillwayHere(['replay', own, ...files, '--json', '--rule', 'by size'])
    const said = JSON.parse(run.stdout)
    const result = JSON.parse(await readFile(json, 'utf8')) as ReplayResult
    expect(result).toMatchObject({ command: 'replay', totals: said.totals, says: said.says, rule: { says: 'by size' } })
    // One unit of the price is given up a contract.
    expect(result.waves.map(({ name, closed, running }) => [name, closed.conceded, running.conceded])).toEqual([
      ['0001', 6, 6],
      ['0002', 3, 9],
    ])
    expect(result.totals).toMatchObject({ conceded: 9, contracts: { BTC: 9 } })
    expect(result.inputs.map(({ role, files }) => [role, files.length > 0])).toEqual(
      ['event', 'allocation', 'event', 'allocation'].map((role) => [role, true]),
    )
    const page = await readFile(html, 'utf8')
    expect(/<h1[^>]*>(.*?)<\/h1>/s.exec(page)?.[1]).toContain(result.says.at(-1))
    expect(page).toContain('The rule that was claimed: by size.')
    expect(page.match(/<svg/g)).toHaveLength(2)
    expect(page).not.toMatch(/NaN|undefined|Infinity/)
    expect(run.stderr).not.toMatch(/Warning/)
    const markdown = await readFile(join(own, 'replay.md'), 'utf8')
    expect(replayMarkdown(result)).toBe(markdown)
    expect(markdown.split('\n')[0]).toBe(`# ${result.says.at(-1)}`)
    expect(markdown).toMatch(/^\| 0001 \| \w+ \|.*\| 6 \| 6 \|/m)
    expect(markdown).toMatch(/^\| 0002 \| .*\| 3 \| 9 \|/m)
    expect(markdown).toContain('The rule that was claimed: by size.')
    expect(markdown).not.toMatch(/NaN|undefined|Infinity/)
  })
})

describe('a verdict that is not proved', () => {
  it('leaves no file behind, and says so', async () => {
    const own = await folderWith({ 'allocation.csv': csv([ADDRESS, 6]) })
    const flags = ['result', 'accounts', 'markdown', 'html', 'attest'].flatMap((name) => [
      `--${name}`,
      join(own, name === 'accounts' ? 'accounts.csv' : `${name}.out`),
    ])
    const run = await spillwayHere([
      'verify',
      at('event.json'),
      join(own, 'allocation.csv'),
      ...flags,
      '--time-limit',
      '1e-9',
    ])
    expect(run.status).toBe(3)
    expect(await readdir(own)).toEqual(['allocation.csv'])
  })
})

/** An allocation that closes nothing. */
async function nothing(own: string): Promise<string> {
  await writeFile(join(own, 'nothing.csv'), 'account,market,quantity\n')
  return join(own, 'nothing.csv')
}
