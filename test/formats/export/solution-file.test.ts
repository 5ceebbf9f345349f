import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import loadHighs, { type Highs } from 'highs'
import { afterAll, describe, expect, it } from 'vitest'
import { solutionValues } from '#src/formats/index.js'
import { formats, readSolution, type SolutionFile as Solution, type StandardForm, standardForm } from '#src/index.js'
import { skip } from '../../notes.js'
import { form } from '../../solvers/cases/case.js'
import { textOf } from './readers.js'

/** What programs outside write of their answers, read back: their own files of a small diet, and what must be refused. */
const folder = mkdtempSync(join(tmpdir(), 'spillway-solution-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** minimise 3a + 2.5b + 7 s.t. a + b ≥ 4, a + 3b ≥ 7, b + c ≤ 2.25, 0 ≤ a ≤ 3, b ≥ 0, −1 ≤ c ≤ 0. */
const diet = (integer: boolean, least = 4): StandardForm =>
  standardForm(
    form({
      cost: [3, 2.5, 0],
      rows: [
        [least, [1, 1, 0], Infinity],
        [7, [1, 3, 0], Infinity],
        [-Infinity, [0, 1, 1], 2.25],
      ],
      lower: [0, 0, -1],
      upper: [3, 50, 0],
      integer: [integer, false, false],
      offset: 7,
    }),
  )
/** b at most 2.25 − c with c = −1: b = 3.25, a = 0.75; with a integer a = 1, b = 3. */
const optimum = { false: [0.75, 3.25], true: [1, 3] } as const
const LONG = { columns: ['close[somebody with a name,BTC]'.replaceAll(' ', '_'), 'b', 'c'], rows: ['r0', 'r1', 'r2'] }
const NAMES = [...LONG.columns, 'one']

const file = (name: string): string => join(folder, name)
function model(integer: boolean, least?: number): string {
  const path = file(`${integer}-${least}.mps`)
  writeFileSync(path, [...formats.mps.compile(diet(integer, least), LONG)].join(''))
  return path
}
const run = (program: string, ...args: readonly string[]): boolean => spawnSync(program, args).error === undefined

type Ask = (path: string, answer: string) => Promise<boolean> | boolean
const programs: Readonly<Record<string, readonly [Solution['writer'], Ask]>> = {
  'glpsol --write': ['glpsol', (path, answer) => run('glpsol', '--freemps', path, '--write', answer)],
  'glpsol --output': ['glpsol', (path, answer) => run('glpsol', '--freemps', path, '--output', answer)],
  'cbc -solution': ['cbc', (path, answer) => run('cbc', path, '-solve', '-solution', answer)],
  'cbc, all': ['cbc', (path, answer) => run('cbc', path, '-solve', '-printingOptions', 'all', '-solution', answer)],
  HiGHS: [
    'highs',
    async (path, answer) => {
      const start = loadHighs as unknown as () => Promise<Highs>
      const solver = (await start()).createModel()
      solver.options.set({ output_flag: false })
      solver.readModel({ format: 'mps', data: readFileSync(path, 'utf8') })
      solver.run()
      writeFileSync(answer, solver.exportSolution())
      solver.dispose()
      return true
    },
  ],
}

describe('solution files', () => {
  it.each(Object.entries(programs))('of %s', async (name, [writer, ask]) => {
    for (const integer of [false, true]) {
      const answer = file('answer')
      if (!(await ask(model(integer), answer))) return skip(`${name} is not installed`)
      const solution = readSolution(readFileSync(answer, 'utf8'))
      expect(solution, name).toMatchObject({ writer, status: 'optimal' })
      const [a, b] = solutionValues(solution, NAMES)
      expect(a).toBeCloseTo(optimum[`${integer}`][0], 5)
      expect(b).toBeCloseTo(optimum[`${integer}`][1], 5)
    }
    await ask(model(false, 90), file('none'))
    expect(['infeasible', 'none']).toContain(readSolution(readFileSync(file('none'), 'utf8')).status)
  })

  it('of glpsol and of HiGHS hold the duals of the rows', async () => {
    for (const name of ['glpsol --write', 'HiGHS']) {
      const ask = programs[name]![1]
      if (!(await ask(model(false), file('duals')))) return skip(`${name} is not installed`)
      const { duals } = readSolution(readFileSync(file('duals'), 'utf8'))
      // One more unit of the first side is one more of a.
      expect(duals!.get(name === 'HiGHS' ? 'r0' : 1)).toBeCloseTo(3, 6)
    }
  })

  it('of scip, of gurobi, and plain lines', () => {
    const scip =
      'solution status: optimal solution found\nobjective value:     9\na    0.75 \t(obj:3)\nb   3.25 \t(obj:2)\n'
    const gurobi = '# Solution for model spillway\n# Objective value = 9\na 0.75\nb 3.25\nc -1\n'
    const plain = 'a 0.75\nb = 3.25\nc -1e0\n'
    const columns = ['a', 'b', 'c']
    expect(readSolution(scip)).toMatchObject({ writer: 'scip', status: 'optimal' })
    expect([...solutionValues(readSolution(scip), columns)]).toEqual([0.75, 3.25, 0])
    expect(readSolution(gurobi)).toMatchObject({ writer: 'gurobi', status: 'claimed' })
    expect([...solutionValues(readSolution(gurobi), columns)]).toEqual([0.75, 3.25, -1])
    expect([...solutionValues(readSolution(plain), columns)]).toEqual([0.75, 3.25, -1])
    expect(readSolution('solution status: infeasible\nno solution available\n').status).toBe('infeasible')
  })

  it.each([
    ['', 'line 1'],
    ['a 1\na 2\n', 'line 2'],
    ['a 1\nb x\n', 'line 2'],
    ['a 1\nthis is no solution\n', 'line 2'],
    ['c Problem: p\ns bas 1 1 f f 3\nj 1 b 3 0\n', 'line 4'],
    ['Problem:    p\nStatus:     OPTIMAL\n   No. Column name  St\n', 'line 4'],
    ['Model status\nOptimal\n# Primal solution values\nFeasible\nObjective 1\n# Columns 2\na 1\n', 'line 8'],
  ])('%j is refused with its line', (text, path) => {
    expect(() => readSolution(text)).toThrow(expect.objectContaining({ code: 'solution-text', path }))
  })

  it('answers to another model are refused', () => {
    expect(() => solutionValues(readSolution('a 1\nz 1\n'), ['a', 'b'])).toThrow(
      expect.objectContaining({ code: 'solution-text', path: 'column z' }),
    )
    expect(() => solutionValues(readSolution('a 1\n'), ['a', 'b'])).toThrow(
      expect.objectContaining({ code: 'solution-text', path: 'column b' }),
    )
  })

  it('LP text has its columns in order, so that numbers mean the same there', () => {
    expect(textOf('lp', diet(false))).toContain('obj: + 3 x0 + 2.5 x1 + 0 x2 + 7 one\n')
  })
})
