import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type MovesJson, parseMoves, readLoadings, readMoves, writeMoves } from 'spillway'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { alignMoves, movesJson, movesSchemaText } from '#models/moves/index.js'
import { randomFrom, written } from '../books.js'
import { columnOf, eventWith, folderWith, goodGaussian, goodMoves, mistakeOf, scenariosOf } from './support.js'

const csv = 'ETH,weight,BTC,SOL\n-0.20000000000000000001,1,-0.1,-1\n0.03,0.5,0.05,0\n1.5,0,0,2\n'

/** Random moves: digits of all lengths, some weights. */
function randomMoves(seed: number): MovesJson & { moves: string[][] } {
  const random = randomFrom(seed)
  const m = random.whole(1, 6)
  const count = random.whole(1, 8)
  const number = (): string => {
    const value = random.pick([0, -1, random.between(-1, 2), random.between(-1, 1) * 1e-9])
    return random.chance(0.2) && value !== -1 ? `${value.toFixed(20)}7` : written(value)
  }
  return {
    format: 'spillway/moves@1',
    markets: Array.from({ length: m }, (_, k) => random.pick(['M', 'a,b', 'ä "q"']) + k),
    moves: Array.from({ length: count }, () => Array.from({ length: m }, number)),
    ...(random.chance(0.5) && { weights: Array.from({ length: count }, () => written(random.between(0.1, 3))) }),
  }
}

describe('scenario moves', () => {
  it('keep the decimals as written and the weights as given', () => {
    const moves = scenariosOf(parseMoves(goodMoves))
    expect(moves).toMatchObject({ count: 3, markets: ['BTC', 'ETH', 'SOL'] })
    expect(moves.returns.text(1)).toBe('-0.20000000000000000001')
    expect(columnOf(moves, 'ETH')).toEqual([-0.2, 0.03, 1.5])
    expect(Array.from(moves.weights!.values)).toEqual([1, 0.5, 0])
    expect(scenariosOf(parseMoves({ ...goodMoves, weights: undefined })).weights).toBeUndefined()
  })

  it('are the same from JSON and CSV, whatever the order of the columns', async () => {
    const folder = await folderWith({ 'moves.csv': csv, 'moves.json': JSON.stringify(goodMoves) })
    const digests = await Promise.all(
      ['csv', 'json'].map(async (f) => (await readMoves(join(folder, `moves.${f}`))).digest()),
    )
    expect(digests[0]).toBe(digests[1])
    expect(digests[0]).toMatch(/^sha256:[0-9a-f]{64}$/)
  })

  it('have a digest of their content: one digit, one weight or one name changes it, an order of markets does not', () => {
    const digest = (change: object): string => parseMoves({ ...goodMoves, ...change }).digest()
    const same = digest({})
    const [first, ...rest] = goodMoves.moves
    expect(digest({ markets: ['SOL', 'BTC', 'ETH'], moves: goodMoves.moves.map(([a, b, c]) => [c, a, b]) })).toBe(same)
    expect(digest({ moves: [['-0.1000', '-2.0000000000000000001e-1', '-1.0'], ...rest] })).toBe(same)
    const others = [
      { moves: [[-0.1, '-0.20000000000000000002', -1], ...rest] },
      { moves: [...rest, first] },
      { weights: [1, 0.5, '1e-9'] },
      { weights: undefined },
      { markets: ['BTC', 'ETH', 'Sol'] },
      { markets: ['ETH', 'BTC', 'SOL'] },
    ].map(digest)
    expect(new Set([same, ...others]).size).toBe(others.length + 1)
  })

  it('survive being written and read, in both forms, to the last digit', async () => {
    const folder = await folderWith()
    for (let seed = 1; seed <= 40; seed++) {
      const moves = parseMoves(randomMoves(seed))
      expect(parseMoves(JSON.parse(JSON.stringify(movesJson(moves)))).digest(), `seed ${seed}`).toBe(moves.digest())
      for (const form of ['json', 'csv']) {
        const path = join(folder, `${seed}.${form}`)
        await writeMoves(path, moves)
        expect((await readMoves(path)).digest(), `seed ${seed} ${form}`).toBe(moves.digest())
      }
    }
  })
})

describe('alignMoves', () => {
  it('finds the column of every market of the event and passes over the others', () => {
    expect(Array.from(alignMoves(parseMoves(goodMoves), eventWith(['SOL', 'BTC'])))).toEqual([2, 0])
    expect(Array.from(alignMoves(parseMoves(goodGaussian), eventWith(['ETH', 'BTC'])))).toEqual([1, 0])
  })

  it('names the market that is missing', async () => {
    const error = await mistakeOf(() => alignMoves(parseMoves(goodMoves), eventWith(['BTC', 'Eth'])))
    expect(error).toMatchObject({ code: 'missing-market', value: 'Eth' })
    expect(error.message).toContain('"ETH"')
  })
})

