import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { folderWith, spillwayHere } from '../cli/support.js'
import { skip } from '../notes.js'

const root = resolve(import.meta.dirname, '../..')
const script = join(root, 'test/pages/screenshots.mjs')
const books = join(root, 'examples/books')

let folder = ''
const at = (name: string): string => join(folder, name)
const open = (...pages: string[]) =>
  spawnSync(process.execPath, [script, ...pages], { encoding: 'utf8', timeout: 100_000 })

beforeAll(async () => {
  folder = await folderWith({
    'queue.csv': 'account,market,quantity\n3,BTC,3\n4,BTC,7\n',
    'broken.html': `<p style="width:2000px;height:9000px">wide</p><img src="https://x.invalid/a.png">`,
  })
  await spillwayHere(['verify', join(books, 'paper.json'), at('queue.csv'), '--quiet', '--html', at('verify.html')])
}, 60_000)

describe('the page of a verdict', () => {
  it('leads with the verdict in words, never with "verified"', async () => {
    const page = await readFile(at('verify.html'), 'utf8')
    const title = /<h1[^>]*>(.*?)<\/h1>/s.exec(page)?.[1]
    expect(title).toMatch(/Suboptimal: the largest leverage could have been 4\.7004×; this allocation left 5\.2836×/)
    expect(page).not.toMatch(/verified/i)
    expect(page).toContain('spillway check paper.json queue.csv proof.json')
    // 2.8132… BTC of account 4, at 67,000.
    expect(page).toContain('188,485')
  })

  it('opens in chromium at every width without a word on the console', () => {
    // As printed: the summary is a sheet, charts and accounts are two more. The other page shows that all of it is looked at.
    const { status, stdout } = open('--sheets', '3', at('verify.html'), at('broken.html'))
    if (stdout.startsWith('SKIPPED')) return skip(stdout.trim())
    expect(status).toBe(1)
    expect(stdout).not.toMatch(/PROBLEM verify/)
    expect(stdout).toMatch(/PROBLEM broken.*pixels wide in a window of 390/)
    expect(stdout).toMatch(/PROBLEM broken.*asks the network/)
    expect(stdout).toMatch(/PROBLEM broken.*fills [4-9]\d* sheets, not 3/)
    expect(stdout).toMatch(/^2 pages in 5 views, \d+ problems$/m)
  }, 240_000)
})
