import { type Certificate, entropicValueAtRisk, parseAllocation, parseEvent, parseMoves } from 'spillway'
import { describe, expect, it } from 'vitest'
import { seal } from '#models/book/index.js'
import { entropicAbove } from '#models/proof/losses/entropic.js'
import { decimalOf, parseDecimal, ratioOf, ratioText } from '#src/numeric/index.js'
import { skipUnless } from '../notes.js'
import { certified } from './certified.js'
import { type Case, hasPython, isProved, judge } from './python.js'

/** The certificates that docs/certificate.md works by hand for evar and ellipsoid-loss, and what a value proves by a poor temperature. */
const event = (equity: string) => ({
  format: 'spillway/event@1' as const,
  markets: [{ market: 'BTC', markPrice: '100' }],
  accounts: [
    { account: 'A', equity, positions: [{ market: 'BTC', quantity: '-10' }] },
    { account: 'B', equity: '1000', positions: [{ market: 'BTC', quantity: '-10' }] },
  ],
  demand: [{ market: 'BTC', side: 'short' as const, quantity: '2' }],
})
const allocation = {
  format: 'spillway/allocation@1' as const,
  reductions: [{ account: 'A', market: 'BTC', quantity: '2' }],
}

function fileOf(
  equity: string,
  content: Pick<Certificate, 'objective' | 'inputs' | 'value' | 'bound' | 'evidence'>,
): Case {
  const book = event(equity)
  const digests = { event: parseEvent(book).digest(), allocation: parseAllocation(allocation).digest() }
  const shared = { format: 'spillway/certificate@1' as const, lots: false, feasibility: '1e-9' }
  return { event: book, allocation, certificate: seal({ ...shared, ...content, ...digests }) }
}

/** By `check` and by the Python checker. */
const expectProved = (...cases: readonly (readonly [files: Case, isRight: boolean])[]): void => {
  const ours = cases.map(([files]) => isProved(files))
  const theirs = judge(cases.map(([files]) => files)).map(({ proved }) => proved)
  const right = cases.map(([, isRight]) => isRight)
  expect([ours, theirs]).toEqual([right, right])
}

describe('certificates worked by hand', () => {
  skipUnless(hasPython, 'there is no python3')

  it('evar: the temperature of the page is next to the best, and no other is', () => {
    const at = (temperature: string | undefined, mass = '2.025'): Case => {
      const t = temperature === undefined ? undefined : parseDecimal(temperature)!
      const [losses, weights] = [
        [0, 200],
        [3, 1],
      ].map((row) => row.map(decimalOf)) as [never, never]
      const outcomes = [losses, weights, decimalOf(4), decimalOf(0.14)] as const
      return fileOf('200', {
        objective: 'evar',
        inputs: {
          moves: { format: 'spillway/moves@1', markets: ['BTC'], moves: [['0'], ['0.5']], weights: ['3', '1'] },
          confidence: '0.14',
        },
        value: ratioText(ratioOf(entropicAbove(outcomes, t))),
        bound: '100',
        evidence: {
          prices: { BTC: '25.3125' },
          tails: [{ weight: '1', confidence: '0.14', masses: { 0: '1.975', 1: mass } }],
          shares: { A: { 1: '1' } },
          ...(temperature !== undefined && { temperature }),
        },
      })
    }
    const { value } = at('177.976').certificate as { value: string }
    const [above, below] = value.split('/').map(Number) as [number, number]
    expect(above / below).toBeCloseTo(101.25666, 4)
    const poor = ['182.05', '178.1', '177.9', '100', '1e-9', '1e9', undefined]
    expectProved(
      [at('177.976'), true],
      ...poor.map((temperature) => [at(temperature), false] as const),
      // Further from the weights than the confidence allows.
      [at('177.976', '2.0251'), false],
    )
  })

  it('evar: own certificates are proved at every confidence, and where all moves lose nearly the same', async () => {
    const plain = event('200')
    // An exempt debtor stays, and loses a sum beside which all else is rounding.
    const debtor = { account: 'C', equity: '-1000000000000', exempt: true, positions: [] }
    const withDebtor = { ...plain, accounts: [...plain.accounts, debtor] }
    const rows = [[0.4999], [0.5], [0.45], [-0.1], [0.3], [0.6]]
    const moves = parseMoves({
      format: 'spillway/moves@1',
      markets: ['BTC'],
      moves: rows,
      weights: [1, 2, 3, 1, 1, 0.5],
    })
    const asked = [
      [plain, 1e-15],
      [withDebtor, 0.95],
    ] as const
    const made = asked.map(([book, confidence]) =>
      certified({ book, lots: false, pinned: {} }, entropicValueAtRisk({ moves, confidence })),
    )
    expectProved(...(await Promise.all(made)).map((files) => [files!, true] as const))
  })

  it('ellipsoid-loss: one move on the edge of the ellipsoid, and none beyond', () => {
    const by = (direction: string, bound = '60'): Case =>
      fileOf('100', {
        objective: 'ellipsoid-loss',
        inputs: {
          moves: { format: 'spillway/moves@1', markets: ['BTC'], gaussian: { covariance: [[0.04]] } },
          confidence: '0.5',
        },
        value: '60',
        bound,
        evidence: {
          prices: { BTC: '20' },
          moves: [{ account: 'A', share: '1', direction: { BTC: direction } }],
        },
      })
    expectProved(
      [by('5'), true],
      [by('5.0000000000000000000001'), false],
      [by('5', '60000000000000000000001/1000000000000000000000'), false],
      [by('-5', '0'), true],
    )
  })
})
