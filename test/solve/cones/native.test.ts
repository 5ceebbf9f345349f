/**
 * Solvers that take cones propose, tangents prove. More programs with a planted optimum: CONIC_PROGRAMS=200 npx vitest run test/solve/cones/native.test.ts
 */
import { describe, expect, it } from 'vitest'
import {
  type ConicForm,
  canonicalize,
  canonicalizeWithCones,
  hasCones,
  isConic,
  standardForm,
} from '#src/canonical/index.js'
import { dualBound, exactDualBound } from '#src/certificates/index.js'
import { diagnose, healthReport } from '#src/diagnosis/index.js'
import { formats } from '#src/formats/index.js'
import { Expression, evar, logSumExp, norm2, Program, standardDeviation } from '#src/language/index.js'
import { fromTriplets } from '#src/numeric/index.js'
import { solveForm, solveProgram } from '#src/solve/index.js'
import { TangentForm } from '#src/solve/tangent-form.js'
import { type SolverSettings, solvers } from '#src/solvers/index.js'
import { randomFrom } from '../../language/properties.js'
import { fake } from '../../solvers/fakes/fake.js'

const SEED = 20261129
const COUNT = Number(process.env.CONIC_PROGRAMS ?? 12)

const ball = (): Program => {
  const program = new Program()
  const x = program.variables('x', 3)
  program.subjectTo('ball', norm2(x.minus([1, 1, 1])).atMost(2))
  program.minimize(x.dot([3, -1, 2]))
  return program
}
const BALL = 4 - 2 * Math.sqrt(14)

describe('a form with cones', () => {
  const { form } = canonicalizeWithCones(ball())
  const conic = form as unknown as Parameters<typeof solveForm>[0]

  it('says every cone by its columns', () => {
    expect(isConic(form)).toBe(true)
    const { relaxation, cones } = form as ConicForm
    expect(cones.map(({ kind, height }) => [kind, height.length])).toEqual([['second-order', 3]])
    const [{ height, of, scale }] = cones as [ConicForm['cones'][number]]
    const x = canonicalizeWithCones(ball()).lift([1, 3, 1])
    expect(x.length).toBe(relaxation.linear.length)
    expect(x[scale!]).toBe(2)
    expect(Array.from(height, (v) => x[v])).toEqual([0, 2, 0])
    expect([of.rows, of.columns]).toEqual([3, relaxation.linear.length])
  })

  it('is refused by all who take a form without, and never taken for its relaxation', async () => {
    const mixed = { ...(form as ConicForm).relaxation, cones: (form as ConicForm).cones }
    for (const given of [conic, mixed as typeof conic]) {
      await expect(solveForm(given)).rejects.toMatchObject({ code: 'wrong-type' })
      await expect(diagnose(given)).rejects.toMatchObject({ code: 'wrong-type' })
      expect(() => healthReport(given)).toThrow(/cones/)
      expect(() => standardForm(given)).toThrow(/cones/)
      for (const { compile } of Object.values(formats)) expect(() => [...compile(given as never)]).toThrow(/cones/)
    }
    expect(() => canonicalize(ball())).toThrow(/canonicalizeWithCones/)
    for (const solver of solvers) {
      if (await solver.isPresent())
        await expect(async () => solver.answer(conic as never, { timeLimitSeconds: 1 })).rejects.toThrow()
    }
  })

  it('is the one without where there are no curves', () => {
    const program = new Program()
    program.minimize(program.variables('x', 2, { lower: 1 }).sum())
    const canonical = canonicalizeWithCones(program)
    expect(hasCones(canonical)).toBe(false)
    expect(canonical.form).toEqual(canonicalize(program).form)
  })
})

