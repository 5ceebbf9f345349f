import { describe, expect, it } from 'vitest'
import { decisionSpace } from '#models/book/decision-space.js'
import { parseEvent } from '#models/book/index.js'
import { levelsProof } from '#models/proof/derivations/levels.js'
import { factorProof, tangentProof } from '#models/proof/derivations/tangents.js'
import { readLevels } from '#models/proof/factor/bound.js'
import { factorProblem } from '#models/proof/factor/problem.js'
import { leverageProblem } from '#models/proof/leverage/problem.js'
import { boundOfGroup } from '#models/proof/leverage/profile.js'
import { recheckSquares, squaresBound } from '#models/proof/leverage/squares.js'
import { toText } from '#src/numeric/index.js'
import { randomFrom } from '../../books.js'
import { dec, fracOfRatio, text } from '../../certificates/decimals.js'
import { type Fraction, frac, minus, over, sign, times, total, ZERO } from '../../fraction.js'
import { fault, value } from '../derivation-fault.js'
import { type SmallBook, smallBook } from '../leverage/book.js'
import { isEqual, type Program, pointOf, programOf, slack } from './programs.js'

const SEED = 65_001

const codeOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    const { code, path } = error as { code: string; path: string }
    return `${code} ${path}`
  }
  return 'nothing was thrown'
}

const randomBook = (random: ReturnType<typeof randomFrom>): SmallBook =>
  smallBook(random, { offMark: random.chance(0.6), ...(random.chance(0.2) && { equities: ['-3', '0'] }) })

/** The columns of contracts are what may be closed of the solvent where something is left to them, and demand is what is left. */
function expectContracts({ columns, rows }: Program, { space, accounts, remarked, reductions }: SmallBook): void {
  const free = new Map<string, string>()
  const left = new Map<string, Fraction>()
  space.pairMarket.forEach((market, pair) => {
    const owner = space.pairOwner[pair]
    const account = space.owners[owner]
    const { index: k } = space.markets[market]
    if (sign(remarked[owner]) <= 0) return
    const { capacity } = accounts[account].held.find((held) => held.k === k)!
    free.set(`x${account}_${k}`, `${capacity.n}/${capacity.d}`)
    const name = `demand_${k}`
    left.set(name, total([left.get(name) ?? ZERO, value(reductions[pair])]))
  })
  const open = [...left].filter(([, sum]) => sign(sum) > 0)
  const found = [...columns.values()].filter(({ name }) => name.startsWith('x'))
  expect(found.map(({ name }) => name)).toEqual(
    [...free.keys()].filter((name) => sign(left.get(`demand_${name.split('_')[1]}`)!) > 0),
  )
  for (const { name, lower, upper, cost } of found) {
    const { n, d } = value(upper!)
    expect([toText(lower!), `${n}/${d}`, toText(cost)], name).toEqual(['0', free.get(name), '0'])
  }
  const demands = [...rows.values()].filter(({ name }) => name.startsWith('demand'))
  expect(demands.map(({ name }) => name).sort()).toEqual(open.map(([name]) => name).sort())
  for (const { name, sense, side } of demands) {
    expect(sense).toBe('E')
    expect(isEqual(value(side), left.get(name)!), name).toBe(true)
  }
}

