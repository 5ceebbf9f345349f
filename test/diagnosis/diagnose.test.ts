import { describe, expect, it } from 'vitest'
import {
  type Diagnosis,
  diagnose,
  fromTriplets,
  maximum,
  type NamedSide,
  Program,
  readLp,
  type StandardForm,
  standardForm,
} from '#src/index.js'
import { randomFrom } from '../books.js'
import { instances } from '../campaign.js'
import { type Fraction, frac, num, over, plus, sign, times, ZERO } from '../fraction.js'
import { note } from '../notes.js'
import { form } from '../solvers/cases/case.js'
import { type ExactProgram, exactIntegerOptimum } from '../solvers/exact-integer-optimum.js'
import { exactOptimum } from '../solvers/exact-optimum.js'

/**
 * Laws of a diagnosis, judged by enumeration in exact fractions, which shares nothing with it: the set alone is infeasible, without
 * any one of its members it is not, the weights contradict each other, the change makes the program feasible, and no smaller one
 * does. A longer run: DIAGNOSES=500 npx vitest run test/diagnosis/diagnose.test.ts
 */
const SEED = 1
const COUNT = instances(6, 60, process.env.DIAGNOSES)
const LONG = 60_000 + 2000 * COUNT

type Infeasible = Extract<Diagnosis, { readonly status: 'infeasible' }>

/** Small forms of small numbers, of which many have no point. */
function randomHardForm(seed: number, isInteger: boolean): StandardForm {
  const random = randomFrom(seed)
  const n = random.whole(1, isInteger ? 2 : 3)
  const rows = Array.from({ length: random.whole(1, 3) }, () => {
    const coefficients = Array.from({ length: n }, () =>
      random.chance(0.3) ? 0 : random.whole(-5, 5) / random.pick([1, 1, 2]),
    )
    const side = isInteger ? random.whole(-9, 9) : random.whole(-20, 20) / random.pick([1, 2])
    return random.pick([
      [side, coefficients, Infinity] as const,
      [-Infinity, coefficients, side] as const,
      [side, coefficients, side] as const,
      [side, coefficients, side + random.whole(0, 3)] as const,
    ])
  })
  const columns = Array.from({ length: n }, () => {
    const low = random.whole(-4, 2)
    const bounds = [
      [0, Infinity],
      [low, low + random.whole(0, 4)],
      [-Infinity, random.whole(-3, 5)],
      [low, low],
    ] as const
    return random.pick(isInteger ? [bounds[1]] : bounds)
  })
  return standardForm(
    form({
      cost: Array.from({ length: n }, () => random.whole(-3, 3)),
      rows,
      lower: columns.map(([low]) => low),
      upper: columns.map(([, high]) => high),
      integer: columns.map(() => isInteger && random.chance(0.8)),
    }),
  )
}

const still = (given: StandardForm): StandardForm => ({ ...given, linear: new Float64Array(given.linear.length) })
const isFeasible = (given: StandardForm): boolean =>
  given.integer.some((flag) => flag !== 0)
    ? exactIntegerOptimum(enumerable(given)) !== 'infeasible'
    : exactOptimum(still(given)) !== 'infeasible'

/** Integers without a bound are tried this far: the numbers of these forms are small. */
const FAR = 40

function enumerable({ matrix, rowLower, rowUpper, lower, upper, integer }: StandardForm): ExactProgram {
  const n = integer.length
  const rows = Array.from(rowLower, (low, i) => ({
    a: Array.from({ length: n }, () => 0),
    lower: low,
    upper: rowUpper[i]!,
  }))
  for (let j = 0; j < n; j++) {
    for (let p = matrix.starts[j]!; p < matrix.starts[j + 1]!; p++) rows[matrix.indices[p]!]!.a[j] = matrix.values[p]!
  }
  const whole = Array.from(integer, (flag) => flag !== 0)
  const range = (j: number) =>
    [lower[j]! > -Infinity ? lower[j]! : -FAR, upper[j]! < Infinity ? upper[j]! : FAR] as const
  const ranges = Object.fromEntries(whole.flatMap((flag, j) => (flag ? [[j, range(j)]] : [])))
  return { cost: whole.map(() => 0), rows, lower: [...lower], upper: [...upper], integer: whole, ranges }
}

