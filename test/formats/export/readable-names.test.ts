import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formats, readableNames, readLp, readMps, solveForm } from 'spillway/modeling'
import { afterAll, describe, expect, it } from 'vitest'
import { randomFrom } from '../../books.js'
import { spillwayHere } from '../../cli/support.js'
import { skip } from '../../notes.js'
import { randomForm } from './random-form.js'
import { readers } from './readers.js'

/** Files with readable names are read by every program outside as those with `x0` are, and the way back goes by the same names. */
const SEED = 1
const COUNT = 12
const CLOSE = 1e-6

const folder = mkdtempSync(join(tmpdir(), 'spillway-names-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Names as books have them, and worse. */
const WORST = [
  'closed[alice,BTC]',
  'closed[0xAb 12,ETH/USD]',
  'closed[münchen,BTC]',
  'closed[-x+y<=z:*^2,A]',
  'free',
  'e5',
  '3rd',
  'c0',
  'one',
  'r',
  'r',
  'R',
  'ru',
  '',
  'End',
  `closed[${'a'.repeat(200)},B]`,
  `closed[${'a'.repeat(200)},C]`,
  'obj',
  '$x',
  'fixed',
]

describe.each(['lp', 'mps'] as const)(`%s with readable names (seed ${SEED})`, (format) => {
  it('all are different, short, and read back as they are', () => {
    const names = readableNames(format, WORST, WORST)
    expect(new Set(names.columns.map((name) => name.toLowerCase())).size).toBe(WORST.length)
    expect(names.columns.every((name) => name.length < 100 && !/\s/.test(name))).toBe(true)
    expect(names.columns[0]).toBe(format === 'lp' ? 'closed(alice,BTC)' : 'closed[alice,BTC]')
    const random = randomFrom(SEED)
    const form = randomForm(3)
    const some = {
      columns: Array.from(form.linear, (_, j) => names.columns[(j + random.whole(0, 9)) % WORST.length]!),
      rows: names.rows.slice(0, form.rowLower.length),
    }
    const distinct = {
      ...some,
      columns:
        [...new Set(some.columns)].length === some.columns.length
          ? some.columns
          : names.columns.slice(0, form.linear.length),
    }
    const text = Array.from(formats[format].compile(form, distinct)).join('')
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(255)
    expect((format === 'lp' ? readLp : readMps)(text).names.columns).toEqual(distinct.columns)
  })

  const programs = Object.entries(readers).filter(([, reader]) => reader.format === format)
  it.each(programs)('%s', { timeout: 60_000 }, async (_, { missing, read }) => {
    if (missing !== undefined) return skip(`${missing}`)
    const forms = Array.from({ length: COUNT }, (__, k) => randomForm(SEED + k))
    const texts = forms.map((form, k) => {
      const shifted = [...WORST.slice(k), ...WORST.slice(0, k)]
      const names = readableNames(format, shifted.slice(0, form.linear.length), shifted.slice(0, form.rowLower.length))
      return Array.from(formats[format].compile(form, names)).join('')
    })
    const answers = await read(texts)
    let compared = 0
    for (const [k, answer] of answers.entries()) {
      const known = await solveForm(forms[k]!)
      if (known.status !== 'optimal') continue
      expect(answer.status, `${answer.said}\n${texts[k]}`).toBe('optimal')
      expect(
        Math.abs(answer.objective! - known.objective) / Math.max(1, Math.abs(known.objective)),
        texts[k],
      ).toBeLessThan(CLOSE)
      compared++
    }
    expect(compared).toBeGreaterThan(COUNT / 3)
  })
})

it('spillway export names columns by accounts and markets, and solution finds the way back by the map', {
  timeout: 60_000,
}, async () => {
  const book = join(import.meta.dirname, '../../../examples/books/paper.json')
  const at = (name: string): string => join(folder, name)
  const run = (...args: readonly string[]) => spillwayHere(args)
  for (const format of ['lp', 'mps'] as const) {
    const args = ['export', book, '--format', format, '--out', at(`m.${format}`), '--map', at('map.json')]
    expect((await run(...args)).status).toBe(0)
    const text = readFileSync(at(`m.${format}`), 'utf8')
    const map = JSON.parse(readFileSync(at('map.json'), 'utf8')) as {
      columns: { column: string; account?: string; market?: string }[]
    }
    const { names } = (format === 'lp' ? readLp : readMps)(text)
    expect(names.columns).toEqual(map.columns.map(({ column }) => column))
    for (const { column, account, market } of map.columns) {
      if (account !== undefined)
        expect(column).toBe(format === 'lp' ? `kept(${account},${market})` : `kept[${account},${market}]`)
    }
    const solver = spawnSync('glpsol', [
      format === 'lp' ? '--lp' : '--freemps',
      at(`m.${format}`),
      '--output',
      at('answer'),
    ])
    if (solver.error !== undefined) return skip('glpsol is not installed')
    const back = await run('solution', at('map.json'), at('answer'), '--out', at('allocation.json'))
    expect(back.stderr + back.stdout).not.toContain('error')
    const verdict = await run('verify', book, at('allocation.json'), '--tolerance', '1e-4', '--json')
    expect(JSON.parse(verdict.stdout).verdict).toBe('optimal')
  }
})
