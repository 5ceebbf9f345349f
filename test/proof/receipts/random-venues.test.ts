import { describe, expect, it } from 'vitest'
import { checkReceipt, RULES, type RuleName } from '#models/proof/index.js'
import { scoreOf, scoreText } from '#models/proof/receipts/scores.js'
import { decimalOf, toText } from '#src/numeric/index.js'
import { randomFrom } from '../../books.js'
import { skipUnless } from '../../notes.js'
import { hasPython, receiptVerdicts } from './python.js'
import { filesOf, type Venue } from './venue.js'

/**
 * Whatever a venue states of an account, by any rule and with hashes that fit: `checkReceipt` and the Python program accept the same and refuse
 * the same. A few here; more: VENUES=2000 npx vitest run test/proof/receipts/random-venues.test.ts
 */
const SEED = 90017
const VENUES = Number(process.env.VENUES ?? 12)

const written = (value: number): string => toText(decimalOf(value))
const scores = ['-infinity', '-3', '-1/2', '0', '1/7', '1', '2', '50', '900', 'infinity']

/** Small numbers that meet often, so that a part of what is stated follows the rule. */
function randomVenue(rule: RuleName, seed: number): Venue {
  const random = randomFrom(seed)
  const pick = (...list: readonly number[]): number => random.pick(list)
  const { own = [], held = [], isQueue = false } = RULES[rule] as Record<'own' | 'held', string[]> & { isQueue?: true }
  const isLong = random.chance(0.5)
  const price = pick(100, 50, 2.5)
  const capacity = pick(10, 4, 8, 0.5)
  const equity = pick(500, 250, 1000, 0, -100, 125)
  const amounts = {
    grossNotional: capacity * price + pick(0, 0, 100),
    remarkedEquity: equity + pick(0, 0, 10, -10, -500),
    equity,
    maintenanceMargin: pick(0, 20, 40),
    factorExposure: pick(capacity * price, -capacity * price, 0, 700),
    entryPrice: pick(60, 100, 200, price),
    walletBalance: pick(-5, 0, 1, 300),
    closed: pick(0, capacity, capacity / 2, capacity / 4, 0.25, 1),
  }
  const fields = (names: readonly string[]): Record<string, string> =>
    Object.fromEntries(names.map((name) => [name, written(amounts[name as keyof typeof amounts])]))
  const exact = Object.fromEntries(Object.entries(amounts).map(([name, own]) => [name, decimalOf(own)]))
  const facts = { ...exact, price: decimalOf(price), isLong, capacity: decimalOf(capacity), gross: exact.grossNotional }
  const score = isQueue ? scoreText(scoreOf(rule, facts as never)) : undefined
  const range = score === undefined ? [] : [score, score]

  /** Sums of a group on one side; in a queue mostly of those who belong there. */
  const group = (side: 'left' | 'right'): readonly string[] => {
    const most = pick(10, 5, 20, 0)
    const sums = [pick(1, 2), most, pick(0, most, most / 2), pick(0, 0, most)].map(written)
    if (score === undefined || random.chance(0.2)) return [...sums, ...range]
    const ends = [random.whole(0, 9), random.whole(0, 9)].sort((a, b) => a - b)
    const [least, greatest] = ends.map((end) =>
      random.chance(0.4) ? end : side === 'left' ? Math.max(end, 7) : Math.min(end, 1),
    )
    return [...sums, scores[least!]!, scores[greatest!]!]
  }
  const path = (['right', 'left'] as const).slice(0, random.whole(0, 2)).map((side) => [side, group(side)] as const)
  const last = random.chance(0.3) ? undefined : ([pick(1000, 500, 250), pick(500, 250, 125)] as const)
  const lot = {
    lotSize: written(pick(0.25, 0.5, 1)),
    lastNotional: last ? written(last[0]) : null,
    lastEquity: last ? written(last[1]) : null,
    lastNumber: last ? pick(1, 2, 5) : null,
  }
  const levels = {
    'water-filling': random.chance(0.8) ? written(pick(0, 1, 0.5, 2, 4, 0.8)) : null,
    'factor-water-filling': random.chance(0.8) ? written(pick(0, 1, -1, 0.5, 2)) : null,
    'water-filling-lots': last ? written(last[0] / last[1]) : null,
  }
  return {
    rule,
    statement: {
      number: pick(1, 2, 3),
      account: 't',
      salt: 'c'.repeat(64),
      ...fields(['grossNotional', 'remarkedEquity', ...own]),
    },
    own: { market: 'M', capacity: written(capacity), ...fields(['closed', ...held]) },
    path,
    market: {
      market: 'M',
      markPrice: written(price),
      adlPrice: written(Math.max(0.5, price + pick(0, 0, 1, -1, 0.5))),
      unit: random.pick(['0', '0', '0.00000000001']),
      ...(rule === 'factor-water-filling' && { factorLoading: written(pick(1, -1, 0.5, 0)) }),
      ...(rule === 'water-filling-lots' && lot),
    },
    level: rule in levels ? levels[rule as keyof typeof levels] : null,
    leaf: [
      '1',
      written(capacity),
      written(amounts.closed),
      !isQueue && amounts.remarkedEquity <= 0 ? written(capacity) : '0',
      ...range,
    ],
    demand: {
      market: 'M',
      side: isLong ? 'long' : 'short',
      quantity: written(path.reduce((sum, [, sums]) => sum + Number(sums[2]), amounts.closed)),
    },
  }
}

describe(`venues at random (seed ${SEED}, ${VENUES} by rule)`, () => {
  skipUnless(hasPython, 'there is no python3')
  it('are judged alike by the command and by the Python program', () => {
    const venues = (Object.keys(RULES) as RuleName[]).flatMap((rule) =>
      Array.from({ length: VENUES }, (_, b) => ({
        what: `${rule} ${SEED + b}`,
        files: filesOf(randomVenue(rule, SEED + b)),
      })),
    )
    const theirs = receiptVerdicts(venues.map(({ files }) => files))
    // As files hold them.
    const ours = venues
      .map(({ files }) => JSON.parse(JSON.stringify(files)) as [unknown, unknown])
      .map((files) => checkReceipt(...files))
    const accepted = ours.filter((one) => one.accepted).length
    expect(accepted).toBeGreaterThan(0.2 * ours.length)
    expect(accepted).toBeLessThan(0.8 * ours.length)
    const differing = ours.flatMap((own, i) =>
      own.accepted === theirs[i]!.startsWith('0')
        ? []
        : [`${venues[i]!.what}: ${own.reason ?? 'accepted'}; Python ${theirs[i]}`],
    )
    expect(differing).toEqual([])
  }, 600_000)
})
