import { execFile, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { PAPER_HEAD, paperTable } from '../../dist/examples/paper-table.js'
import { folderWith, goodEvent, jsonOf, poorAllocation, type Run, spillway, spillwayHere } from './support.js'

const BIN = resolve(import.meta.dirname, '../../dist/cli/main.js')
const long = 'x'.repeat(300)

let folder = ''
let event = ''
let poor = ''

beforeAll(async () => {
  folder = await folderWith({
    'event.json': goodEvent,
    'poor.json': poorAllocation,
    'moves.csv': 'BTC,ETH\n-0.1,-0.2\n0.1,0.2\n0.3,0.1\n',
    'objective.mjs': `import { defineObjective } from ${JSON.stringify(resolve(BIN, '../../models/index.js'))}
export default defineObjective({ name: 'mine', summary: 's', formula: 'f', source: 'ours',
  minimize: ({ exposure }) => exposure.sum() })`,
    'policy.mjs': `export default { name: 'first', summary: 's', formula: 'f', source: 's', ties: 't', closing: 'queue', ranking: 'none',
  markets: 'one by one', equity: 'none', needs: [], allocate: (space) => space.capacity.length && ${JSON.stringify([1])} && null }`,
  })
  event = join(folder, 'event.json')
  poor = join(folder, 'poor.json')
})

function piped(args: readonly string[], input: string): Promise<Run> {
  const child = spawn(process.execPath, [BIN, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (text) => {
    stdout += text
  })
  child.stderr.on('data', (text) => {
    stderr += text
  })
  child.stdin.end(input)
  return new Promise((done) => child.on('close', (status) => done({ status, stdout, stderr, milliseconds: 0 })))
}

describe('standard streams', () => {
  it('an event in, an allocation out, and an allocation in', async () => {
    const solved = await piped(['solve', '-', '--out', '-'], JSON.stringify(goodEvent))
    expect(solved.status).toBe(0)
    expect(JSON.parse(solved.stdout)).toMatchObject({ format: 'spillway/allocation@1' })
    expect(solved.stderr).toMatch(/^optimal {2}min-max-leverage/)
    const judged = await piped(['verify', event, '-', '--json'], solved.stdout)
    expect(jsonOf(judged)).toMatchObject({ verdict: 'optimal' })
  })

  it('one thing only, and mistakes have their place', async () => {
    expect((await spillwayHere(['verify', '-', '-'])).stderr).toContain('[standard-input-twice]')
    const bad = await piped(['solve', '-'], '{ "format": ')
    expect(bad.status).toBe(2)
    expect(bad.stderr).toContain('standard input:1')
  })
})

describe('volatilities in per cent', () => {
  it('are remarked on', async () => {
    const args = ['moves', event, '--model', 'gaussian', '--correlation', '0.5', '--horizon-days', '1', '--draws', '5']
    const run = await spillwayHere([...args, '--volatility', '60', '--json'])
    expect(run.stderr).toContain('--volatility')
    expect(jsonOf(run).remarks).toMatchObject([{ code: 'implausible-volatility' }])
    const fine = await spillwayHere([...args, '--volatility', '0.6', '--json'])
    expect(fine.stderr).toBe('')
  })
})

describe('short flags and completion', () => {
  it('-h, -V and nothing at all', async () => {
    expect((await spillwayHere(['-V'])).stdout).toBe((await spillwayHere(['--version'])).stdout)
    for (const [short, full] of [
      [['-h'], ['--help']],
      [[], ['--help']],
      [
        ['solve', '-h'],
        ['solve', '--help'],
      ],
    ] as const) {
      const run = await spillwayHere(short)
      expect(run).toMatchObject({ status: 0, stderr: '' })
      expect(run.stdout).toBe((await spillwayHere(full)).stdout)
    }
  })

  it('--no-color wins over FORCE_COLOR', async () => {
    const child = promisify(execFile)(process.execPath, [BIN, 'solve', event, '--no-color'], {
      env: { ...process.env, FORCE_COLOR: '1' },
    })
    expect((await child).stdout).not.toContain('\u001b[')
  })

  it('scripts name every command, flag and objective', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { stdout } = await spillwayHere(['completion', shell])
      for (const word of ['solve', 'verify', 'compare', 'worst-case-loss', 'queue-leverage'])
        expect(stdout).toContain(word)
      expect(stdout).toContain(shell === 'fish' ? '-l tolerance' : '--tolerance')
    }
    expect((await spillwayHere(['completion', 'bahs'])).stderr).toContain('bash, zsh, fish')
  })

  it('bash completes with it', async () => {
    const { stdout: script } = await spillwayHere(['completion', 'bash'])
    const place = join(await folderWith({ 'c.sh': script }), 'c.sh')
    const ask = (words: string): Promise<{ stdout: string }> =>
      promisify(execFile)('bash', [
        '-c',
        `source ${place}; COMP_WORDS=(${words}); COMP_CWORD=$((\${#COMP_WORDS[@]}-1)); _spillway; echo "\${COMPREPLY[@]}"`,
      ])
    expect((await ask('spillway ver')).stdout.trim()).toBe('verify')
    expect((await ask('spillway solve --objective wor')).stdout.trim()).toBe('worst-case-loss')
    expect((await ask('spillway solve x --tol')).stdout.trim()).toBe('--tolerance')
  })
})

