import { afterAll, describe, expect, it } from 'vitest'
import { absolute, diagnose, keepProgram, maximum, Program, solveProgram } from '#src/index.js'
import { randomFrom } from '../books.js'
import { note } from '../notes.js'

/**
 * A parameter is a number: a program with parameters has, after every change, the answers of the same program built anew with the
 * numbers in their place, whether it is kept or not.
 * KEPT_PROGRAMS=200 npx vitest run test/solve/keep-program.test.ts
 */
const SEED = 1
const COUNT = Number(process.env.KEPT_PROGRAMS ?? 4)
const CHANGES = 3

interface Numbers {
  readonly demand: readonly number[]
  readonly target: number
  readonly cap: number
}

/** The same program with numbers or with parameters of them. */
function build(seed: number, numbers: Numbers, isParametric: boolean): Program {
  const random = randomFrom(seed)
  const program = new Program()
  const [owners, markets] = [random.whole(2, 6), numbers.demand.length]
  const x = program.variables('x', owners * markets, {
    lower: 0,
    upper: Array.from({ length: owners * markets }, () => random.whole(3, 9)),
  })
  const value = (name: string, of: readonly number[]) =>
    isParametric ? program.parameter(name, of.length, of) : of.length === 1 ? of[0]! : of
  const market = Array.from({ length: owners * markets }, (_, p) => p % markets)
  const owner = Array.from({ length: owners * markets }, (_, p) => Math.floor(p / markets))
  program.subjectTo('met', x.sumBy(market, markets).equals(value('demand', numbers.demand)))
  const byOwner = x.times(market.map((k) => k + 1)).sumBy(owner, owners)
  program.subjectTo('capped', byOwner.atMost(value('cap', [numbers.cap])))
  const target = value('target', [numbers.target])
  program.minimize(
    maximum(byOwner.times(Array.from({ length: owners }, () => 1 / random.whole(1, 9)))).plus(
      absolute(byOwner.minus(target)).sum().times(0.1),
    ),
  )
  return program
}

const opened: { close(): Promise<void> }[] = []
afterAll(() => Promise.all(opened.map((model) => model.close())))

describe(`random programs with changing numbers (seed ${SEED}, KEPT_PROGRAMS=${COUNT})`, () => {
  it('kept, built anew and solved without being kept: one answer', { timeout: 60_000 + 5000 * COUNT }, async () => {
    const found = { optimal: 0, infeasible: 0 }
    for (let seed = SEED; seed < SEED + COUNT; seed++) {
      const random = randomFrom(1000 + seed)
      const markets = random.whole(1, 2)
      const draw = (): Numbers => ({
        demand: Array.from({ length: markets }, () => random.whole(0, 14)),
        target: random.whole(0, 9),
        cap: random.whole(4, 30),
      })
      const first = draw()
      const program = build(seed, first, true)
      const model = keepProgram(program)
      opened.push(model)
      for (let change = 0; change < CHANGES; change++) {
        const numbers = change === 0 ? first : draw()
        program.setParameter('demand', numbers.demand)
        program.setParameter('cap', numbers.cap)
        program.setParameter('target', [numbers.target])
        const [kept, anew, loose] = [
          await model.solve(),
          await solveProgram(build(seed, numbers, false)),
          await solveProgram(program),
        ]
        const text = `seed ${seed}, change ${change}: ${JSON.stringify(numbers)}`
        expect([kept.status, loose.status], text).toEqual([anew.status, anew.status])
        found[anew.status as keyof typeof found]++
        if (anew.objective === undefined) continue
        expect(kept.objective, text).toBeCloseTo(anew.objective, 6)
        expect(loose.objective, text).toBeCloseTo(anew.objective, 6)
        expect(kept.values!.get('demand'), text).toEqual(Float64Array.from(numbers.demand))
      }
    }
    note(JSON.stringify(found))
    expect(found.optimal).toBeGreaterThan(COUNT)
  })

  it('what is added later counts', async () => {
    const program = new Program()
    const x = program.variables('x', ['a', 'b'], { lower: 0 })
    program.subjectTo('total', x.sum().atLeast(program.parameter('least', 1, 3)))
    program.minimize(x.dot([1, 2]))
    const model = keepProgram(program)
    opened.push(model)
    expect((await model.solve()).objective).toBeCloseTo(3, 9)
    program.subjectTo('few', x.at('a').atMost(1))
    expect((await model.solve()).objective).toBeCloseTo(5, 9)
    program.setParameter('least', 4)
    expect((await model.solve()).objective).toBeCloseTo(7, 9)
  })

  it('integer and quadratic programs are solved as they are', async () => {
    const program = new Program()
    const x = program.variables('x', 2, { lower: 0, integer: true })
    program.subjectTo('total', x.dot([2, 3]).atLeast(program.parameter('least', 1, 4)))
    program.minimize(x.dot([2, 3.5]))
    const model = keepProgram(program)
    opened.push(model)
    expect((await model.solve()).objective).toBeCloseTo(4, 9)
    program.setParameter('least', 5)
    expect((await model.solve()).objective).toBeCloseTo(5.5, 9)
  })

  it('a parameter is what a diagnosis changes first', async () => {
    const program = new Program()
    const x = program.variables('x', ['a', 'b'], { lower: 0, upper: 2 })
    program.subjectTo('met', x.sum().equals(program.parameter('demand', ['BTC'], 5)))
    const found = await diagnose(program)
    expect(found).toMatchObject({
      status: 'infeasible',
      leastChange: { changes: [{ name: 'demand[BTC]', value: 5, to: 4 }] },
    })
  })
})

describe('wrong arguments', () => {
  const program = new Program()
  program.parameter('demand', ['BTC', 'ETH'], [1, 2])
  it.each([
    ['unknown-name', () => program.setParameter('demnd', 1)],
    ['unknown-name', () => program.setParameter(undefined as never, 1)],
    ['expression-shape', () => program.setParameter('demand', [1])],
    ['expression-number', () => program.setParameter('demand', Number.NaN)],
    ['expression-number', () => program.parameter('p', 1, Infinity)],
    ['wrong-type', () => program.parameter('p', 1, undefined as never)],
    ['bad-size', () => program.parameter('p', 'BTC' as never, 1)],
    ['duplicate-name', () => program.parameter('demand', 1, 1)],
    ['wrong-type', () => program.parameter('', 1, 1)],
    ['wrong-type', () => keepProgram({} as never)],
  ])('%s', (code, call) => {
    expect(call).toThrow(expect.objectContaining({ code }))
  })
})
