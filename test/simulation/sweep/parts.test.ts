import { readFileSync } from 'node:fs'
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { parsePlan, planSchemaText } from '#models/simulation/index.js'
import { errorOf, jsonOf, spillway, spillwayHere } from '../../cli/support.js'
import { mergedFiles, smallSweep } from './support.js'

let folder = ''
let plan = ''
let whole: Record<string, string> = {}
beforeAll(async () => {
  folder = await smallSweep()
  plan = join(folder, 'plan.json')
  const out = join(folder, 'whole')
  expect(await spillwayHere(['sweep', plan, '--out', out, '--quiet'])).toMatchObject({ status: 0, stderr: '' })
  whole = await mergedFiles(out)
}, 120_000)

const at = (name: string): string => join(folder, name)
const run = (...args: string[]) => spillwayHere(['sweep', ...args, '--json'])

describe('a sweep in parts', () => {
  it('has results, and the tables that the page describes', () => {
    expect(Object.keys(whole)).toEqual(expect.arrayContaining(['differences.csv', 'results.csv', 'summary.csv']))
    const rows = whole['results.csv'].trim().split('\n')
    const jobs = 2 * (12 * 2 + 1)
    expect(rows).toHaveLength(1 + 4 * jobs)
    expect(new Set(rows.slice(1).map((row) => row.split(',')[0])).size).toBe(jobs)
    // Something is left uncovered, or the tables would be the same whatever is done.
    const { summary } = JSON.parse(whole['summary.json']) as { summary: { measure: string; mean: number }[] }
    expect(summary.filter(({ measure, mean }) => measure === 'uncovered' && mean > 0).length).toBeGreaterThan(8)
  })

  it('has the same rows as Parquet, with types', async () => {
    const file = await readFile(join(at('whole'), 'merged/results.parquet'))
    const { parquetReadObjects, parquetSchema, parquetMetadata } = await import('hyparquet')
    const buffer = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength)
    const rows = await parquetReadObjects({ file: buffer })
    const [header, ...lines] = whole['results.csv'].trim().split('\n')
    const names = header.split(',')
    // No name of this sweep has a comma.
    const expected = lines.map((line) => {
      const cells = line.split(',')
      return Object.fromEntries(names.map((name, c) => [name, TEXTS.includes(name) ? cells[c] : Number(cells[c])]))
    })
    expect(rows.map((row) => ({ ...row, seed: Number(row.seed) }))).toEqual(expected)
    const types = parquetSchema(parquetMetadata(buffer)).children.map(({ element: { name, type, converted_type } }) =>
      [name, converted_type ?? type].join(' '),
    )
    expect(types).toEqual(
      names.map((name) => `${name} ${TEXTS.includes(name) ? 'UTF8' : (INTEGERS[name] ?? 'DOUBLE')}`),
    )
    const page = await readFile(join(import.meta.dirname, '../../../docs/sweep.md'), 'utf8')
    for (const name of names) expect(page).toContain(`\`${name}\``)
  })

  it.each([1, 2, 7])('of %i parts gives the same bytes, whatever the threads and their order', async (parts) => {
    const out = at(`parts-${parts}`)
    expect(await run('plan', plan, '--out', out)).toMatchObject({ status: 0 })
    for (let part = parts; part >= 1; part--) {
      const workers = part === 2 ? '2' : '1'
      expect(await run('run', out, '--shard', `${part}/${parts}`, '--workers', workers)).toMatchObject({ status: 0 })
      // Merging early fails, with all parts but one, and with one alone.
      if (part === 1 || (part > 2 && part < parts)) continue
      const early = await run('merge', out)
      expect(early.status).toBe(3)
      expect(errorOf(early)).toMatchObject({ code: 'results-missing' })
    }
    expect(await run('merge', out)).toMatchObject({ status: 0 })
    expect(await mergedFiles(out)).toEqual(whole)
  })

  it('killed at any moment and started again gives the same bytes, and does nothing twice that was stored', async () => {
    const out = at('killed')
    await run('plan', plan, '--out', out)
    const stored = async (): Promise<number> => {
      const files = await readdir(join(out, 'results')).catch(() => [])
      const texts = await Promise.all(files.map((file) => readFile(join(out, 'results', file), 'utf8')))
      return texts.join('').split('\n').length - 1
    }
    const killed = await spillway(['sweep', 'run', out, '--workers', '1'], {
      onStart: (child) => {
        const timer = setInterval(async () => {
          if ((await stored()) === 0) return
          clearInterval(timer)
          child.kill('SIGKILL')
        }, 5)
      },
    })
    expect(killed.status).toBeNull()
    const before = await stored()
    expect(before).toBeGreaterThan(0)
    expect(before).toBeLessThan(50)
    const [file] = await readdir(join(out, 'results'))
    // The last line of a kill may be torn; a torn line is no result.
    await appendFile(join(out, 'results', file), '{"digest":"ab')
    const again = await run('run', out)
    expect(jsonOf(again)).toMatchObject({ jobs: 50, stored: before, ran: 50 - before })
    expect(await run('merge', out)).toMatchObject({ status: 0 })
    expect(await mergedFiles(out)).toEqual(whole)
  })

  it('names what is missing, and refuses a folder whose inputs are not those of its jobs', async () => {
    const out = at('missing')
    await run('plan', plan, '--out', out)
    await run('run', out, '--shard', '2/2')
    const missing = await run('merge', out)
    expect(missing.status).toBe(3)
    expect(jsonOf(missing)).toMatchObject({ missing: Array.from({ length: 25 }, (_, k) => 2 * k + 1) })
    expect(errorOf(missing).message).toContain('1, 3, 5')
    const inputs = join(out, 'inputs/book-1/accounts.csv')
    await writeFile(inputs, (await readFile(inputs, 'utf8')).replace(/,(\d)/, ',1$1'))
    const stale = await run('run', out)
    expect(stale.status).toBe(2)
    expect(errorOf(stale)).toMatchObject({ code: 'stale-plan' })
  })

  it('planned again with more draws keeps what it has', async () => {
    const out = at('more')
    await run('plan', plan, '--out', out)
    await run('run', out)
    await writeFile(at('more.json'), (await readFile(plan, 'utf8')).replace('"draws":12', '"draws":13'))
    expect(jsonOf(await run('plan', at('more.json'), '--out', out))).toMatchObject({ jobs: 54, stored: 50 })
    expect(await run('merge', out)).toMatchObject({ status: 3 })
    expect(jsonOf(await run('run', out))).toMatchObject({ ran: 4 })
  })

  it('takes its part from an array of jobs', async () => {
    const found = await spillway(['sweep', 'run', at('whole'), '--json', '--shards', '3'], {
      env: { JOB_COMPLETION_INDEX: '1' },
    })
    expect(jsonOf(found)).toMatchObject({ shard: { index: 2, count: 3 }, ran: 0 })
    const alone = await run('run', at('whole'), '--shards', '3')
    expect([alone.status, errorOf(alone).code]).toEqual([2, 'missing-flag'])
  })

  it.each([
    ['duplicate-name', (p: Plan) => ({ ...p, policies: ['pro-rata', 'pro-rata'] })],
    ['duplicate-name', (p: Plan) => ({ ...p, venues: [{ funds: [0, 20000, '2e4'] }] })],
    ['wrong-length', (p: Plan) => ({ ...p, books: [] })],
    ['bad-number', (p: Plan) => ({ ...p, seeds: [-1] })],
    ['bad-number', (p: Plan) => ({ ...p, paths: [{ model: 'lognormal', draws: 0 }] })],
    ['bad-number', (p: Plan) => ({ ...p, paths: [{ model: 'lognormal', draws: 1e9 }] })],
    ['wrong-type', (p: Plan) => ({ ...p, seeds: [0.5] })],
    ['one-of', (p: Plan) => ({ ...p, paths: [{ name: 'x' }] })],
    ['unneeded-flag', (p: Plan) => ({ ...p, paths: [{ file: 'paths.json', volatility: 1 }] })],
    ['negative', (p: Plan) => ({ ...p, venues: [{ funds: [-1] }] })],
    ['unknown-field', (p: Plan) => ({ ...p, polices: [] })],
    ['wrong-format', (p: Plan) => ({ ...p, venues: [{ venue: { format: 'spillway/venue@2' } }] })],
  ])('refuses a plan with %s', (code, change) => {
    const good = JSON.parse(readFileSync(plan, 'utf8')) as Plan
    expect(() => parsePlan(good)).not.toThrow()
    expect(() => parsePlan(change(good))).toThrow(expect.objectContaining({ code }))
  })

  it('takes a configuration as a file has it, and without its format, and says where one is wrong', () => {
    const good = JSON.parse(readFileSync(plan, 'utf8')) as Plan
    const parsed = (venue: object) => parsePlan({ ...good, venues: [{ name: 'v', venue }] })
    const fields = { insuranceFund: 20000, maintenance: { BTC: '0.01' } }
    const whole = parsed({ format: 'spillway/venue@1', ...fields })
    expect(JSON.stringify(parsed(fields))).toBe(JSON.stringify(whole))
    for (const [wrong, path] of [
      [{ insuranceFund: -1 }, 'insuranceFund'],
      [{ maintenance: { BTC: 2 } }, 'maintenance.BTC'],
      [{ liquidation: { fee: 1 } }, 'liquidation.fee'],
      [{ liquidation: { fee: 0.6, impact: 0.6 } }, 'liquidation'],
      [{ response: 'nobody' }, 'response'],
    ] as const) {
      const place = expect.stringContaining(`venues[0].venue.${path}`)
      expect(() => parsed(wrong)).toThrow(expect.objectContaining({ path: place }))
    }
  })

  it('refuses a plan whose files or policies are not there, and touches no folder', async () => {
    const good = await readFile(plan, 'utf8')
    for (const [before, after, code, path] of [
      ['lognormal', 'lognorml', 'unknown-model', 'model'],
      ['"pro-rata"', '"pro-rat"', 'unknown-policy', 'policies['],
      ['"pro-rata"', '"optimal:cvar"', 'missing-input', 'policies['],
      ['event.json', 'no.json', 'file-missing', 'no.json'],
    ]) {
      await writeFile(at('bad.json'), good.replace(before, after))
      const found = await run('plan', at('bad.json'), '--out', at('untouched'))
      expect([found.status, errorOf(found).code]).toEqual([2, code])
      expect(errorOf(found).path).toContain(path)
    }
    expect(await readdir(folder)).not.toContain('untouched')
  })

  it('has the schema that is published', () => {
    expect(JSON.parse(readFileSync('docs/schema/plan.schema.json', 'utf8'))).toEqual(JSON.parse(planSchemaText()))
  })
})

type Plan = Readonly<Record<string, unknown>>

/** Columns of results that are not DOUBLE. */
const TEXTS = ['digest', 'book', 'venue', 'paths', 'path', 'policy']
const INTEGERS: Readonly<Record<string, string>> = { job: 'INT32', seed: 'INT64' }