describe('modules of one’s own', () => {
  it('are objectives of solve, verify and compare', async () => {
    const mine = join(folder, 'objective.mjs')
    expect(jsonOf(await spillwayHere(['solve', event, '--objective', mine, '--json']))).toMatchObject({
      status: 'optimal',
      objective: { name: 'mine' },
    })
    const verdict = jsonOf(await spillwayHere(['verify', event, poor, '--objective', mine, '--json']))
    expect(verdict.objective).toMatchObject({ name: 'mine' })
    const args = ['compare', event, '--objectives', mine, '--policies', 'pro-rata,optimal:mine', '--json']
    const { rows } = jsonOf(await spillwayHere(args)) as { rows: { policy: string; objectives: object }[] }
    expect(rows.map(({ policy }) => policy).toSorted()).toEqual(['optimal:mine', 'pro-rata'])
    for (const { objectives } of rows) expect(Object.keys(objectives)).toEqual(['mine'])
  })

  it('are policies of compare; one that fails is a row of its own', async () => {
    const args = ['compare', event, '--policies', `pro-rata,${join(folder, 'policy.mjs')}`, '--json']
    const { rows } = jsonOf(await spillwayHere(args)) as { rows: { policy: string; error?: { code: string } }[] }
    expect(rows.find(({ policy }) => policy === 'first')!.error!.code).toBe('policy-answer')
  })

  it('are pinned by check, and minimised by optimal: in compare and audit', async () => {
    const mine = join(folder, 'objective.mjs')
    const proof = join(folder, 'mine-proof.json')
    await spillwayHere(['verify', event, poor, '--objective', mine, '--certificate', proof, '--quiet'])
    const check = await spillwayHere(['check', event, poor, proof, '--objective', mine, '--json'])
    expect(check.status).toBe(0)
    expect(jsonOf(check)).toMatchObject({ proved: true, objective: 'mine', under: { objective: 'mine' } })
    const other = await spillwayHere(['check', event, poor, proof, '--objective', 'cvar', '--json'])
    expect([other.status, jsonOf(other).proved]).toEqual([1, false])
    const args = ['compare', event, '--policies', `optimal:${mine},pro-rata`, '--json']
    const { rows } = jsonOf(await spillwayHere(args)) as { rows: { policy: string; feasible: boolean }[] }
    expect(rows).toMatchObject([{ policy: 'optimal:mine', feasible: true }, { policy: 'pro-rata' }])
    const audit = await spillwayHere(['audit', `optimal:${mine}`, '--axioms', 'demand-met', '--trials', '3', '--json'])
    expect(jsonOf(audit)).toMatchObject({ policy: 'optimal:mine', axioms: [{ verdict: 'holds' }] })
  })

  it('that are not there, or are none, are usage errors', async () => {
    const missing = await spillwayHere(['solve', event, '--objective', './nowhere.mjs'])
    expect(missing).toMatchObject({ status: 2, stdout: '' })
    expect(missing.stderr).toContain('--objective')
    const wrong = await spillwayHere(['compare', event, '--objectives', join(folder, 'policy.mjs')])
    expect(wrong.stderr).toContain('[bad-objective]')
  })
})

