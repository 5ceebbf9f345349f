import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { folderWith, goodEvent, jsonOf, poorAllocation, spillwayHere, withoutSeconds } from './support.js'

let folder = ''
let event = ''
let poor = ''
beforeAll(async () => {
  folder = await folderWith({ 'event.json': goodEvent, 'poor.json': poorAllocation })
  event = join(folder, 'event.json')
  poor = join(folder, 'poor.json')
})

const seconds = {
  read: expect.any(Number),
  build: expect.any(Number),
  solve: expect.any(Number),
  certify: expect.any(Number),
}

describe('solve', () => {
  it('gives one JSON object with the fields of the contract', async () => {
    const run = await spillwayHere(['solve', event, '--json'])
    expect(run).toMatchObject({ status: 0, stderr: '' })
    const answer = jsonOf(run)
    expect(answer).toEqual({
      status: 'optimal',
      objective: { name: 'min-max-leverage', unit: 'leverage', value: expect.any(Number) },
      bound: expect.any(Number),
      relativeGap: expect.any(Number),
      solver: { name: 'closed-form', version: expect.any(String), status: expect.any(String) },
      prices: { BTC: expect.any(Number), ETH: expect.any(Number) },
      leverage: { maxBefore: (90 * 3500.25) / 30000, maxAfter: expect.any(Number) },
      accounts: { eligible: 4, touched: 4, closed: 0 },
      remarks: [],
      perAccount: expect.any(Array),
      reductions: expect.any(Array),
      seconds,
    })
    expect((answer.seconds as { read: number }).read).toBeGreaterThan(0)
  })

  it('writes what --out names, in either form, and verify finds it optimal', async () => {
    for (const name of ['closed.csv', 'closed.json']) {
      const out = join(folder, name)
      const run = await spillwayHere(['solve', event, '--json', '--out', out])
      expect(run.status).toBe(0)
      expect(jsonOf(run)).not.toHaveProperty('reductions')
      const verdict = await spillwayHere(['verify', event, out, '--json'])
      expect(verdict.status).toBe(0)
      expect(jsonOf(verdict)).toMatchObject({ feasible: true, verdict: 'optimal', violations: [] })
    }
    expect(await readFile(join(folder, 'closed.csv'), 'utf8')).toMatch(/^account,market,quantity\n/)
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it('closes whole lots where asked to, and verify holds others to them', async () => {
    const inLots = {
      format: 'spillway/event@1',
      markets: [{ market: 'A', markPrice: 2, lotSize: 1 }],
      accounts: [1, 2].map((equity) => ({
        account: `a${equity}`,
        equity,
        positions: [{ market: 'A', quantity: -5 }],
      })),
      demand: [{ market: 'A', side: 'short', quantity: 5 }],
    }
    const place = await folderWith({ 'lots.json': inLots })
    const [lots, whole, fractions] = ['lots.json', 'whole.csv', 'fractions.csv'].map((name) => join(place, name))
    const run = await spillwayHere(['solve', lots!, '--lots', '--json', '--out', whole!])
    expect(run.status).toBe(0)
    expect(jsonOf(run).lots).toEqual({ continuous: 10 / 3, relativeGap: 1 / 6 })
    const rows = (await readFile(whole!, 'utf8')).trim().split('\n').slice(1)
    for (const row of rows) expect(Number(row.split(',')[2]) % 1).toBe(0)
    expect(jsonOf(await spillwayHere(['verify', lots!, whole!, '--lots', '--json']))).toMatchObject({ feasible: true })
    expect((await spillwayHere(['solve', lots!, '--quiet', '--out', fractions!])).status).toBe(0)
    const off = await spillwayHere(['verify', lots!, fractions!, '--lots', '--json'])
    expect(off.status).toBe(1)
    expect(JSON.stringify(jsonOf(off).violations)).toContain('"code":"lot"')
    const bad = await folderWith({ 'bad.json': { ...inLots, demand: [{ ...inLots.demand[0], quantity: '4.5' }] } })
    expect((await spillwayHere(['solve', join(bad, 'bad.json'), '--lots'])).stderr).toContain('[demand-off-lots]')
  })

  it('agrees with itself by every solver, run by run', async () => {
    const requested = ['closed-form', 'highs', 'jslp', 'yalps', 'glpk']
    for (const solver of requested) {
      const args = ['solve', event, '--json', '--solver', solver]
      const [first, second] = [await spillwayHere(args), await spillwayHere(args)]
      expect(withoutSeconds(jsonOf(first))).toEqual(withoutSeconds(jsonOf(second)))
      expect(jsonOf(first)).toMatchObject({ status: 'optimal', solver: { name: solver } })
    }
  })

  it('shows a table to people, and nothing with --quiet', async () => {
    const run = await spillwayHere(['solve', event])
    expect(run.status).toBe(0)
    expect(run.stdout).toMatch(/^optimal {2}min-max-leverage 4\./)
    expect(run.stdout).toContain('closed-form')
    expect(run.stdout).toMatch(/largest 10\.501× → 4\.\d+×/)
    expect(run.stdout).toMatch(/^ {2}c +ETH .*% +10\.501× +→ 4\./m)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: no colours where nobody sees them
    expect(run.stdout + run.stderr).not.toMatch(/\u001b/)
    expect(await spillwayHere(['solve', event, '--quiet'])).toMatchObject({ status: 0, stdout: '', stderr: '' })
  })

  it('shortens a long table and says so', async () => {
    const accounts = Array.from({ length: 40 }, (_, i) => ({
      account: `n${i}`,
      equity: 100 + i,
      positions: [{ market: 'BTC', quantity: -1 }],
    }))
    const demand = [{ market: 'BTC', side: 'short', quantity: 30 }]
    const many = await folderWith({ 'event.json': { ...goodEvent, accounts, demand } })
    const run = await spillwayHere(['solve', join(many, 'event.json')])
    expect(run.stdout).toContain('… and 25 more')
  })
})

describe('verify', () => {
  it('gives one JSON object with the fields of the contract', async () => {
    const run = await spillwayHere(['verify', event, poor, '--json'])
    expect(run.status).toBe(1)
    const number = expect.any(Number)
    expect(jsonOf(run)).toEqual({
      feasible: true,
      violations: [],
      objective: { name: 'min-max-leverage', unit: 'leverage', value: number },
      optimum: number,
      bound: number,
      relativeGap: number,
      verdict: 'suboptimal',
      reason: expect.any(String),
      leverage: { maxBefore: number, maxAfter: number, maxOptimal: number },
      accounts: {
        eligible: 4,
        touched: 3,
        closed: 1,
        overReduced: 2,
        underReduced: 2,
        optimal: { touched: 4, closed: 0 },
      },
      says: ['Suboptimal: the largest leverage could have been 4.1367×; this allocation left 6.7×'],
      profile: {
        verdict: 'dominated',
        firstDifference: { account: expect.any(String), level: number, best: number },
      },
      remarks: [],
      perAccount: expect.any(Array),
      methods: expect.any(Array),
      solver: { name: 'closed-form', version: expect.any(String), status: expect.any(String) },
      seconds,
    })
  })

  it('names every violation, and gives no value to what is infeasible', async () => {
    const broken = { ...poorAllocation, reductions: [{ account: 'nobody', market: 'BTC', quantity: 1 }] }
    const place = join(await folderWith({ 'broken.json': broken }), 'broken.json')
    const run = await spillwayHere(['verify', event, place, '--json'])
    expect(run.status).toBe(1)
    expect(jsonOf(run)).toMatchObject({
      feasible: false,
      verdict: 'infeasible',
      objective: { name: 'min-max-leverage', value: null },
      violations: [
        { code: 'unknown-account', account: 'nobody', market: 'BTC', by: 1 },
        { code: 'demand-short', market: 'BTC', by: 10 },
        { code: 'demand-short', market: 'ETH', by: 60.5 },
      ],
    })
    const table = await spillwayHere(['verify', event, place])
    expect(table.stdout).toMatch(/^infeasible/)
    expect(table.stdout).toContain('3 violations')
    expect(table.stdout).toMatch(/unknown-account +nobody +BTC +1$/m)
  })

  it('says the verdict first, and compares the methods', async () => {
    const run = await spillwayHere(['verify', event, poor])
    expect(run.status).toBe(1)
    expect(run.stdout).toMatch(/^suboptimal: /)
    expect(run.stdout).toMatch(/largest leverage +10\.501× +\S+× +4\.\d+×/)
    expect(run.stdout).toMatch(/closed-form +exact/)
    expect(run.stdout).toMatch(/highs +Optimal/)
  })

  it('forgives what --feasibility forgives', async () => {
    const reductions = [...poorAllocation.reductions.slice(0, 2), { account: 'c', market: 'ETH', quantity: 60 }]
    const place = join(await folderWith({ 'near.json': { ...poorAllocation, reductions } }), 'near.json')
    expect(jsonOf(await spillwayHere(['verify', event, place, '--json']))).toMatchObject({ feasible: false })
    const run = await spillwayHere(['verify', event, place, '--json', '--feasibility', '0.01'])
    expect(jsonOf(run)).toMatchObject({ feasible: true })
  })
})

describe('export and list', () => {
  it('writes each format to standard output, to a file, and into JSON', async () => {
    for (const [format, word] of [
      ['lp', 'Minimize'],
      ['glpk', '"subjectTo"'],
      ['jslp', '"constraints"'],
    ] as const) {
      const args = ['export', event, '--format', format]
      const plain = await spillwayHere(args)
      expect(plain).toMatchObject({ status: 0, stderr: '' })
      expect(plain.stdout).toContain(word)
      const answer = jsonOf(await spillwayHere([...args, '--json']))
      expect(answer).toEqual({ format, objective: 'min-max-leverage', rows: 6, columns: 5, text: plain.stdout })
      const out = join(folder, `model.${format}`)
      expect(jsonOf(await spillwayHere([...args, '--json', '--out', out]))).toMatchObject({ format, out })
      expect(await readFile(out, 'utf8')).toBe(plain.stdout)
    }
  })

  it('lists what is there', async () => {
    const run = await spillwayHere(['list', '--json'])
    expect(run.status).toBe(0)
    const names = (rows: unknown) => (rows as { name: string }[]).map(({ name }) => name)
    const { objectives, policies, solvers, formats } = jsonOf(run)
    expect(names(policies)).toEqual(expect.arrayContaining(['water-filling', 'pro-rata', 'hyperliquid']))
    expect(policies).toContainEqual(
      expect.objectContaining({
        name: 'hyperliquid',
        needs: ['entryPrice'],
        closing: 'queue',
        options: expect.arrayContaining([expect.objectContaining({ name: 'side', default: 'side-adjusted' })]),
      }),
    )
    expect(names(objectives)).toContain('min-max-leverage')
    expect(names(solvers)).toContain('highs')
    expect(solvers).toContainEqual(expect.objectContaining({ name: 'closed-form', present: true }))
    expect(names(formats)).toEqual(expect.arrayContaining(['lp', 'glpk', 'jslp']))
    const { stdout } = await spillwayHere(['list'])
    for (const word of ['squared-leverage', 'one-step-projection', 'side=side-adjusted|literal']) {
      expect(stdout).toContain(word)
    }
  })

  it('helps, with an example per command, and tells its version', async () => {
    for (const command of ['solve', 'verify', 'export', 'list']) {
      const run = await spillwayHere([command, '--help'])
      expect(run).toMatchObject({ status: 0, stderr: '' })
      expect(run.stdout).toContain(`$ spillway ${command}`)
      for (const flag of ['--json', '--quiet', '--time-limit', '--help']) expect(run.stdout).toContain(flag)
    }
    expect((await spillwayHere(['--help'])).stdout).toContain('verify')
    expect((await spillwayHere(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect(jsonOf(await spillwayHere(['--version', '--json']))).toEqual({ version: expect.any(String) })
  })
})
