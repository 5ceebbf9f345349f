import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseAllocation, readEvent, type Simulation } from 'spillway'
import { beforeAll, describe, expect, it } from 'vitest'
import { errorOf, folderWith, jsonOf, spillwayHere } from '../cli/support.js'
import { everyPolicy } from '../policies/support.js'
import { randomCrisis } from './support.js'

const { event: plain, paths, venue } = randomCrisis(30, { accounts: 14, rows: 2 })
const [M0, M1] = plain.markets.map(({ market }) => market)
const first = plain.markets.map(({ markPrice }) => Number(markPrice))
/** Every long is worth 30 % less, and every short 30 % more. */
const fall = { ...paths, paths: [{ name: 'fall', prices: [first, first.map((price) => price * 0.7)] }] }
const house = { ...venue, insuranceFund: 1, adlPrice: 'bankruptcy', response: 'none', maintenance: { default: 0.01 } }

let folder = ''
let event = ''
beforeAll(async () => {
  folder = await folderWith({
    'event.json': plain,
    'demanded.json': { ...plain, demand: [{ market: M0, side: 'long', quantity: 1e-9 }] },
    'paths.json': fall,
    'paths.csv': `path,step,market,price\n${[0, 1].flatMap((t) => [M0, M1].map((m, k) => `fall,${t},${m},${fall.paths[0].prices[t][k]}`)).join('\n')}\n`,
    'wide.csv': `${M1},${M0}\n${fall.paths[0].prices.map(([a, b]) => `${b},${a}`).join('\n')}\n`,
    'venue.json': house,
    'history.csv': `${M0},${M1}\n${Array.from({ length: 30 }, (_, t) => `${100 + Math.sin(t)},${50 - t}`).join('\n')}\n`,
  })
  event = join(folder, 'event.json')
})

const words = (line: string): string[] =>
  line.split(' ').map((word) => word.replace('EVENT', event).replace('FOLDER', folder))
const KNOWN = 'simulate EVENT --paths FOLDER/paths.json --config FOLDER/venue.json'

