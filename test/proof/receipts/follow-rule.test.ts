import { describe, expect, it } from 'vitest'
import type { RuleName } from '#models/proof/index.js'
import {
  distanceOf,
  followsRule,
  isWithin,
  type RuleAccount,
  type RuleMarket,
} from '#models/proof/receipts/follow-rule.js'
import { randomFrom } from '../../books.js'
import {
  type Fraction,
  frac,
  least,
  minus,
  most,
  order,
  over,
  plus,
  sign,
  size,
  times,
  total,
  ZERO,
} from '../../fraction.js'
import { decimal, decimalOf, fractionOf, ONE } from './fractions.js'

const SEED = 31_337
const ACCOUNTS = 300

interface Stated {
  readonly rule: RuleName
  readonly z: Fraction
  readonly g: Fraction
  readonly held: readonly Held[]
}
interface Held {
  readonly [name: string]: Fraction | undefined
  readonly p: Fraction
  readonly d: Fraction
  readonly v: Fraction
  readonly Q: Fraction
  readonly C: Fraction
  readonly F: Fraction
  readonly level: Fraction | undefined
  readonly lot: Fraction | undefined
  readonly c: Fraction
  readonly x: Fraction
  readonly A: Fraction | undefined
  readonly T: Fraction | undefined
}

const share = ({ x, c }: Held, part: Fraction, whole: Fraction): Fraction => size(minus(x, over(times(c, part), whole)))

/** Contracts that the cut is off, as docs/receipts.md has it. Of lots with g > 0 see `lots-taken.test.ts`. */
function off({ rule, z, g, held }: Stated, k: number): Fraction {
  const own = held[k]!
  const { p, d, v, Q, C, F, level, lot, c, x, A, T } = own
  if (rule === 'pro-rata') return share(own, Q, C)
  if (A !== undefined) return share(own, least(T!, most(ZERO, minus(Q, A))), T!)
  if (sign(g) <= 0) {
    if (rule === 'factor-water-filling' && order(Q, F) < 0) return ZERO
    const gap = share(own, least(Q, F), F)
    return lot === undefined ? gap : most(ZERO, minus(gap, lot))
  }
  if (level === undefined) return x
  const left = minus(z, total(held.map((one) => times(one.v, one.x))))
  const top = rule === 'factor-water-filling' ? level : over(times(level, p), minus(p, times(level, d)))
  const gap = minus(left, times(top, g))
  const isAbove = sign(v) > 0 ? sign(gap) > 0 : sign(gap) < 0
  const isWrong = sign(gap) !== 0 && (isAbove ? order(x, c) < 0 : sign(x) > 0)
  return isWrong ? size(over(gap, v)) : ZERO
}

/** Whether it is at most its unit, and where levels judge an account's markets together the units of all of them, in money. */
function follows(stated: Stated, k: number, units: readonly Fraction[]): boolean {
  const { rule, g, held } = stated
  const { level, v } = held[k]!
  const isTogether = ['water-filling', 'factor-water-filling'].includes(rule) && sign(g) > 0 && level !== undefined
  if (!isTogether) return order(off(stated, k), units[k]!) <= 0
  const money = total(held.map((own, j) => times(size(own.v), units[j]!)))
  return order(times(size(v), off(stated, k)), money) <= 0
}

