import { describe, expect, it } from 'vitest'
import { diagnose, healthReport, logSumExp, norm2, Program } from '#src/index.js'
import { randomFrom } from '../language/properties.js'

const SEED = 20261130

/** Names of the members of a conflict, in order. */
async function conflictOf(program: Program): Promise<{ names: readonly string[]; isIrreducible: boolean }> {
  const diagnosis = await diagnose(program)
  expect(diagnosis.status, diagnosis.reason).toBe('infeasible')
  if (diagnosis.status !== 'infeasible') throw new Error(diagnosis.reason)
  const { members, isIrreducible } = diagnosis.conflict
  return { names: members.map(({ name }) => name).toSorted(), isIrreducible }
}

describe(`diagnoses of programs with curves (seed ${SEED})`, () => {
  it('name the constraints that contradict each other, and no others', async () => {
    const random = randomFrom(SEED)
    const draw = (): number[] => Array.from({ length: 3 }, () => 2 * random() - 1)
    const [a, p] = [draw(), draw()]
    const dot = a.reduce((sum, own, j) => sum + own * p[j]!, 0)
    const program = new Program()
    const x = program.variables('x', 3, { lower: -50, upper: 50 })
    program.subjectTo('near', norm2(x.minus(p)).atMost(1))
    program.subjectTo('sum', x.sum().atMost(90))
    program.subjectTo('far', x.dot(a).atLeast(dot + 1.01 * Math.hypot(...a)))
    program.minimize(x.sum())
    expect(await conflictOf(program)).toEqual({ names: ['far[0]', 'near[0]'], isIrreducible: true })
  })

  it('find three constraints of which every two can be kept, whose linear parts contradict nothing', async () => {
    // The disc holds points of either half-plane, and the two meet outside it.
    const program = new Program()
    const x = program.variables('x', ['east', 'north'])
    program.subjectTo('disc', norm2(x).atMost(1))
    program.subjectTo('east', x.at('east').atLeast(0.72))
    program.subjectTo('north', x.at('north').atLeast(0.72))
    program.subjectTo('loose', x.sum().atMost(5))
    expect(await conflictOf(program)).toEqual({ names: ['disc[0]', 'east[0]', 'north[0]'], isIrreducible: true })
  })

  it('find the least change: a radius that reaches the corner, or a side as far as the disc goes', async () => {
    const program = new Program()
    const x = program.variables('x', ['east', 'north'])
    program.subjectTo('disc', norm2(x).atMost(1))
    program.subjectTo('east', x.at('east').atLeast(0.9))
    program.subjectTo('north', x.at('north').atLeast(0.8))
    const changeOf = async (name: string) => {
      const diagnosis = await diagnose(program, { change: [name] })
      if (diagnosis.status !== 'infeasible') throw new Error(diagnosis.reason)
      const { changes, isProved, isConfirmed } = diagnosis.leastChange!
      expect([isProved, isConfirmed]).toEqual([true, true])
      expect(changes.length).toBe(1)
      return changes[0]!.to
    }
    expect(await changeOf('disc')).toBeCloseTo(Math.hypot(0.9, 0.8), 6)
    expect(await changeOf('north')).toBeCloseTo(Math.sqrt(1 - 0.81), 6)
  })

  it('know exponentials: ln Σ exp is never less than the mean and ln n', async () => {
    const program = new Program()
    const x = program.variables('x', 4)
    program.subjectTo('soft', logSumExp(x).atMost(Math.log(4) - 0.01))
    program.subjectTo('mean', x.sum().atLeast(0))
    program.subjectTo('other', x.at(0).atMost(3))
    expect(await conflictOf(program)).toEqual({ names: ['mean[0]', 'soft[0]'], isIrreducible: true })
  })

  it('give the direction of what is unbounded, and say what is feasible', async () => {
    const open = new Program()
    const y = open.variables('y', 2)
    open.maximize(y.sum().minus(norm2(y)))
    const diagnosis = await diagnose(open)
    expect(diagnosis.status, diagnosis.reason).toBe('unbounded')
    if (diagnosis.status !== 'unbounded') return
    expect(diagnosis.ray.steps.map(({ name }) => name)).toEqual(['y[0]', 'y[1]'])
    const [u, v] = diagnosis.ray.steps.map(({ step }) => step) as [number, number]
    expect(diagnosis.ray.slope).toBeCloseTo(u + v - Math.hypot(u, v), 6)
    expect(diagnosis.ray.slope).toBeGreaterThan(0)
    open.subjectTo('disc', norm2(y).atMost(1))
    expect((await diagnose(open)).status).toBe('feasible')
  })

  it('count cones in the report of health, and take no column of theirs for one that nothing holds', () => {
    const program = new Program()
    const x = program.variables('x', 2)
    program.minimize(logSumExp(x).plus(norm2(x)))
    const { cones, findings } = healthReport(program)
    expect(cones).toBe(4)
    expect(findings).toEqual([])
    program.subjectTo('tiny', x.dot([1, 1e-12]).atMost(1))
    expect(healthReport(program).findings.map(({ code }) => code)).toContain('dropped-coefficient')
  })
})