/** The side that a name of the report stands for. */
const pathOf = ({
  name,
  side,
}: NamedSide): readonly [list: 'rowLower' | 'rowUpper' | 'lower' | 'upper', index: number] => {
  const [kind, index] = name.split(' ') as [string, string]
  if (kind === 'row') return [side === 'lower' ? 'rowLower' : 'rowUpper', Number(index)]
  return [side, Number(index)]
}

const OTHERS = {
  rowLower: ['rowLower', 'rowUpper'],
  rowUpper: ['rowLower', 'rowUpper'],
  lower: ['lower', 'upper'],
  upper: ['lower', 'upper'],
} as const

function withOnly(given: StandardForm, members: readonly NamedSide[]): StandardForm {
  const only = {
    rowLower: new Float64Array(given.rowLower.length).fill(-Infinity),
    rowUpper: new Float64Array(given.rowLower.length).fill(Infinity),
    lower: new Float64Array(given.lower.length).fill(-Infinity),
    upper: new Float64Array(given.lower.length).fill(Infinity),
  }
  for (const member of members) {
    const [list, index] = pathOf(member)
    // An equation is one member.
    const sides = member.says.includes(' = ') ? OTHERS[list] : [list]
    for (const side of sides) only[side][index] = given[side][index]!
  }
  return { ...given, ...only }
}

/** Σ y g = 0 and Σ y b > 0 with y > 0, in fractions of our own. */
function expectContradiction(given: StandardForm, { members }: Infeasible['conflict'], text: string): void {
  const sums: Fraction[] = Array.from({ length: given.linear.length }, () => ZERO)
  let total = ZERO
  for (const member of members) {
    const [numerator, denominator = '1'] = member.weight!.split('/') as [string, string?]
    const weight = over(frac(numerator), frac(denominator))
    expect(sign(weight), text).toBe(1)
    const signed = times(weight, frac(member.side === 'lower' ? 1 : -1))
    const [list, index] = pathOf(member)
    total = plus(total, times(signed, frac(given[list][index]!)))
    if (list === 'lower' || list === 'upper') sums[index] = plus(sums[index]!, signed)
    else {
      const { starts, indices, values } = given.matrix
      for (let j = 0; j < sums.length; j++) {
        for (let p = starts[j]!; p < starts[j + 1]!; p++) {
          if (indices[p] === index) sums[j] = plus(sums[j]!, times(signed, frac(values[p]!)))
        }
      }
    }
  }
  expect(sums.map(sign), text).toEqual(sums.map(() => 0))
  expect(sign(total), text).toBe(1)
}

/** minimise Σ e over the rows, by the same enumeration; undefined where no change of rows will do. */
function leastTotal(given: StandardForm): number | undefined {
  const { matrix, rowLower, rowUpper } = given
  const n = matrix.columns
  const triplets: [number, number, number][] = []
  for (let j = 0; j < n; j++) {
    for (let p = matrix.starts[j]!; p < matrix.starts[j + 1]!; p++)
      triplets.push([matrix.indices[p]!, j, matrix.values[p]!])
  }
  const extra: number[] = []
  rowLower.forEach((low, i) => {
    if (low > -Infinity) triplets.push([i, n + extra.push(1) - 1, 1])
    if (rowUpper[i]! < Infinity) triplets.push([i, n + extra.push(1) - 1, -1])
  })
  const elastic = {
    linear: [...Array.from({ length: n }, () => 0), ...extra],
    matrix: fromTriplets(matrix.rows, n + extra.length, triplets),
    rowLower,
    rowUpper,
    lower: [...given.lower, ...extra.map(() => 0)],
    upper: [...given.upper, ...extra.map(() => Infinity)],
  }
  const optimum = exactOptimum(elastic)
  return typeof optimum === 'string' ? undefined : num(optimum)
}