describe('reports', () => {
  const widest = (text: string): number => Math.max(...text.split('\n').map((line) => [...line].length))

  it('begin with the verdict, and name units, confidence, moves and the value before', async () => {
    const moves = ['--moves', join(folder, 'moves.csv')]
    const solved = await spillwayHere(['solve', event, '--objective', 'cvar', '--confidence', '0.9', ...moves])
    const headline = solved.stdout.split('\n').slice(0, 3).join(' ').replace(/ +/g, ' ')
    expect(headline).toMatch(/^optimal cvar [\d,.]+ in quote currency, at confidence 0\.9 over 3 moves of moves\.csv/)
    expect(headline).toContain('before the ADL')
    const judged = await spillwayHere(['verify', event, poor])
    expect(judged.stdout).toMatch(
      /^suboptimal: min-max-leverage could have been 4\.\d+×; this allocation\n {2}leaves 6\.7×/,
    )
    expect(judged.stdout).toMatch(/gap to bound +38\.3 %/)
    expect(judged.stdout).toMatch(/Cut more than in the optimum: 2 accounts/)
    const page = join(folder, 'page.html')
    await spillwayHere(['verify', event, poor, '--quiet', '--html', page])
    expect(await readFile(page, 'utf8')).toContain('<title>Suboptimal: the largest leverage could have been 4.')
  })

  it('fit eighty columns, whatever the names', async () => {
    const named = {
      ...goodEvent,
      markets: goodEvent.markets.map((m) => ({ ...m, market: m.market + long })),
      accounts: goodEvent.accounts.map((a) => ({
        ...a,
        account: a.account + long,
        positions: a.positions.map((p) => ({ ...p, market: p.market + long })),
      })),
      demand: goodEvent.demand.map((d) => ({ ...d, market: d.market + long })),
    }
    const reductions = poorAllocation.reductions.map((r) => ({
      ...r,
      account: r.account + long,
      market: r.market + long,
    }))
    const place = await folderWith({ 'long.json': named, 'poor.json': { ...poorAllocation, reductions } })
    const [book, closed] = [join(place, 'long.json'), join(place, 'poor.json')]
    for (const args of [['solve', book], ['verify', book, closed], ['compare', event], ['list'], ['solve', event]]) {
      const { stdout } = await spillwayHere(args)
      expect(widest(stdout), `${args[0]}:\n${stdout}`).toBeLessThanOrEqual(80)
    }
  })

  it('name --feasibility where it is the cure, and only there', async () => {
    const [first, ...rest] = poorAllocation.reductions
    const off = (quantity: string) => ({ ...poorAllocation, reductions: [{ ...first, quantity }, ...rest] })
    const place = await folderWith({ 'near.json': off('7.9999995'), 'far.json': off('5') })
    const near = await spillwayHere(['verify', event, join(place, 'near.json')])
    expect(near.stdout.replace(/\s+/g, ' ')).toContain('a feasibility of 1e-7 (--feasibility) forgives')
    expect((await spillwayHere(['verify', event, join(place, 'near.json'), '--feasibility', '1e-7'])).status).toBe(1)
    expect((await spillwayHere(['verify', event, join(place, 'far.json')])).stdout).not.toContain('--feasibility')
  })

  it('say in README what the example prints', async () => {
    const readme = await readFile(resolve(import.meta.dirname, '../../README.md'), 'utf8')
    const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
    const rows = await paperTable()
    expect(readme).toContain(`${line(PAPER_HEAD)}\n|---|--:|--:|--:|--:|--:|\n${rows.map(line).join('\n')}\n`)
    expect(rows.map(([, , , leaves]) => leaves)).toContain('5.2836×')
    const queue = await spillway(['list', '--json'])
    expect(queue.stdout).toContain('queue-leverage')
  })
})
