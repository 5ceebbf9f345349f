import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readMoves } from 'spillway'
import { beforeAll, describe, expect, it } from 'vitest'
import { errorOf, folderWith, goodEvent, jsonOf, spillwayHere, withoutSeconds } from './support.js'

const [btc, eth] = goodEvent.markets
let folder = ''
let event = ''
beforeAll(async () => {
  folder = await folderWith({
    'event.json': goodEvent,
    'loaded.json': {
      ...goodEvent,
      markets: [
        { ...btc, factorLoading: 1 },
        { ...eth, factorLoading: '1.25' },
      ],
    },
    'empty.json': { format: 'spillway/event@1', markets: [], accounts: [], demand: [] },
    'cov.csv': 'ETH,BTC\n0.0144,0.009\n0.009,0.01\n',
    'loadings.csv': 'market,factorLoading\nBTC,1\nETH,1.5\n',
    'half.csv': 'market,factorLoading\nBTC,1\n',
    'history.csv': 'time,BTC,ETH\n1,100,10\n2,110,11\n3,99,12\n4,100,9\n',
    'moves.csv': 'ETH,BTC\n-0.1,-0.2\n',
  })
  event = join(folder, 'event.json')
})

const words = (line: string): string[] =>
  line.split(' ').map((word) => word.replace('EVENT', event).replace('FOLDER', folder))
const VOLATILITY = '--volatility BTC=0.6,ETH=0.75 --correlation 0.85 --horizon-days 10'