describe.each(['clarabel', 'scs'])('%s takes cones as they are', (name) => {
  const solver = solvers.find((candidate) => candidate.name === name)!
  /** Columns v, z, t; one cone. */
  const one = (
    kind: 'second-order' | 'exponential',
    bounds: readonly (readonly [number, number])[],
    scaled: boolean,
  ) => ({
    relaxation: standardForm({
      linear: [1, 0, 0],
      matrix: fromTriplets(0, 3, []),
      rowLower: [],
      rowUpper: [],
      lower: bounds.map(([low]) => low),
      upper: bounds.map(([, high]) => high),
    }),
    cones: [{ kind, height: Int32Array.of(0), of: fromTriplets(1, 3, [[0, 1, 1]]), ...(scaled && { scale: 2 }) }],
  })

  it.each([
    [
      'v t ≥ z²',
      one(
        'second-order',
        [
          [0, Infinity],
          [3, 5],
          [1, 2],
        ],
        true,
      ),
      4.5,
      -3,
    ],
    [
      'v ≥ z²',
      one(
        'second-order',
        [
          [0, Infinity],
          [3, 5],
          [0, 1],
        ],
        false,
      ),
      9,
      -6,
    ],
    [
      'v ≥ t exp(z/t)',
      one(
        'exponential',
        [
          [0, Infinity],
          [1, 2],
          [2, 2],
        ],
        true,
      ),
      2 * Math.exp(0.5),
      -Math.exp(0.5),
    ],
    [
      'v ≥ exp(z)',
      one(
        'exponential',
        [
          [0, Infinity],
          [1, 2],
          [0, 1],
        ],
        false,
      ),
      Math.E,
      -Math.E,
    ],
  ] as const)('%s', async (_, form, least, slope) => {
    const { x, coneDuals } = await solver.answerConic!(form, { timeLimitSeconds: 10, feasibility: 1e-8 })
    expect(x![0]).toBeCloseTo(least, 4)
    expect(coneDuals![0]![0]).toBeCloseTo(1, 4)
    expect(coneDuals![0]![1]).toBeCloseTo(slope, 2)
  })

  it('proposes what is proved', async () => {
    const solved = await solveProgram(ball(), { solver: name })
    expect([solved.status, solved.solver.name]).toEqual(['optimal', name])
    expect(solved.objective).toBeCloseTo(BALL, 6)
    expect(solved.duals!.get('ball')![0]).toBeCloseTo(-Math.sqrt(14), 4)
    expect(solved.solver.status).toMatch(/\b0 rounds/)
  })
})

describe('duals of cones', () => {
  it('bound the program in exact fractions, as duals of the tangents that they are', async () => {
    const program = new Program()
    const x = program.variables('x', 3, { lower: -9, upper: 9 })
    program.subjectTo('ball', norm2(x.minus([1, 1, 1])).atMost(2))
    program.minimize(x.dot([3, -1, 2]))
    const canonical = canonicalizeWithCones(program)
    if (!hasCones(canonical)) throw new Error('a ball has cones')
    const clarabel = solvers.find(({ name }) => name === 'clarabel')!
    const answer = await clarabel.answerConic!(canonical.form, { timeLimitSeconds: 10 })
    const relaxed = new TangentForm(canonical)
    const duals = relaxed.addDual(answer.rowPrices!, answer.coneDuals!)
    const { s: sign, n: size, d } = exactDualBound(relaxed.form(), duals)!
    const n = sign * size
    // Below 4 − 2√14, the optimum: (4 − bound)² ≥ 56.
    expect((4n * d - n) ** 2n >= 56n * d * d).toBe(true)
    expect(Number(n) / Number(d)).toBeCloseTo(BALL, 6)
    expect(dualBound(relaxed.form(), duals, { bounds: relaxed.form() }).bound).toBeLessThanOrEqual(
      Number(n) / Number(d),
    )
  })
})

describe('a solver that lies about cones ends in the judge', () => {
  const lies = [
    'a wrong point',
    'a point far away, with duals as large',
    'no numbers',
    'infinite duals',
    'no duals',
    'too few of both',
    'duals of nothing',
    'infeasible',
    'unbounded',
    'nothing, but an error',
  ]
  it.each(lies)('%s', async (lie) => {
    const solver = {
      ...fake('cone-liar', { cones: ['second-order', 'exponential'] }),
      settingsToTry: () => [{ lie } as SolverSettings],
      answerConic: async () => ({ claim: 'failed', status: 'runs in a thread' }) as const,
    }
    const solved = await solveProgram(ball(), { solver })
    expect(solved.status).toBe('optimal')
    expect(solved.objective).toBeCloseTo(BALL, 6)
    if (!['a wrong point', 'unbounded', 'nothing, but an error'].includes(lie)) return
    const empty = ball()
    empty.subjectTo('far', empty.variables('y', 1).equals(0))
    empty.subjectTo('none', Expression.concat([norm2(empty.variables('z', 2))]).atMost(-1))
    expect((await solveProgram(empty, { solver })).status).toBe('infeasible')
  })
})

describe(`planted optima (seed ${SEED}, ${COUNT} programs)`, () => {
  it('by Clarabel, and by tangents with HiGHS, are those of the conditions of optimality', async () => {
    const random = randomFrom(SEED)
    let proposed = 0
    for (let n = 0; n < COUNT; n++) {
      const { program, objective } = planted(random)
      for (const solver of [undefined, 'highs']) {
        const solved = await solveProgram(program, { solver })
        const at = `program ${n}, ${solver ?? 'by choice'}`
        expect(solved.status, at).toBe('optimal')
        expect(Math.abs(solved.objective! - objective), at).toBeLessThan(2e-6 * Math.max(1, Math.abs(objective)))
        expect(solved.bound, at).toBeLessThan(objective + 1e-9 * Math.max(1, Math.abs(objective)))
        if (solver === undefined && solved.solver.status.includes('0 rounds')) proposed++
      }
    }
    expect(proposed).toBeGreaterThan(COUNT / 2)
  }, 600_000)

  it('a ball and a half-space that it misses are infeasible by either', async () => {
    const random = randomFrom(SEED)
    for (const solver of [undefined, 'highs']) {
      const program = new Program()
      const x = program.variables('x', 4)
      const [a, p] = [vector(random, 4), vector(random, 4)]
      program.subjectTo('ball', norm2(x.minus(p)).atMost(1))
      program.subjectTo('far', x.dot(a).atLeast(dot(a, p) + 1.001 * Math.hypot(...a)))
      expect((await solveProgram(program, { solver })).status).toBe('infeasible')
    }
  })
})