describe('spillway simulate', () => {
  it('in one step, without responses, closes what compare and solve close of the event that it hands over', async () => {
    const names = [...everyPolicy, 'optimal:min-max-leverage', 'optimal:squared-leverage']
    const events = join(folder, 'events')
    const run = await spillwayHere([...words(`${KNOWN} --json`), '--policies', names.join(), '--events', events])
    expect(run).toMatchObject({ status: 0 })
    const [path] = (jsonOf(run) as unknown as Simulation).paths
    expect(Object.keys(path.policies)).toEqual(names)
    const files = (await readdir(events)).filter((name) => name.endsWith('.json')).sort()
    expect(files).toHaveLength(names.length)
    // All policies are asked the same.
    const texts = new Set(await Promise.all(files.map((file) => readFile(join(events, file), 'utf8'))))
    expect(texts.size).toBe(1)
    const handed = join(events, files[0])
    const { demand, markets } = await readEvent(handed)
    const [step] = path.policies['water-filling'].steps
    expect(step.adl.filter(({ quantity }) => quantity !== 0)).toHaveLength(demand.length)
    expect(demand.length).toBe(2)
    const compared = jsonOf(
      await spillwayHere(['compare', handed, '--policies', names.join(), '--objectives', 'min-max-leverage', '--json']),
    )
    const rows = compared.rows as { policy: string; feasible: boolean; touched: number; closed: number }[]
    expect(rows.map(({ policy, feasible }) => [policy, feasible])).toEqual(names.map((name) => [name, true]))
    for (const { policy, touched, closed } of rows) {
      expect([policy, path.policies[policy].steps[0].touched, path.policies[policy].steps[0].closed]).toEqual([
        policy,
        touched,
        closed,
      ])
    }
    expect(markets.map(({ market }) => market)).toEqual([M0, M1])
    // Contract by contract: `solve` is asked for its reductions, and so is each policy, on the file.
    const solved = jsonOf(await spillwayHere(['solve', handed, '--json'])).reductions
    const name = 'fall.step-1.optimal_min-max-leverage.json'
    const ours = JSON.parse(await readFile(join(events, 'allocations', name), 'utf8'))
    const listed = parseAllocation(ours)
    expect(listed.count).toBeGreaterThan(3)
    expect(sorted(ours.reductions)).toEqual(sorted(solved as Row[]))
  })

  it('reads paths in each form, and says the same', async () => {
    const answers: unknown[] = []
    for (const file of ['paths.json', 'paths.csv', 'wide.csv']) {
      const run = await spillwayHere(words(`simulate EVENT --paths FOLDER/${file} --config FOLDER/venue.json --json`))
      expect(run).toMatchObject({ status: 0, stderr: '' })
      const { paths: found } = jsonOf(run) as unknown as Simulation
      answers.push(found.map(({ policies }) => policies))
    }
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
  })

  it.each([
    'lognormal --volatility 2 --correlation 0.5 --horizon-days 3',
    'student-t --volatility 1.5 --correlation 0.5 --horizon-days 3 --degrees 3',
    'jump-diffusion --volatility 1 --correlation 0.5 --horizon-days 3 --jumps 2 --jump-mean -0.1 --jump-deviation 0.05',
    'bootstrap --history FOLDER/history.csv --block 3',
    'replay --history FOLDER/history.csv',
  ])('draws %s: same seed, same bytes', async (line) => {
    const draws = line.startsWith('replay') ? '' : ' --draws 3'
    const args = words(`simulate EVENT --model ${line}${draws} --steps 5 --config FOLDER/venue.json --json`)
    const run = await spillwayHere(args)
    expect(run).toMatchObject({ status: 0 })
    expect((await spillwayHere(args)).stdout).toBe(run.stdout)
    const { paths: drawn } = jsonOf(run) as unknown as Simulation
    expect(drawn.map(({ name }) => name)).toEqual(draws === '' ? ['1'] : ['1', '2', '3'])
    for (const { policies } of drawn) {
      const prices = Object.values(policies).map(({ steps }) => steps.map((step) => step.prices))
      expect(new Set(prices.map((one) => JSON.stringify(one))).size).toBe(1)
      expect(prices[0]).toHaveLength(5)
    }
    const other = await spillwayHere([...args, '--seed', '2'])
    expect(other.stdout === run.stdout.replace('"seed": 1', '"seed": 2')).toBe(line.startsWith('replay'))
  })

  it('writes steps and a page, says what is not used, and leaves no draft behind', async () => {
    const out = join(folder, 'steps.csv')
    const html = join(folder, 'crisis.html')
    const run = await spillwayHere([
      ...words('simulate FOLDER/demanded.json --paths FOLDER/paths.json --config FOLDER/venue.json'),
      ...['--out', out, '--html', html, '--events', join(folder, 'more')],
    ])
    expect(run).toMatchObject({ status: 0 })
    expect(run.stderr).toContain('[unneeded-input]')
    expect((await readFile(out, 'utf8')).split('\n')).toHaveLength(1 + 3 + 1)
    const page = await readFile(html, 'utf8')
    for (const policy of ['water-filling', 'pro-rata', 'queue-leverage']) expect(page).toContain(policy)
    expect(page.match(/<svg/g)).toHaveLength(8)
    expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/)
    expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([])
  })

  it.each([
    ['one-of', 'simulate EVENT'],
    ['one-of', `${KNOWN} --model lognormal`],
    ['unneeded-flag', `${KNOWN} --degrees 3`],
    ['unneeded-flag', 'simulate EVENT --model replay --history FOLDER/history.csv --draws 2'],
    ['unneeded-flag', 'simulate EVENT --model replay --history FOLDER/history.csv --drift 0'],
    ['unknown-model', 'simulate EVENT --model gauss'],
    ['short-history', 'simulate EVENT --model replay --history FOLDER/history.csv --steps 30'],
    ['missing-flag', 'simulate EVENT --model lognormal'],
    ['unknown-policy', `${KNOWN} --policies water-fillin`],
    ['duplicate-name', `${KNOWN} --policies pro-rata,pro-rata`],
    ['overwrites-input', `${KNOWN} --out FOLDER/paths.json`],
    ['unknown-extension', `${KNOWN} --out FOLDER/a.txt`],
  ])('%s: %s', async (code, line) => {
    const before = await snapshot()
    // Errors of the library are of the packed one only in a process of its own.
    const run = await (LIBRARY.has(code) ? spillwayHere : spillwayHere)([...words(line), '--json'])
    expect(run.status).toBe(2)
    expect(errorOf(run).code).toBe(code)
    expect(await snapshot()).toEqual(before)
  })

  it('writes no event where a policy cannot run', async () => {
    const bare = { ...plain, accounts: plain.accounts.map((one) => ({ ...one, positions: one.positions.map(strip) })) }
    await writeFile(join(folder, 'bare.json'), JSON.stringify(bare))
    const events = join(folder, 'none')
    await mkdir(events)
    const line = 'simulate FOLDER/bare.json --paths FOLDER/paths.json --config FOLDER/venue.json --json'
    const run = await spillwayHere([...words(line), '--policies', 'pro-rata,binance', '--events', events])
    expect(run.status).toBe(2)
    expect(jsonOf(run).error).toMatchObject({ code: 'policy-input' })
    expect(run.stderr).toContain('path fall, step 1')
    // The folder that was there stays as it was; one that was not is not there afterwards, and neither are those above it.
    expect(await readdir(events)).toEqual([])
    const deep = join(folder, 'new', 'deep')
    const again = await spillwayHere([...words(line), '--policies', 'binance', '--events', deep])
    expect(again.status).toBe(2)
    expect(await readdir(folder)).not.toContain('new')
  })
})

const LIBRARY = new Set(['short-history', 'unknown-policy', 'duplicate-name', 'unknown-extension'])

const strip = ({ market, quantity }: { market: string; quantity: string }) => ({ market, quantity })

interface Row {
  readonly account: string
  readonly market: string
  readonly quantity: string
}

const sorted = (rows: readonly Row[]): string[] =>
  rows.map(({ account, market, quantity }) => `${account} ${market} ${quantity}`).sort()

async function snapshot(): Promise<string[]> {
  const names = await readdir(folder)
  return Promise.all(names.sort().map(async (name) => `${name} ${(await stat(join(folder, name))).mtimeMs}`))
}
