import { describe, expect, it } from 'vitest'
import { levelsProof } from '#models/proof/derivations/levels.js'
import { recheckLotLevels } from '#models/proof/lots/levels.js'
import { randomFrom } from '../../books.js'
import { fracOfRatio, text } from '../../certificates/decimals.js'
import { type Fraction, frac, minus, most, over, plus, sign, times, ZERO } from '../../fraction.js'
import { fault, value } from '../derivation-fault.js'
import {
  type Account,
  bestOf,
  decimalText,
  leverageOf,
  PRICE,
  type Problem,
  problemOf,
  sellersOf,
} from '../lots/book.js'
import { isEqual, programOf, slack } from './programs.js'

const SEED = 67_001

/** The names of the steps of a derivation, whose last is the bound. */
function stepsOf(proof: ReturnType<typeof levelsProof>): string[] {
  const names = [...(proof.steps?.({ lower: (j) => j, upper: (j) => j, row: (i) => i, step: (t) => t }) ?? [])].map(
    ({ name }) => name,
  )
  expect(new Set(names).size).toBe(names.length)
  expect(names.indexOf('bound')).toBe(names.length - 1)
  return names
}

describe(`levels of whole lots as derivations (seed ${SEED})`, () => {
  it.each(['10', '12', '8'])('prove them, and say of whole lots what the book says: ADL price %s', (adlPrice) => {
    const gap = minus(frac(adlPrice), PRICE)
    const random = randomFrom(SEED + Number(adlPrice))
    let proved = 0
    for (let round = 0; round < 9; round++) {
      const { sellers, wanted, room } = sellersOf(random, gap)
      if (room === 0) continue
      const problem = problemOf(
        sellers.map(({ quantity, own }): Account => [decimalText(own.equity), ['A', `-${quantity}`]]),
        { A: String(wanted) },
        { adlPrice },
      )
      const own = sellers.map((each) => each.own)
      let closed: readonly number[] = []
      let best: Fraction | undefined
      bestOf(own, wanted, (lots) => {
        const levels = lots.map((j, i) => leverageOf(own[i], j, gap))
        if (levels.includes(undefined)) return undefined
        const largest = (levels as Fraction[]).reduce(most, ZERO)
        if (best === undefined || sign(minus(best, largest)) > 0) [best, closed] = [largest, lots.slice()]
        return largest
      })
      if (best === undefined || sign(best) === 0) continue
      proved++
      const level = sign(gap) === 0 ? best : over(times(PRICE, best), minus(PRICE, times(gap, best)))
      const proof = levelsProof(problem, { group: [], levels: { A: `${level.n}/${level.d}` } })
      const at = `round ${round}`
      expect(fault(proof), at).toBeUndefined()
      expect(isEqual(fracOfRatio(proof.bound), level), at).toBe(true)
      expect(proof.notes.join('\n'), at).toContain(`leverage ${best.n}${best.d === 1n ? '' : `/${best.d}`}`)
      expect(proof.notes.join('\n'), at).toContain('"A"')
      stepsOf(proof)
      const program = programOf(proof)
      const point = new Map(closed.map((j, i): [string, Fraction] => [`j${i}_0`, frac(j)]))
      closed.forEach((_, i) => {
        const { lower, upper, isInteger } = program.columns.get(`j${i}_0`)!
        expect([value(lower!).n, value(upper!).n, isInteger], at).toEqual([0n, BigInt(own[i].most), true])
        const row = `level_${i}_0`
        const needed = over(
          minus(value(program.rows.get(row)!.side), program.sum(row, point, 'level')),
          program.coefficient(row, 'level'),
        )
        const weight = sign(gap) === 0 ? own[i].equity : own[i].remarked
        expect(isEqual(needed, over(minus(own[i].gross, times(PRICE, frac(closed[i]))), weight)), at).toBe(true)
      })
      expect(sign(slack(program, 'steps', point)), at).toBe(0)
      // Running sums say which accounts they run over.
      let sum = ZERO
      for (let r = 0; program.rows.has(`sum_${r}`); r++) {
        const { columns, coefficient } = program
        const name = [...columns.keys()].find((own) => own.startsWith('j') && sign(coefficient(`sum_${r}`, own)) !== 0)!
        sum = plus(sum, point.get(name)!)
        point.set(`q${r}`, sum)
        slack(program, `sum_${r}`, point)
      }
    }
    expect(proved).toBeGreaterThan(3)
  })

  const alike = (count: number): readonly Account[] => Array.from({ length: count }, () => ['10', ['A', '-4']])

  it('split on the accounts that it takes, and no more', () => {
    // Below 4 each of five must give one of 4, three of them are asked: four do.
    const of = (wanted: string, level: string, accounts = alike(5)) => {
      const proof = levelsProof(problemOf(accounts, { A: wanted }), { group: [], levels: { A: level } })
      expect(fault(proof), level).toBeUndefined()
      stepsOf(proof)
      return [text(proof.bound), [...proof.columns].filter(({ name }) => name.startsWith('q')).length]
    }
    expect(of('3', '4')).toEqual(['4', 4])
    expect(of('4', '4')).toEqual(['4', 5])
    expect(of('3', '3')).toEqual(['3', 2])
    expect(of('4', '3')).toEqual(['3', 3])
    expect(of('1', '3')).toEqual(['3', 1])
    // Who is below the level as it is takes no part.
    expect(of('1', '4', [['100', ['A', '-4']], ...alike(2)])).toEqual(['4', 2])
    expect(of('1', '4', [['10.1', ['A', '-4']], ...alike(2)])).toEqual(['4', 2])
    expect(of('1', '4', [['100', ['A', '-4']], ...alike(1), ['99', ['A', '-4']], ...alike(1)])).toEqual(['4', 2])
    // Whose lots are not enough needs nobody else.
    expect(of('3', '9/2', [['1', ['A', '-0.45']], ...alike(3)])).toEqual(['9/2', 0])
    expect(of('3', '5', [...alike(3), ['1', ['A', '-1.5']]])).toEqual(['5', 0])
  })

  it('stand where they are above the group, and the group elsewhere', () => {
    const accounts: readonly Account[] = [
      ['10', ['A', '-3']],
      ['10', ['A', '-3']],
      ['1', ['B', '-4']],
    ]
    const of = (evidence: object, problem: Problem = problemOf(accounts, { A: '1', B: '1' })) => {
      const proof = levelsProof(problem, evidence)
      expect(fault(proof)).toBeUndefined()
      const { bound } = recheckLotLevels(problem, evidence)
      expect(text(proof.bound)).toBe(text(bound))
      return [
        text(bound),
        proof.steps === undefined ? 'group' : proof.notes.find((note) => note.startsWith('market:'))?.slice(8, 11),
      ]
    }
    const group = ['a0', 'a1']
    expect(of({ group })).toEqual(['5/2', 'group'])
    expect(of({ group, levels: {} })).toEqual(['5/2', 'group'])
    expect(of({ group, levels: { A: '3' } })).toEqual(['3', '"A"'])
    expect(of({ group, levels: { A: '5/2' } })).toEqual(['5/2', 'group'])
    expect(of({ group, levels: { A: '2' } })).toEqual(['5/2', 'group'])
    expect(of({ group, levels: { A: '3', B: '6' } })).toEqual(['6', '"B"'])
    expect(of({ group, levels: { A: '3', B: '1' } })).toEqual(['3', '"A"'])
    expect(of({ group, levels: { B: '6' } })).toEqual(['6', '"B"'])
    const infinite = problemOf(
      [
        ['-7', ['A', '-4']],
        ['9', ['B', '-4']],
      ],
      { A: '1', B: '1' },
      { adlPrice: '8' },
    )
    const refused = expect.objectContaining({ code: 'not-expressible', path: 'bound' })
    for (const levels of [{ A: '5' }, { A: '5', B: '1/2' }])
      expect(() => levelsProof(infinite, { group: [], levels })).toThrow(refused)
    expect(text(levelsProof(infinite, { group: [], levels: { B: '1/2' } }).bound)).toBe('1/2')
    expect(text(levelsProof(infinite, { group: ['a1'] }).bound)).toBe('0')
  })
})
