import { join } from 'node:path'
import { readCovariance, readHistory } from 'spillway'
import { describe, expect, it } from 'vitest'
import { folderWith, goodGaussian, goodMoves, mistakeOf } from './support.js'

const fileWith = async (name: string, text: string): Promise<string> => join(await folderWith({ [name]: text }), name)

describe('readCovariance', () => {
  const square = 'ETH,SOL,BTC\n0.0144,0,0.009\n0,1,0\n0.009,0,0.01\n'

  it('takes the markets that are asked for, in their order, from CSV and from normal moves', async () => {
    const csv = await fileWith('c.csv', square)
    expect([...(await readCovariance(csv, ['BTC', 'ETH'])).covariance]).toEqual([0.01, 0.009, 0.009, 0.0144])
    const json = await fileWith('c.json', JSON.stringify(goodGaussian))
    const { covariance, mean } = await readCovariance(json, ['ETH', 'BTC'])
    expect([[...covariance], [...mean!]]).toEqual([
      [0.0144, 0.009, 0.009, 0.01],
      [-0.001, 0],
    ])
  })

  it.each([
    ['an empty file', '', 'not-square', 'c.csv'],
    ['a row too few', 'BTC,ETH\n1,0\n', 'not-square', 'c.csv'],
    ['a row too many', 'BTC\n1\n1\n', 'not-square', 'c.csv'],
    ['a cell too few', 'BTC,ETH\n1,0\n0\n', 'wrong-cell-count', 'c.csv:3'],
    ['an empty cell', 'BTC,ETH\n1,0\n,1\n', 'empty-cell', 'c.csv:3 BTC'],
    ['no number', 'BTC,ETH\n1,x\n0,1\n', 'bad-number', 'c.csv:2 ETH'],
    ['a market twice', 'BTC,BTC\n1,0\n0,1\n', 'duplicate-market', 'c.csv:1 BTC'],
    ['a market that is missing', 'BTC,Eth\n1,0\n0,1\n', 'missing-market', 'c.csv'],
    ['an asymmetry', 'BTC,ETH\n1,0.5\n0.4,1\n', 'not-symmetric', 'c.csv:3 BTC'],
    ['a negative variance', 'BTC,ETH\n1,0\n0,-1\n', 'negative', 'c.csv:3 ETH'],
    ['a correlation above one', 'BTC,ETH\n1,2\n2,1\n', 'not-positive-semidefinite', 'c.csv'],
  ])('refuses %s', async (_, text, code, path) => {
    const file = await fileWith('c.csv', text)
    expect(await mistakeOf(() => readCovariance(file, ['BTC', 'ETH']))).toMatchObject({ code, path })
  })

  it('refuses a list of moves', async () => {
    const file = await fileWith('m.json', JSON.stringify(goodMoves))
    expect(await mistakeOf(() => readCovariance(file, ['BTC']))).toMatchObject({ code: 'not-a-covariance' })
  })
})

describe('readHistory', () => {
  const text = 'time,ETH,volume,BTC\n2025-10-10T00:00:00Z,1900,x,67000\n2025-10-10T01:00:00Z,1890.5,,66000\n'

  it('takes the columns of the markets', async () => {
    expect(await readHistory(await fileWith('h.csv', text), ['BTC', 'ETH'])).toEqual({
      markets: ['BTC', 'ETH'],
      count: 2,
      prices: Float64Array.of(67_000, 1900, 66_000, 1890.5),
    })
  })

  it.each([
    ['an empty file', '', 'missing-market', 'h.csv:1 BTC'],
    ['a market without a column', 'ETH\n1\n', 'missing-market', 'h.csv:1 BTC'],
    ['a column twice', 'BTC,BTC\n1,1\n', 'duplicate-column', 'h.csv:1 BTC'],
    ['a price of zero', 'BTC\n1\n0\n', 'not-positive', 'h.csv:3 BTC'],
    ['a price that is missing', 'BTC,ETH\n1,1\n,1\n', 'empty-cell', 'h.csv:3 BTC'],
    ['no price', 'BTC\nn/a\n', 'bad-number', 'h.csv:2 BTC'],
    ['a cell too many', 'BTC\n1\n1,2\n', 'wrong-cell-count', 'h.csv:3'],
    ['no time', 'time,BTC\nnoon,1\n', 'bad-time', 'h.csv:2 time'],
    ['time that goes back', 'time,BTC\n2,1\n1,1\n', 'not-ascending', 'h.csv:3 time'],
    ['time that stands still', 'time,BTC\n2,1\n2,1\n', 'not-ascending', 'h.csv:3 time'],
  ])('refuses %s', async (_, content, code, path) => {
    const file = await fileWith('h.csv', content)
    expect(await mistakeOf(() => readHistory(file, ['BTC']))).toMatchObject({ code, path })
  })
})