describe(`random programs without a point (seed ${SEED}, DIAGNOSES=${COUNT})`, () => {
  it.each([
    ['continuous', false],
    ['integer', true],
  ] as const)('%s', { timeout: LONG }, async (_, isInteger) => {
    let infeasible = 0
    let integral = 0
    let irreducible = 0
    for (let seed = SEED; infeasible < COUNT; seed++) {
      const given = randomHardForm(seed, isInteger)
      if (isFeasible(given)) continue
      // Every second one has a point but for its integers.
      const isRelaxed = !isInteger || exactOptimum(still(given)) !== 'infeasible'
      if (!isRelaxed && infeasible % 2 === 0) continue
      infeasible++
      const found = await diagnose(given)
      const text = `seed ${seed}: ${JSON.stringify(found)}`
      expect(found.status, text).toBe('infeasible')
      const { conflict, leastChange } = found as Infeasible
      if (!isInteger) expect(conflict.isIrreducible, text).toBe(true)
      expect(isFeasible(withOnly(given, conflict.members)), text).toBe(false)
      for (const member of conflict.isIrreducible ? conflict.members : []) {
        const others = conflict.members.filter((other) => other !== member)
        expect(isFeasible(withOnly(given, others)), `${text}, without ${member.says}`).toBe(true)
      }
      if (conflict.proof === 'exact') expectContradiction(given, conflict, text)
      else integral++
      irreducible += Number(conflict.isIrreducible)
      const least = isInteger || given.matrix.rows > 2 ? undefined : leastTotal(given)
      if (least === undefined) continue
      expect(leastChange, text).toMatchObject({ isConfirmed: true, isProved: true })
      expect(leastChange!.total, text).toBeCloseTo(least, 6)
      const changed = { ...given, rowLower: given.rowLower.slice(), rowUpper: given.rowUpper.slice() }
      for (const change of leastChange!.changes) {
        const [list, index] = pathOf(change) as ['rowLower' | 'rowUpper', number]
        const isEquation = given.rowLower[index] === given.rowUpper[index]
        if (isEquation) changed.rowLower[index] = changed.rowUpper[index] = change.to
        else changed[list][index] = change.to
      }
      expect(leastTotal(changed), text).toBeLessThan(1e-7)
    }
    note(`${irreducible} of ${infeasible} sets irreducible, ${integral} of them by whole numbers`)
    expect(irreducible).toBeGreaterThan(COUNT / 2)
    expect(integral > 0).toBe(isInteger)
  })
})

