import { spawnSync } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeWhole } from '#models/book/index.js'
import { skipUnless } from '../notes.js'
import { errorOf, folderWith, goodEvent, spillwayHere } from './support.js'

const isPosix = process.platform !== 'win32'
const BIN = resolve(import.meta.dirname, '../../dist/cli/main.js')

describe('what is no file', () => {
  skipUnless(isPosix, 'there are no named pipes here')

  it.each([
    ['solve', ['--out', 'pipe.csv']],
    ['verify', ['closed.csv', '--html', 'pipe.csv']],
  ])('stays what it is when %s is to write there', async (command, args) => {
    const folder = await folderWith({ 'event.json': goodEvent, 'closed.csv': 'account,market,quantity\na,BTC,1\n' })
    const pipe = join(folder, 'pipe.csv')
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0)
    const paths = args.map((word) => (word.includes('.csv') ? join(folder, word) : word))
    const run = await spillwayHere([command, join(folder, 'event.json'), ...paths, '--json'])
    expect([run.status, errorOf(run).code]).toEqual([2, 'not-a-file'])
    await expect(writeWhole(pipe, ['text'])).rejects.toMatchObject({ code: 'not-a-file' })
    expect((await stat(pipe)).isFIFO()).toBe(true)
    expect((await readdir(folder)).sort()).toEqual(['closed.csv', 'event.json', 'pipe.csv'])
  })

  it('is not asked twice for what it gives: a pipe without an extension is refused by name', async () => {
    const folder = await folderWith({ 'event.json': goodEvent })
    const line = `cat "${join(folder, 'event.json')}" | "${process.execPath}" "${BIN}" solve /dev/stdin --json`
    const { status, stderr } = spawnSync('sh', ['-c', line], { encoding: 'utf8' })
    expect([status, /\[[a-z-]+\]/.exec(stderr)?.[0]]).toEqual([2, '[unknown-extension]'])
  })
})