const [one, two, three] = goodMoves.moves
const broken: readonly (readonly [string, object, string, string])[] = [
  ['another format', { format: 'spillway/moves@2' }, 'wrong-format', 'format'],
  ['an unknown field', { weight: [1, 1, 1] }, 'unknown-field', 'weight'],
  ['no markets', { markets: [] }, 'no-markets', 'markets'],
  ['no list of markets', { markets: undefined }, 'missing-field', 'markets'],
  ['a market twice', { markets: ['BTC', 'ETH', 'BTC'] }, 'duplicate-market', 'markets[2]'],
  ['an empty name', { markets: ['BTC', '', 'SOL'] }, 'empty-name', 'markets[1]'],
  ['neither moves nor gaussian', { moves: undefined }, 'one-of', 'moves'],
  ['moves and gaussian', { gaussian: goodGaussian.gaussian }, 'one-of', 'moves'],
  ['no move', { moves: [], weights: [] }, 'no-moves', 'moves'],
  ['a row too short', { moves: [one, [0.1, 0.2], three] }, 'wrong-length', 'moves[1]'],
  ['a row too long', { moves: [one, two, [0, 0, 0, 0]] }, 'wrong-length', 'moves[2]'],
  ['commas', { moves: [one, ['1,000', 0, 0], three] }, 'bad-number', 'moves[1][0]'],
  ['null', { moves: [one, [null, 0, 0], three] }, 'wrong-type', 'moves[1][0]'],
  ['a negative weight', { weights: [1, -0.5, 1] }, 'negative', 'weights[1]'],
  ['weights all zero', { weights: [0, '0.0', 0] }, 'no-weight', 'weights'],
  ['too few weights', { weights: [1, 1] }, 'wrong-length', 'weights'],
]

const brokenFiles: readonly (readonly [string, string, string, string])[] = [
  ['an empty file', '', 'missing-column', 'bad.csv:1'],
  ['a header alone', 'BTC,ETH\n', 'no-moves', 'bad.csv'],
  ['only weights', 'weight\n1\n', 'no-markets', 'bad.csv:1'],
  ['a market twice', 'BTC,BTC\n0,0\n', 'duplicate-market', 'bad.csv:1 BTC'],
  ['weight twice', 'BTC,weight,weight\n0,1,1\n', 'duplicate-column', 'bad.csv:1 weight'],
  ['a cell too many', 'BTC,ETH\n0,0\n0,0,0\n', 'wrong-cell-count', 'bad.csv:3'],
  ['an empty cell', 'BTC,weight,ETH\n0,1,\n', 'empty-cell', 'bad.csv:2 ETH'],
  ['per cent', 'BTC\n-10%\n', 'bad-number', 'bad.csv:2 BTC'],
  ['a negative weight', 'BTC,weight,ETH\n0,-1,0\n', 'negative', 'bad.csv:2 weight'],
  ['weights all zero', 'BTC,weight\n0,0\n0,0\n', 'no-weight', 'bad.csv weight'],
]

describe('a mistake in a file of moves', () => {
  it.each(broken)('%s', async (_, change, code, path) => {
    expect(await mistakeOf(() => parseMoves({ ...goodMoves, ...change }))).toMatchObject({ code, path })
  })

  it.each(brokenFiles)('CSV: %s', async (_, text, code, path) => {
    const file = join(await folderWith({ 'bad.csv': text }), 'bad.csv')
    expect(await mistakeOf(() => readMoves(file))).toMatchObject({ code, path })
  })

  it('is also a file that is not there or has no known form, and a CSV file that cannot be', async () => {
    const folder = await folderWith({ 'a.txt': '' })
    expect((await mistakeOf(() => readMoves(join(folder, 'none.csv')))).code).toBe('file-missing')
    expect((await mistakeOf(() => readMoves(join(folder, 'a.txt')))).code).toBe('unknown-extension')
    const write = (json: object) => mistakeOf(() => writeMoves(join(folder, 'x.csv'), parseMoves(json)))
    expect((await write(goodGaussian)).code).toBe('not-expressible')
    expect((await write({ ...goodMoves, markets: ['weight', 'A', 'B'] })).code).toBe('not-expressible')
  })
})

describe('loadings', () => {
  it('are read by market, in any order of columns', async () => {
    const file = join(await folderWith({ 'l.csv': 'factorLoading,market\n1.5,ETH\n-2e-1,"a,b"\n' }), 'l.csv')
    expect([...(await readLoadings(file))]).toEqual([
      ['ETH', 1.5],
      ['a,b', -0.2],
    ])
  })

  it.each([
    ['market,factorLoading\nA,1\nA,2\n', 'duplicate-market', 'l.csv:3 market'],
    ['market,factorLoading\nA,x\n', 'bad-number', 'l.csv:2 factorLoading'],
    ['market,loading\nA,1\n', 'unknown-column', 'l.csv:1 loading'],
  ])('%j is refused', async (text, code, path) => {
    const file = join(await folderWith({ 'l.csv': text }), 'l.csv')
    expect(await mistakeOf(() => readLoadings(file))).toMatchObject({ code, path })
  })

  it('come from CSV files only', async () => {
    const file = join(await folderWith({ 'l.json': '{}' }), 'l.json')
    expect(await mistakeOf(() => readLoadings(file))).toMatchObject({ code: 'unknown-extension' })
  })
})

describe('the published JSON Schema', () => {
  it('is what the code says', async () => {
    const published = new URL('../../docs/schema/moves.schema.json', import.meta.url)
    const content = JSON.stringify(JSON.parse(await readFile(published, 'utf8')))
    expect(content, 'write it anew with movesSchemaText').toBe(JSON.stringify(JSON.parse(movesSchemaText())))
  })

  it('tells good from bad by itself', () => {
    const schema = z.fromJSONSchema(JSON.parse(movesSchemaText()))
    for (const good of [goodMoves, goodGaussian]) expect(schema.safeParse(good).success).toBe(true)
    expect(schema.safeParse({ ...goodMoves, extra: 1 }).success).toBe(false)
    expect(schema.safeParse({ ...goodMoves, moves: [['1,0', 0, 0]] }).success).toBe(false)
    expect(schema.safeParse({ ...goodGaussian, gaussian: { variance: [] } }).success).toBe(false)
  })
})