describe(`levels of groups as linear programs (seed ${SEED})`, () => {
  it('prove the bound, and say of an allocation what the book says', () => {
    const random = randomFrom(SEED)
    const kinds = new Set<string>()
    for (let round = 0; round < 20; round++) {
      const book = randomBook(random)
      const { space, reductions, gross, equity, remarked } = book
      const problem = leverageProblem(space)
      const solvent = gross.flatMap((_, owner) => (sign(remarked[owner]) > 0 ? [owner] : []))
      const group = solvent.filter(() => random.chance(0.6))
      const evidence = { group: group.map((owner) => space.event.accounts.names[space.owners[owner]]) }
      const { bound } = boundOfGroup(problem, group)
      const at = `round ${round}`
      if (bound === undefined) {
        kinds.add('infinite')
        expect(
          codeOf(() => levelsProof(problem, evidence)),
          at,
        ).toBe('not-expressible bound')
        continue
      }
      const proof = levelsProof(problem, evidence)
      const program = programOf(proof)
      expect(fault(proof), at).toBeUndefined()
      const isOff = book.demanded.some(({ k }) =>
        book.accounts.some(({ held }) => held.some((own) => own.k === k && sign(own.gap) !== 0)),
      )
      kinds.add(`${isOff} ${group.length === 0} ${sign(fracOfRatio(bound))}`)
      expect(text(proof.bound), at).toBe(isOff ? '0' : text(bound))
      const name = isOff ? 'w' : 'level'
      const [first] = program.columns.values()
      expect([first.name, toText(first.cost), first.upper], at).toEqual([name, '1', undefined])
      // How far above a level is no number that has a floor, but for notionals.
      const isFloored = !isOff || bound.n === 0n
      expect(first.lower && toText(first.lower), at).toBe(isFloored ? '0' : undefined)
      if (isOff) expect(proof.notes.join('\n')).toContain(`leverage ${text(bound)}`)
      for (const { market } of space.markets) expect(proof.notes.join('\n')).toContain(JSON.stringify(market.market))
      expectContracts(program, book)
      const point = pointOf(space, reductions)
      const rows = [...program.rows.keys()].filter((row) => row.startsWith('level'))
      expect(rows).toEqual(solvent.map((owner) => `level_${space.owners[owner]}`))
      rows.forEach((row, i) => {
        const owner = solvent[i]
        const factor = program.coefficient(row, name)
        const needed = over(minus(value(program.rows.get(row)!.side), program.sum(row, point, name)), factor)
        const wanted = isOff
          ? minus(times(frac(String(bound.d)), gross[owner]), times(frac(String(bound.s * bound.n)), equity[owner]))
          : over(gross[owner], remarked[owner])
        expect(isEqual(needed, wanted), `${at}, ${row}`).toBe(true)
      })
      for (const row of program.rows.keys()) if (row.startsWith('demand')) slack(program, row, point)
    }
    expect(kinds.size).toBeGreaterThan(5)
  })

  it('are of the group alone where nothing is in lots, and of none where no level is finite', () => {
    const of = (adlPrice: string, equity: string) =>
      leverageProblem(
        decisionSpace(
          parseEvent({
            format: 'spillway/event@1',
            markets: [
              { market: 'A', markPrice: '10', adlPrice },
              { market: 'B', markPrice: '10', adlPrice: '2' },
            ],
            accounts: [
              {
                account: 'a',
                equity,
                positions: [
                  { market: 'A', quantity: '-4' },
                  { market: 'B', quantity: '-4' },
                ],
              },
            ],
            demand: [
              { market: 'A', side: 'short', quantity: '4' },
              { market: 'B', side: 'short', quantity: '1' },
            ],
          } as never),
        ),
      )
    expect(codeOf(() => levelsProof(of('10', '5'), { group: ['a'], levels: {} }))).toBe(
      'unknown-key certificate.evidence.levels',
    )
    // 4 contracts lose 40 and one gains 8: nothing is left of 31 and some, and yet 30 of notional.
    expect(codeOf(() => levelsProof(of('20', '31'), { group: ['a'] }))).toBe('not-expressible bound')
    expect(text(levelsProof(of('20', '33'), { group: ['a'] }).bound)).toBe('0')
  })
})

describe('programs of books by hand', () => {
  const problemOf = (accounts: readonly (readonly [equity: string, ...quantities: string[]])[], demand: string) =>
    leverageProblem(
      decisionSpace(
        parseEvent({
          format: 'spillway/event@1',
          markets: [
            { market: 'A', markPrice: '10', adlPrice: '12' },
            { market: 'B', markPrice: '1' },
          ],
          accounts: accounts.map(([equity, ...quantities], i) => ({
            account: `a${i}`,
            equity,
            positions: quantities.map((quantity, k) => ({ market: 'AB'[k], quantity })),
          })),
          demand: [{ market: 'A', side: 'short', quantity: demand }],
        } as never),
      ),
    )

  it('prove levels that closing raises, from what the others cannot take', () => {
    // 510 over 9, and each contract of 10 takes 2 of the 9; the other holds one and a half.
    const bounds = ['2', '1.6', '1.5', '1'].map((demand) => {
      const problem = problemOf(
        [
          ['9', '-1', '500'],
          ['80', '-1.5'],
        ],
        demand,
      )
      const proof = levelsProof(problem, { group: ['a0'] })
      expect(fault(proof), demand).toBeUndefined()
      return proof.notes
        .find((note) => note.startsWith('w >= 0'))
        ?.split(' ')
        .at(-1)
    })
    expect(bounds).toEqual(['505/8', '2545/44', '170/3', '170/3'])
  })

  it('take a price below zero for none, and levels for what they are', () => {
    const problem = problemOf(
      [
        ['80', '-1', '500'],
        ['80', '-1.5'],
      ],
      '1',
    )
    // Of g = 78 and m = 6: 2 · 6 · 510 − 36 · 78 − 2 · 6 · 10.
    for (const price of ['-3', '0']) {
      const proof = tangentProof(problem, { multipliers: { a0: '6' }, prices: { A: price } })
      expect([fault(proof), text(proof.bound)], price).toEqual([undefined, '3192'])
    }
    // Exposures of −30 and 470, of which one contract of 10 is closed: the first gives it, and stands at the level of the market.
    const factor = factorProblem(
      problemOf(
        [
          ['34', '-3'],
          ['82', '-3', '500'],
        ],
        '1',
      ).space,
      [dec('1'), dec('1')],
    )
    const proof = factorProof(factor, { levels: { A: '-0.5' } })
    expect([fault(proof), text(proof.bound)]).toEqual([
      undefined,
      text(readLevels(factor, { levels: { A: '-0.5' } }).bound),
    ])
    const { rows } = programOf(proof)
    // 2 m a − m² g with m = −1/2, a = −30 and g = 28.
    expect(toText(rows.get('tangent_0')!.side)).toBe('23')
  })

  it('have no rows of markets in which nothing is left to the solvent', () => {
    const problem = problemOf(
      [
        ['-9', '-3'],
        ['80', '-1.5'],
      ],
      '2',
    )
    const { rows, columns } = programOf(levelsProof(problem, { group: ['a1'] }))
    expect([[...rows.keys()], [...columns.keys()]]).toEqual([['level_1'], ['w']])
  })
})

