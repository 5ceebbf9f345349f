import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type AdlEvent,
  checkCertificate,
  conditionalValueAtRisk,
  eventJson,
  expectedLoss,
  factorLeverage,
  type Moves,
  meanAndTail,
  minMaxLeverage,
  type Objective,
  objectives,
  parseAllocation,
  parseCertificate,
  parseEvent,
  parseMoves,
  readCertificate,
  readEvent,
  readMoves,
  spectralLoss,
  squaredLeverage,
  verifyWithProof,
  worstCaseLoss,
  writeCertificate,
  writeEventFolder,
  writeMoves,
} from 'spillway'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DecimalColumn } from '#models/book/decimal-column.js'
import { movesJson } from '#models/moves/index.js'
import { type PlainEvent, randomBook, randomFrom } from '../books.js'
import { instances } from '../campaign.js'
import { problemOf } from '../objectives/leverage/oracle.js'
import { randomAllocation } from '../objectives/leverage/support.js'

const SEED = 71193
/** More in a campaign: MEMORY_BOOKS=60 npx vitest run test/proof/memory.test.ts */
const BOOKS = instances(2, 60, process.env.MEMORY_BOOKS)

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spillway-memory-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

type Random = ReturnType<typeof randomFrom>

/** Weights and returns with none to seventeen decimal places, side by side. */
function mixedMoves(random: Random, markets: readonly string[], count: number): object {
  const places = (value: number): number | string =>
    random.pick([Math.sign(value), Number(value.toFixed(2)), value.toFixed(6), value, `${value.toFixed(20)}7`])
  const size = random.pick([0.1, 0.5, 1])
  return {
    format: 'spillway/moves@1',
    markets,
    moves: Array.from({ length: count }, () => markets.map(() => places(size * random.between(-0.99, 1)))),
    weights: Array.from({ length: count }, () =>
      random.pick([1, 0.3, '0.125', 2, 1 / 3, '0.00000000000000000001', 1e-9]),
    ),
  }
}

/** Every objective that takes scenarios, at a confidence with digits of its own, and those that take none. */
function allObjectives(moves: Moves, confidence: number, loadings: Readonly<Record<string, number>>): Objective[] {
  return [
    minMaxLeverage(),
    squaredLeverage(),
    factorLeverage({ loadings }),
    expectedLoss({ moves }),
    conditionalValueAtRisk({ moves, confidence }),
    worstCaseLoss({ moves }),
    meanAndTail({ moves, weight: 0.7, confidence }),
    spectralLoss({ moves, parts: [0.25, confidence, 1].map((alpha, j) => ({ weight: j + 0.1, confidence: alpha })) }),
  ]
}

const gaussian = (markets: readonly string[]): Objective =>
  expectedLoss({
    moves: parseMoves({
      format: 'spillway/moves@1',
      markets,
      gaussian: { covariance: markets.map((_, k) => markets.map((__, l) => (k === l ? 0.0123 : 0.004))) },
    }),
  })

/** Reads every number of a book once, backwards: what somebody else may have done before. */
function browse({ accounts, positions }: AdlEvent): void {
  for (let i = accounts.count - 1; i >= 0; i--) accounts.equity.exact(i)
  for (let p = positions.count - 1; p >= 0; p--) positions.quantity.exact(p)
}

describe(`exact numbers have no memory (seed ${SEED})`, () => {
  it('one column gives one digit string and scale, whatever was read before', () => {
    const random = randomFrom(SEED)
    for (let round = 0; round < 50; round++) {
      const values = Float64Array.from({ length: random.whole(1, 200) }, () =>
        Number(random.between(-5, 5).toFixed(random.whole(0, 14))),
      )
      const fresh = (i: number) => new DecimalColumn(values).exact(i)
      const used = new DecimalColumn(values)
      for (let read = 0; read < 300; read++) {
        const i = random.whole(0, values.length - 1)
        expect(used.exact(i)).toEqual(fresh(i))
      }
    }
  })

  it('a certificate made in memory and one made from files are the same bytes, under every objective', async () => {
    let certificates = 0
    for (let b = 0; b < BOOKS; b++) {
      const random = randomFrom(SEED + b)
      const kind = [{ offMark: true }, { markets: 3, holdings: 3, twoSided: true }, { wild: true }, { ties: true }][
        b % 4
      ]
      const book: PlainEvent = randomBook(SEED + b, { accounts: 3 + (b % 5), ...kind })
      const markets = book.markets.map(({ market }) => market)
      const confidence = random.pick([0.437, 0.9, Number(random.between(0.05, 0.99).toFixed(random.whole(1, 16)))])
      const loadings = Object.fromEntries(markets.map((market) => [market, Number(random.between(-1, 2).toFixed(5))]))
      const reductions = randomAllocation(problemOf(book), random)
      const allocation = parseAllocation({ format: 'spillway/allocation@1', reductions })

      const event = parseEvent(book)
      const moves = parseMoves(mixedMoves(random, markets, random.whole(1, 9)))
      const [json, csv, path] = ['event.json', 'moves.csv', 'event'].map((name) => join(folder, `${b}-${name}`))
      await writeFile(json!, JSON.stringify(eventJson(event)))
      await writeEventFolder(path!, event)
      await writeMoves(csv!, moves)
      const events = [event, await readEvent(json!), await readEvent(path!)]
      browse(events[1])
      const all = [moves, await readMoves(csv!), parseMoves(JSON.parse(JSON.stringify(movesJson(moves))))]
      const made = all.map((own) => [...allObjectives(own, confidence, loadings), gaussian(markets)])
      for (let o = 0; o < made[0].length; o++) {
        const where = `seed ${SEED + b}, ${made[0][o].name}`
        const texts: string[] = []
        for (const [n, own] of events.entries()) {
          const objective = made[n][o]
          for (let again = 0; again < (n === 0 ? 2 : 1); again++) {
            const { certificate } = await verifyWithProof(own, allocation, objective)
            texts.push(JSON.stringify(certificate()))
          }
        }
        expect(new Set(texts).size, where).toBe(1)
        const file = join(folder, 'certificate.json')
        await writeCertificate(file, parseCertificate(JSON.parse(texts[0])))
        const certificate = await readCertificate(file)
        expect(JSON.stringify(certificate), where).toBe(texts[0])
        certificates++
        const custom = objectives.has(certificate.objective) ? [] : [made[1][o]]
        for (const own of events) {
          const check = checkCertificate(own, allocation, certificate, custom)
          expect(check.proved, `${where}: ${check.reason}`).toBe(true)
        }
        // Evidence read back proves the same bound to the last digit, and is written the same.
        const prepared = made[2][o].prepare(events[2])
        const { bound, evidence } = prepared.recheck!(certificate.evidence)
        expect(bound?.toFraction() ?? null, where).toBe(certificate.bound)
        expect(JSON.parse(JSON.stringify(evidence!())), where).toEqual(certificate.evidence)
      }
    }
    expect(certificates).toBe(9 * BOOKS)
  })
})
