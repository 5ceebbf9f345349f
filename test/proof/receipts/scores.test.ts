import { describe, expect, it } from 'vitest'
import { RULES, type RuleName } from '#models/proof/index.js'
import {
  compareScores,
  readScore,
  type Score,
  type ScoreFacts,
  scoreOf,
  scoreText,
} from '#models/proof/receipts/scores.js'
import { decimal, type Ranked, scoreByDocs } from './fractions.js'

const queues = (Object.keys(RULES) as RuleName[]).filter((rule) => 'isQueue' in RULES[rule])

/** Everything that changes a score, each way. */
function* positions(): Generator<Ranked> {
  for (const isLong of [true, false])
    for (const entryPrice of ['80', '100', '125'])
      for (const equity of ['500', '0.5', '0', '-3'])
        for (const maintenanceMargin of ['0', '50'])
          for (const walletBalance of ['-7', '0', '1', '1.5', '400'])
            yield {
              ...{ price: '100', capacity: '10', gross: '2000' },
              ...{ isLong, entryPrice, equity, maintenanceMargin, walletBalance },
            }
}

const factsOf = ({ isLong, ...texts }: Ranked): ScoreFacts => ({
  ...(Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, decimal(text)])) as unknown as ScoreFacts),
  isLong,
})

describe('a score', () => {
  it.each(queues)('of %s is what the page says', (rule) => {
    const wrong = Array.from(positions()).flatMap((facts) => {
      const [found, wanted] = [scoreText(scoreOf(rule, factsOf(facts))), scoreByDocs(rule, facts)]
      return found === wanted ? [] : [`${JSON.stringify(facts)}: ${found}, not ${wanted}`]
    })
    expect(wrong).toEqual([])
  })

  it('has one spelling', () => {
    for (const text of [
      'infinity',
      '-infinity',
      '0',
      '7',
      '-7',
      '1/2',
      '-10/3',
      '9'.repeat(400),
      `1/1${'0'.repeat(400)}`,
    ])
      expect(scoreText(readScore(text)!)).toBe(text)
    const other = [
      '',
      '1/0',
      '2/4',
      '1/1',
      '0/1',
      '-0',
      '+1',
      '01',
      '1/02',
      '1.5',
      '1e3',
      ' 1',
      '1 ',
      '1\n',
      '1/-2',
      'Infinity',
    ]
    for (const text of [...other, '9'.repeat(401), `1/1${'0'.repeat(401)}`, 1, null, undefined, ['1']])
      expect([text, readScore(text)]).toEqual([text, undefined])
  })

  it('stands in one order', () => {
    const sorted = ['-infinity', '-2', '-1/2', '-1/3', '0', '1/3', '1/2', '2', 'infinity'].map(
      (text) => readScore(text) as Score,
    )
    for (const [i, a] of sorted.entries())
      for (const [j, b] of sorted.entries()) expect(Math.sign(compareScores(a, b))).toBe(Math.sign(i - j))
  })
})