describe('by the names of a program', () => {
  const program = (): Program => {
    const model = new Program()
    const kept = model.variables('kept', ['alice', 'bob', 'carol'], { lower: 0, upper: [4, 3, 9] })
    model.subjectTo('demand', kept.gather([0, 1]).sum().equals(10), ['BTC'])
    model.subjectTo('cap', kept.gather([2]).atMost(5), ['carol'])
    model.minimize(maximum(kept.times([1, 2, 3])))
    return model
  }
  it('the conflict, and the least change', async () => {
    const found = (await diagnose(program())) as Infeasible
    expect(found.conflict.members.map(({ says }) => says).toSorted()).toEqual([
      'demand[BTC] = 10',
      'kept[alice] <= 4',
      'kept[bob] <= 3',
    ])
    expect(found.leastChange!.changes).toMatchObject([{ name: 'demand[BTC]', value: 10, to: 7, by: 3 }])
    expect(found.reason).toContain('without any one of them the others can be kept')
  })
  it('the numbers that may change are those that are named', async () => {
    const block = (await diagnose(program(), { change: ['kept'] })) as Infeasible
    expect(block.leastChange).toMatchObject({ total: 3, isConfirmed: true })
    const one = (await diagnose(program(), { change: ['kept[bob]'] })) as Infeasible
    expect(one.leastChange!.changes).toMatchObject([{ name: 'kept[bob]', kind: 'bound', side: 'upper', to: 6 }])
    const none = (await diagnose(program(), { change: ['cap'] })) as Infeasible
    expect(none.leastChange).toBeUndefined()
    await expect(diagnose(program(), { change: ['demnd'] })).rejects.toMatchObject({
      code: 'unknown-name',
      path: 'options.change[0]',
      cure: expect.stringContaining('demand'),
    })
  })
  it('rows of atoms are never named', async () => {
    const model = new Program()
    const x = model.variables('x', ['a', 'b'], { lower: 0 })
    model.subjectTo('worst', maximum(x.times([1, 2])).atMost(3))
    model.subjectTo('total', x.sum().atLeast(6))
    model.subjectTo('other', x.sum().atMost(100))
    const found = (await diagnose(model)) as Infeasible
    expect(found.conflict.members.map(({ says }) => says).toSorted()).toEqual(['total[0] >= 6', 'worst[0] <= 3'])
    expect(found.conflict.isIrreducible).toBe(true)
  })
  it('a direction of a program without end', async () => {
    const model = new Program()
    const x = model.variables('x', ['a', 'b', 'c'], { lower: 0, upper: [Infinity, Infinity, 4] })
    model.subjectTo(
      'balance',
      x
        .gather([0])
        .minus(x.gather([1]))
        .between(-2, 2),
    )
    model.maximize(x.dot([3, -1, 5]))
    expect(await diagnose(model)).toMatchObject({
      status: 'unbounded',
      ray: {
        steps: [
          { name: 'x[a]', step: 1 },
          { name: 'x[b]', step: 1 },
        ],
        slope: 2,
      },
    })
  })
  it('models that were read go by their own names', async () => {
    const read = readLp(
      'Maximize\n obj: x + y\nSubject To\n need: x + y >= 9\n have: x + 2 y <= 5\nBounds\n x <= 2\nEnd\n',
    )
    const found = (await diagnose(read)) as Infeasible
    expect(found.conflict.members.map(({ name }) => name).toSorted()).toEqual(
      ['have', 'need', 'x'].filter((name) => found.conflict.members.some((member) => member.name === name)),
    )
    expect(found.conflict.proof).toBe('exact')
    expect(
      (await diagnose({ ...read, form: { ...read.form, rowLower: read.form.rowLower.map(() => -Infinity) } })).status,
    ).toBe('feasible')
  })
  it('a knapsack that whole numbers alone make impossible', async () => {
    const model = new Program()
    const x = model.variables('x', ['a', 'b'], { lower: 0, upper: 5, integer: true })
    model.subjectTo('even', x.dot([2, 4]).equals(7))
    model.subjectTo('few', model.variables('y', 1, { lower: 0, integer: true }).atMost(9))
    const found = (await diagnose(model)) as Infeasible
    expect(found.conflict.members.map(({ name }) => name)).toContain('even[0]')
    expect(found.conflict.members.map(({ name }) => name)).not.toContain('few[0]')
    expect(found.conflict.proof).toBe('solved')
    expect(found.leastChange).toMatchObject({ total: 1, isConfirmed: true })
  })
  it('an equation that no whole numbers meet, alone and once', async () => {
    const whole = new Program()
    const x = whole.variables('x', 2, { lower: 0, upper: 9, integer: true })
    whole.subjectTo('even', x.dot([2, 4]).equals(7))
    whole.subjectTo('cap', x.dot([1, 1]).atMost(1))
    whole.minimize(x.dot([1, 1]))
    const found = (await diagnose(whole)) as Infeasible
    expect(found.conflict.members.map(({ says }) => says)).toEqual(['even[0] = 7'])
    expect(found).toMatchObject({ reason: 'no point keeps all of even[0] = 7', conflict: { isIrreducible: true } })
  })

  it('wrong arguments', async () => {
    await expect(diagnose(4 as never)).rejects.toMatchObject({ code: 'wrong-type' })
    await expect(diagnose(program(), { timeLimitSeconds: 0 })).rejects.toMatchObject({ code: 'option-value' })
    await expect(diagnose(program(), { change: 'demand' as never })).rejects.toMatchObject({ code: 'option-value' })
    await expect(diagnose(program(), { changes: [] } as never)).rejects.toMatchObject({ code: 'unknown-option' })
  })
})