function randomAccount(seed: number): Stated {
  const random = randomFrom(seed)
  const pick = (...list: readonly (string | number)[]): Fraction => frac(random.pick(list))
  const rule = random.pick([
    ...(['pro-rata', 'water-filling', 'water-filling', 'factor-water-filling', 'factor-water-filling'] as const),
    ...(['queue-leverage', 'water-filling-lots'] as const),
  ])
  const isFactor = rule === 'factor-water-filling'
  const held = Array.from({ length: random.whole(1, 2) }, (): Held => {
    const [p, c] = [pick(100, 10), pick(10, 4)]
    return {
      ...{ p, c, d: pick(0, 1, -1), v: isFactor ? times(p, pick(1, -1, '0.5')) : p },
      ...{ Q: pick(20, 5, 8), C: pick(40, 20), F: pick(20, 8, 10) },
      level: random.chance(0.85) ? pick(1, 2, '0.5', 4, 0) : undefined,
      lot: rule === 'water-filling-lots' ? pick('0.5', 1) : undefined,
      x: times(c, pick(0, 1, '0.5', '0.25', '0.75')),
      ...(rule === 'queue-leverage' ? { A: pick(0, 5, 20, 8), T: pick(10, 20) } : { A: undefined, T: undefined }),
    }
  })
  const gross = total(held.map(({ p, c }) => times(p, c)))
  const isLots = rule === 'water-filling-lots'
  // What levels meet, where it can be, or close to it.
  const level = held[0]!.level ?? ONE
  const z = isFactor ? plus(times(level, frac(500)), pick(0, 0, 100, -100, 250)) : plus(gross, pick(0, 0, 100))
  return { rule, z, g: isLots ? pick(0, -5) : pick(500, 100, 250, 0, -5), held }
}

const marketOf = ({ p, d, v, Q, C, F, level, lot }: Held): RuleMarket => ({
  market: 'M',
  price: decimalOf(p),
  concession: decimalOf(d),
  effect: decimalOf(v),
  quantity: decimalOf(Q),
  capacity: decimalOf(C),
  first: decimalOf(F),
  level: level && decimalOf(level),
  ...(lot && { lot: decimalOf(lot) }),
})

const accountOf = ({ z, g, held }: Stated): RuleAccount => ({
  number: 1,
  size: decimalOf(z),
  remarked: decimalOf(g),
  held: held.map((own) => ({
    market: marketOf(own),
    capacity: decimalOf(own.c),
    closed: decimalOf(own.x),
    ...(own.A && { ahead: decimalOf(own.A), together: decimalOf(own.T!) }),
  })),
})

describe(`how far a cut is from its rule (seed ${SEED})`, () => {
  const accounts = Array.from({ length: ACCOUNTS }, (_, b) => randomAccount(SEED + b))

  it('is what the page says', () => {
    let exact = 0
    const wrong = accounts.flatMap((stated, b) =>
      stated.held.flatMap((_, k) => {
        const { over: above, under } = distanceOf(stated.rule, accountOf(stated), k)
        const wanted = off(stated, k)
        if (sign(wanted) === 0) exact++
        return order(over(fractionOf(above), fractionOf(under)), wanted) === 0 ? [] : [`${SEED + b}, ${stated.rule}`]
      }),
    )
    expect(wrong).toEqual([])
    expect(exact).toBeGreaterThan(50)
    expect(exact).toBeLessThan(ACCOUNTS)
  })

  it('may be the unit, and no more', () => {
    const count = { yes: 0, no: 0 }
    const wrong = accounts.flatMap((stated, b) =>
      stated.held.flatMap((_, k) =>
        ['0', '0.5', '1', '2', '2.5', '3', '5'].flatMap((unit) => {
          // Of the other market another one.
          const units = stated.held.map((_, j) => frac(j === k ? unit : '0.5'))
          const isFine = follows(stated, k, units)
          count[isFine ? 'yes' : 'no']++
          const found = followsRule(stated.rule, accountOf(stated), k, units.map(decimalOf))
          return found === isFine ? [] : [`${SEED + b}, ${stated.rule}, ${unit}`]
        }),
      ),
    )
    expect(wrong).toEqual([])
    for (const times of Object.values(count)) expect(times).toBeGreaterThan(ACCOUNTS)
  })

  it('is at most a number of contracts that it is equal to', () => {
    const third = { over: decimal(1), under: decimal(4) }
    expect(['0.24', '0.25', '0.26'].map((text) => isWithin(third, decimal(text)))).toEqual([false, true, true])
  })
})