describe('spillway moves', () => {
  it.each([
    `EVENT --model gaussian ${VOLATILITY}`,
    'EVENT --model gaussian --covariance FOLDER/cov.csv --drift -0.01',
    `EVENT --model lognormal ${VOLATILITY} --quasi`,
    'EVENT --model student-t --covariance FOLDER/cov.csv --degrees 4',
    'EVENT --model one-factor --covariance FOLDER/cov.csv',
    'EVENT --model one-factor --loadings FOLDER/loadings.csv --factor-volatility 0.6 --horizon-days 10 --idiosyncratic 0.1',
    'FOLDER/loaded.json --model one-factor --factor-volatility 0.6 --horizon-days 10',
    'EVENT --model bootstrap --history FOLDER/history.csv --block 2 --steps 3',
  ])('%s: same bytes again, and the same moves in every form', async (line) => {
    const args = ['moves', ...words(line), '--draws', '40']
    const [first, again] = await Promise.all([spillwayHere(args), spillwayHere([...args, '--seed', '1'])])
    const other = await spillwayHere([...args, '--seed', '2'])
    expect(first).toMatchObject({ status: 0 })
    expect(again!.stdout).toBe(first!.stdout)
    expect(other.stdout).not.toBe(first!.stdout)
    expect(first!.stdout.split('\n')).toHaveLength(42)
    const out = await folderWith({ 'plain.csv': first!.stdout })
    const digests: unknown[] = []
    for (const name of ['a.json', 'a.csv']) {
      const run = await spillwayHere([...args, '--json', '--out', join(out, name)])
      const answer = jsonOf(run)
      expect(run.status).toBe(0)
      expect(answer).toMatchObject({ out: join(out, name), draws: 40, seed: 1, cut: 0 })
      expect((await readMoves(join(out, name))).digest()).toBe(answer.digest)
      digests.push(answer.digest)
    }
    expect((await readMoves(join(out, 'plain.csv'))).digest()).toBe(digests[0])
    expect(digests[1]).toBe(digests[0])
  })

  it('scales volatility to the horizon, and loadings by the factor', async () => {
    const deviations = async (line: string): Promise<number[]> => {
      const run = await spillwayHere(['moves', ...words(line), '--draws', '20000', '--quasi', '--json'])
      return (jsonOf(run).statistics as { deviation: number }[]).map(({ deviation }) => deviation)
    }
    const [month] = [Math.sqrt(30 / 365)]
    const near = (found: number[], asked: number[]) =>
      found.forEach((value, k) => {
        expect(Math.abs(value / asked[k] - 1)).toBeLessThan(0.01)
      })
    near(await deviations('EVENT --model gaussian --volatility BTC=0.6,ETH=0.75 --correlation 0 --horizon-days 30'), [
      0.6 * month!,
      0.75 * month!,
    ])
    near(await deviations('EVENT --model student-t --degrees 9 --volatility 0.5 --correlation 1 --horizon-days 30'), [
      0.5 * month!,
      0.5 * month!,
    ])
    const factor = '--factor-volatility 0.6 --horizon-days 30 --idiosyncratic BTC=0,ETH=0.3'
    near(await deviations(`FOLDER/loaded.json --model one-factor ${factor}`), [
      0.6 * month!,
      Math.hypot(0.6 * 1.25, 0.3) * month!,
    ])
    near(await deviations('EVENT --model one-factor --covariance FOLDER/cov.csv'), [0.1, 0.12])
  })

  it('tells what was cut, and a table of what was drawn', async () => {
    const args = [
      'moves',
      ...words('EVENT --model gaussian --volatility 3 --correlation 0 --horizon-days 365 --draws 100'),
    ]
    const run = await spillwayHere([...args, '--out', join(await folderWith(), 'm.csv')])
    expect(run.status).toBe(0)
    expect(run.stderr).toMatch(/\d+ numbers fell below -1 \(-100 %\)/)
    expect(run.stdout).toMatch(/BTC .* -1 /)
    const answer = jsonOf(await spillwayHere([...args, '--json']))
    expect(answer.cut).toBeGreaterThan(0)
    expect(answer.moves).toHaveLength(100)
    expect(answer.markets).toEqual(['BTC', 'ETH'])
  })

  it('helps with an example and every model', async () => {
    const { stdout } = await spillwayHere(['moves', '--help'])
    for (const word of [
      '$ spillway moves',
      'gaussian',
      'lognormal',
      'student-t',
      'one-factor',
      'bootstrap',
      '--quasi',
    ]) {
      expect(stdout).toContain(word)
    }
  })

  const lines: readonly (readonly [string, string, string])[] = [
    ['EVENT --draws 5', 'missing-flag', '--model'],
    [`EVENT --model gaussian ${VOLATILITY}`, 'missing-flag', '--draws'],
    ['EVENT --model garch --draws 5', 'unknown-model', '--model'],
    [`EVENT --model gaussian ${VOLATILITY} --draws 0`, 'bad-number', '--draws'],
    [`EVENT --model gaussian ${VOLATILITY} --draws 1.5`, 'bad-number', '--draws'],
    [`EVENT --model gaussian ${VOLATILITY} --draws 200000000`, 'too-many-draws', '--draws'],
    [`EVENT --model gaussian ${VOLATILITY} --draws 5 --seed -1`, 'bad-number', '--seed'],
    [`EVENT --model gaussian ${VOLATILITY} --draws 5 --degrees 4`, 'unneeded-flag', '--degrees'],
    [`EVENT --model gaussian ${VOLATILITY} --draws 5 --covariance FOLDER/cov.csv`, 'conflicting-flags', '--volatility'],
    [`EVENT --model gaussian ${VOLATILITY} --draws 5 --out FOLDER/m.txt`, 'unknown-extension', '--out'],
    [`EVENT --model gaussian ${VOLATILITY} --draws 5 --out EVENT`, 'overwrites-event', '--out'],
    ['EVENT --model gaussian --draws 5', 'missing-flag', '--volatility'],
    ['EVENT --model gaussian --draws 5 --volatility 0.6', 'missing-flag', '--horizon-days'],
    ['EVENT --model gaussian --draws 5 --volatility 0.6 --horizon-days 1', 'missing-flag', '--correlation'],
    ['EVENT --model gaussian --draws 5 --volatility 60% --horizon-days 1', 'bad-number', '--volatility'],
    ['EVENT --model gaussian --draws 5 --volatility -0.6 --horizon-days 1', 'bad-number', '--volatility'],
    ['EVENT --model gaussian --draws 5 --volatility BTC=0.6 --horizon-days 1', 'missing-market', '--volatility'],
    ['EVENT --model gaussian --draws 5 --volatility BTC=0.6,XRP=1 --horizon-days 1', 'unknown-market', '--volatility'],
    ['EVENT --model gaussian --draws 5 --volatility BTC=1,BTC=1 --horizon-days 1', 'duplicate-market', '--volatility'],
    ['EVENT --model gaussian --draws 5 --volatility BTC=1,0.6 --horizon-days 1', 'bad-pair', '--volatility'],
    [
      'EVENT --model gaussian --draws 5 --volatility 1 --horizon-days 0 --correlation 0',
      'bad-number',
      '--horizon-days',
    ],
    [
      'EVENT --model gaussian --draws 5 --volatility 1 --horizon-days 1 --correlation 1.5',
      'not-positive-semidefinite',
      '--correlation',
    ],
    ['EVENT --model lognormal --draws 5 --covariance FOLDER/cov.csv --drift -1.5', 'bad-number', '--drift'],
    ['EVENT --model gaussian --draws 5 --covariance FOLDER/history.csv', 'not-square', 'history.csv'],
    ['EVENT --model student-t --draws 5 --covariance FOLDER/cov.csv', 'missing-flag', '--degrees'],
    ['EVENT --model student-t --draws 5 --covariance FOLDER/cov.csv --degrees 2', 'bad-degrees', '--degrees'],
    ['EVENT --model one-factor --draws 5', 'missing-flag', '--horizon-days'],
    ['EVENT --model one-factor --draws 5 --horizon-days 1 --factor-volatility 1', 'missing-market', '--loadings'],
    [
      'EVENT --model one-factor --draws 5 --horizon-days 1 --factor-volatility 1 --loadings FOLDER/half.csv',
      'missing-market',
      'half.csv',
    ],
    [
      'EVENT --model one-factor --draws 5 --covariance FOLDER/cov.csv --loadings FOLDER/loadings.csv',
      'conflicting-flags',
      '--loadings',
    ],
    ['EVENT --model bootstrap --draws 5', 'missing-flag', '--history'],
    ['EVENT --model bootstrap --draws 5 --history FOLDER/history.csv --block 4', 'short-history', '--history'],
    ['EVENT --model bootstrap --draws 5 --history FOLDER/cov.csv --block 0', 'bad-number', '--block'],
    ['FOLDER/empty.json --model bootstrap --draws 5 --history FOLDER/history.csv', 'no-markets', 'EVENT'],
  ]

  it.each(lines)('refuses %s', async (line, code, place) => {
    const before = await readdir(folder)
    const run = await spillwayHere(['moves', '--json', ...words(line)])
    expect(run.status).toBe(2)
    const error = errorOf(run)
    expect(error.code).toBe(code)
    expect(error.path).toContain(place)
    expect(await readdir(folder)).toEqual(before)
    expect(JSON.parse(await readFile(event, 'utf8'))).toEqual(goodEvent)
  })
})

describe('inputs that an objective does not need', () => {
  it('are read, remarked on, and change nothing else', async () => {
    const plain = await spillwayHere(['solve', event, '--json'])
    const flags = words('--moves FOLDER/moves.csv --loadings FOLDER/loadings.csv --confidence 0.9')
    const run = await spillwayHere(['solve', event, '--json', ...flags])
    expect(run.status).toBe(0)
    const { remarks, ...rest } = withoutSeconds(jsonOf(run))
    const { remarks: none, ...same } = withoutSeconds(jsonOf(plain))
    expect(rest).toEqual(same)
    expect(none).toEqual([])
    const codes = (remarks as { code: string; says: string }[]).map(({ code, says }) => [code, /--\w+/.exec(says)?.[0]])
    expect(codes).toEqual(['--moves', '--confidence', '--loadings'].map((flag) => ['unneeded-input', flag]))
  })
})