describe(`tangents of squares (seed ${SEED + 1})`, () => {
  it('prove the bound, and touch the squares of any allocation from below', () => {
    const random = randomFrom(SEED + 1)
    const signs = new Set<number>()
    for (let round = 0; round < 10; round++) {
      const book = randomBook(random)
      const { space, reductions, gross, remarked } = book
      const problem = leverageProblem(space)
      const named = (owner: number) => space.event.accounts.names[space.owners[owner]]
      const solvent = gross.flatMap((_, owner) => (sign(remarked[owner]) > 0 ? [owner] : []))
      const evidence =
        round % 2 === 0
          ? squaresBound(problem, reductions).evidence!()
          : {
              multipliers: Object.fromEntries(
                solvent
                  .filter(() => random.chance(0.8))
                  .map((owner) => [named(owner), random.pick(['0', '0.25', '-1', '3'])]),
              ),
              prices: Object.fromEntries(
                space.markets.map(({ market }) => [market.market, random.pick(['0', '-3', '7'])]),
              ),
            }
      const { multipliers } = evidence as { multipliers: Record<string, string> }
      const stated = recheckSquares(problem, evidence).bound!
      const proof = tangentProof(problem, evidence)
      const at = `round ${round}`
      const program = programOf(proof)
      expect(text(proof.bound), at).toBe(text(stated))
      expect(fault(proof), at).toBeUndefined()
      signs.add(sign(fracOfRatio(stated)))
      // What is below zero is proved by nothing: squares are not negative.
      if (sign(fracOfRatio(stated)) < 0) {
        expect(
          [...program.rows.values()].every(({ dual }) => toText(dual) === '0'),
          at,
        ).toBe(true)
      }
      expectContracts(program, book)
      const point = new Map(pointOf(space, reductions))
      const owners = solvent.filter((owner) => multipliers[named(owner)] !== undefined)
      for (const owner of owners)
        point.set(`s${space.owners[owner]}`, over(times(gross[owner], gross[owner]), remarked[owner]))
      const tangents = [...program.rows.keys()].filter((row) => row.startsWith('tangent'))
      expect(tangents.toSorted()).toEqual(owners.map((owner) => `tangent_${space.owners[owner]}`).toSorted())
      for (const owner of owners) {
        const m = frac(multipliers[named(owner)])
        const beyond = minus(gross[owner], times(m, remarked[owner]))
        // z²/g − (2 m z − m² g) = (z − m g)²/g.
        const wanted = over(times(beyond, beyond), remarked[owner])
        expect(isEqual(slack(program, `tangent_${space.owners[owner]}`, point), wanted), at).toBe(true)
        const { cost, lower, upper } = program.columns.get(`s${space.owners[owner]}`)!
        expect([toText(cost), lower && toText(lower), upper], at).toEqual(['1', '0', undefined])
      }
    }
    expect([...signs].sort()).toEqual([-1, 0, 1])
  })

  it('prove bounds of exposures to a factor in the same way', () => {
    const random = randomFrom(SEED + 2)
    for (let round = 0; round < 10; round++) {
      const book = randomBook(random)
      const { space, reductions, remarked } = book
      const loadings = space.event.markets.map(() => random.pick(['1', '-0.5', '0', '2.25']))
      const factor = factorProblem(space, loadings.map(dec))
      const levels = Object.fromEntries(
        space.markets.map(({ market }) => [market.market, random.pick(['-1.5', '-0.25', '0', '0.3', '2'])]),
      )
      const stated = fracOfRatio(readLevels(factor, { levels }).bound!)
      const proof = factorProof(factor, { levels })
      const program = programOf(proof)
      const at = `round ${round}`
      expect(isEqual(fracOfRatio(proof.bound), stated), at).toBe(true)
      expect(fault(proof), at).toBeUndefined()
      const point = new Map(pointOf(space, reductions))
      Array.from(space.owners).forEach((account, owner) => {
        if (sign(remarked[owner]) <= 0) return
        const z = total(
          book.accounts[account].held.map(({ k, quantity, side, closed, price }) =>
            times(times(minus(quantity, times(side, closed)), price), frac(loadings[k])),
          ),
        )
        point.set(`s${account}`, over(times(z, z), remarked[owner]))
        expect(sign(slack(program, `tangent_${account}`, point)), at).toBeGreaterThanOrEqual(0)
      })
      for (const row of program.rows.keys()) slack(program, row, point)
    }
  })

  it('of whole lots are no linear program', () => {
    const { event } = smallBook(randomFrom(SEED + 3)).space
    const problem = leverageProblem(decisionSpace(event, { lots: true }))
    expect(codeOf(() => tangentProof(problem, { multipliers: {}, prices: {} }))).toBe('not-expressible lots')
  })
})