type Vector = readonly number[]

const vector = (random: () => number, size: number): number[] => Array.from({ length: size }, () => 4 * random() - 2)
const dot = (a: Vector, b: Vector): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0)

/** A convex function of x with its value and gradient at a point, in plain numbers. */
interface Term {
  readonly expression: Expression
  readonly value: number
  readonly gradient: Vector
}

/**
 * minimise Σ f + c·x subject to g ≤ g(x°) and rows through or beside x°: c makes −∇ of all that is active, with duals ≥ 0, vanish at x°, which is
 * therefore optimal.
 */
function planted(random: () => number): { program: Program; objective: number } {
  const size = 2 + Math.floor(4 * random())
  const program = new Program()
  const x = program.variables('x', size)
  const point = vector(random, size)
  const objective = [term(random, x, point), term(random, x, point)]
  const constraint = term(random, x, point)
  program.subjectTo('curved', constraint.expression.atMost(constraint.value))
  const gradient = point.map(() => 0)
  const add = (multiple: number, of: Vector): void =>
    of.forEach((slope, j) => {
      gradient[j]! += multiple * slope
    })
  for (const f of objective) add(1, f.gradient)
  add(random(), constraint.gradient)
  for (let k = 0; k < 3; k++) {
    const row = vector(random, size)
    const slack = k === 0 ? random() : 0
    program.subjectTo(`row${k}`, x.dot(row).atMost(dot(row, point) + slack))
    if (slack === 0) add(random(), row)
  }
  const c = gradient.map((slope) => -slope)
  program.minimize(objective.reduce((sum, f) => sum.plus(f.expression), x.dot(c)))
  return { program, objective: objective.reduce((sum, f) => sum + f.value, dot(c, point)) }
}

function term(random: () => number, x: Expression, point: Vector): Term {
  const rows = 1 + Math.floor(5 * random())
  const matrix = Array.from({ length: rows }, () => vector(random, point.length))
  const shift = vector(random, rows)
  const a = matrix.map((row, r) => dot(row, point) + shift[r]!)
  const block = Expression.concat(matrix.map((row, r) => x.dot(row).plus(shift[r]!)))
  const by = (weights: Vector): Vector =>
    point.map((_, j) =>
      dot(
        weights,
        matrix.map((row) => row[j]!),
      ),
    )
  const kind = Math.floor(4 * random())
  if (kind === 0)
    return {
      expression: norm2(block),
      value: Math.hypot(...a),
      gradient: by(a.map((entry) => entry / Math.hypot(...a))),
    }
  if (kind === 1) {
    const variance = a.map(() => 0.1 + random())
    const value = Math.sqrt(a.reduce((sum, entry, r) => sum + variance[r]! * entry ** 2, 0))
    const covariance = variance.map((own, r) => variance.map((_, s) => (r === s ? own : 0)))
    return {
      expression: standardDeviation(block, covariance),
      value,
      gradient: by(a.map((entry, r) => (variance[r]! * entry) / value)),
    }
  }
  if (kind === 2) {
    const sum = a.reduce((all, entry) => all + Math.exp(entry), 0)
    return { expression: logSumExp(block), value: Math.log(sum), gradient: by(a.map((entry) => Math.exp(entry) / sum)) }
  }
  // t ln(mean exp(a/t)/(1 − α)) is convex in t: its least by golden section, and there the gradient is the tilted weights.
  const alpha = 0.1 + 0.3 * random()
  const most = Math.max(...a)
  const tilted = (t: number): number[] => a.map((entry) => Math.exp((entry - most) / t))
  const at = (logT: number): number => {
    const t = Math.exp(logT)
    return most + t * Math.log(tilted(t).reduce((sum, share) => sum + share, 0) / rows / (1 - alpha))
  }
  let [low, high] = [-30, 8]
  for (let k = 0; k < 160; k++) {
    const [left, right] = [high - 0.618033988749895 * (high - low), low + 0.618033988749895 * (high - low)]
    if (at(left) < at(right)) high = right
    else low = left
  }
  const shares = tilted(Math.exp(low))
  const all = shares.reduce((sum, share) => sum + share, 0)
  return { expression: evar(block, alpha), value: at(low), gradient: by(shares.map((share) => share / all)) }
}
