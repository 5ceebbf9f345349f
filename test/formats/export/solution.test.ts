import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import loadHighs, { type Highs } from 'highs'
import {
  type AdlEvent,
  allocationOf,
  modelMap,
  objectives,
  parseAllocation,
  parseModelMap,
  readEvent,
  readMoves,
  readSolutionFile,
  verify,
} from 'spillway'
import { canonicalize, formats, readSolution } from 'spillway/modeling'
import { afterAll, describe, expect, it } from 'vitest'
import { spillwayHere } from '../../cli/support.js'
import { skip } from '../../notes.js'

/** Export, another program, and back: every objective on the books of the examples ends with `optimal` from verify. */
const folder = mkdtempSync(join(tmpdir(), 'spillway-back-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const BOOKS = join(import.meta.dirname, '../../../examples/books')
const at = (name: string): string => join(folder, name)

const books: readonly (readonly [name: string, event: AdlEvent])[] = [
  ['debtor', await readEvent(join(BOOKS, 'debtor.json'))],
  ['hedged', await readEvent(join(BOOKS, 'hedged.json'))],
  ['paper', await readEvent(join(BOOKS, 'paper.json'))],
]
const moves = new Map([
  ['debtor', await readMoves(join(BOOKS, 'debtor-moves.csv'))],
  ['hedged', await readMoves(join(BOOKS, 'hedged-moves.csv'))],
  ['paper', await readMoves(join(BOOKS, 'hedged-moves.csv'))],
])

type Ask = (model: string, answer: string) => Promise<boolean> | boolean
const run = (program: string, ...args: readonly string[]): boolean => spawnSync(program, args).error === undefined
const programs: readonly (readonly [name: string, format: 'lp' | 'mps', tolerance: number, ask: Ask])[] = [
  ['glpsol --write', 'mps', 1e-6, (model, answer) => run('glpsol', '--freemps', model, '--write', answer)],
  ['glpsol --write of LP text', 'lp', 1e-6, (model, answer) => run('glpsol', '--lp', model, '--write', answer)],
  // Six digits, which is all that the report has.
  ['glpsol --output', 'mps', 1e-4, (model, answer) => run('glpsol', '--freemps', model, '--output', answer)],
  ['cbc', 'mps', 1e-6, (model, answer) => run('cbc', model, '-solve', '-solution', answer)],
  ['highs', 'mps', 1e-6, byHighs],
]

let started: Promise<Highs> | undefined
async function byHighs(model: string, answer: string): Promise<boolean> {
  started ??= (loadHighs as unknown as () => Promise<Highs>)()
  const solver = (await started).createModel()
  solver.options.set({ output_flag: false, primal_feasibility_tolerance: 1e-9, dual_feasibility_tolerance: 1e-9 })
  solver.readModel({ format: 'mps', data: readFileSync(model, 'utf8') })
  solver.run()
  writeFileSync(answer, solver.exportSolution())
  solver.dispose()
  return true
}

/** What no linear or quadratic program says: refused by `program()`. */
const CURVED = ['evar', 'ellipsoid-loss']

describe('a solution of another program', () => {
  it.each(programs)('%s', async (program, format, tolerance, ask) => {
    let judged = 0
    for (const [book, event] of books) {
      for (const kind of objectives.values()) {
        if (CURVED.includes(kind.name)) continue
        const loadings = new Map(event.markets.map(({ market }) => [market, 1]))
        const objective = kind.make({ moves: moves.get(book)!, confidence: 0.7, loadings })
        const prepared = objective.prepare(event)
        const model = prepared.program()
        const { form } = canonicalize(model)
        if (program !== 'highs' && form.quadratic.values.some((value) => value !== 0)) continue
        writeFileSync(at(`model.${format}`), [...formats[format].compile(form)].join(''))
        if (!(await ask(at(`model.${format}`), at('answer')))) return skip(`${program} is not installed`)
        const map = parseModelMap(JSON.parse(JSON.stringify(modelMap(objective, prepared, model))))
        const reductions = allocationOf(map, await readSolutionFile(at('answer')))
        const allocation = parseAllocation({ format: 'spillway/allocation@1', reductions })
        const verdict = await verify(event, allocation, objective, { tolerance, feasibility: 0 })
        expect(verdict.violations, `${kind.name} of ${book}`).toEqual([])
        expect(verdict.verdict, `${kind.name} of ${book}: ${verdict.objective.value} ${verdict.bound}`).toBe('optimal')
        judged++
      }
    }
    expect(judged).toBeGreaterThanOrEqual(10)
  })

  it('by the commands, and nothing is written where it is not feasible', async () => {
    const spillway = (...args: readonly string[]) => spillwayHere(args)
    const event = join(BOOKS, 'paper.json')
    const exported = await spillway('export', event, '--format', 'mps', '--out', at('m.mps'), '--map', at('m.json'))
    expect(exported.status, exported.stderr).toBe(0)
    if (!run('glpsol', '--freemps', at('m.mps'), '--write', at('m.sol'))) return skip('glpsol is not installed')
    const back = await spillway('solution', at('m.json'), at('m.sol'), '--out', at('closed.json'))
    expect(back.status, back.stderr).toBe(0)
    const verified = await spillway('verify', event, at('closed.json'), '--json')
    expect(JSON.parse(verified.stdout)).toMatchObject({ verdict: 'optimal' })
    const columns: { readonly column: string }[] = JSON.parse(readFileSync(at('m.json'), 'utf8')).columns
    writeFileSync(at('bad.sol'), columns.map(({ column }) => `${column} 0.9\n`).join(''))
    const refused = await spillway('solution', at('m.json'), at('bad.sol'), '--out', at('none.json'), '--json')
    expect(refused.status).toBe(2)
    expect(JSON.parse(refused.stdout).error.code).toBe('solution-infeasible')
    expect(() => readFileSync(at('none.json'))).toThrow()
  })

  it('is refused where the program found none, closes too much, or is of another model', async () => {
    const [, event] = books[2]!
    const objective = objectives.get('min-max-leverage')!.make({})
    const prepared = objective.prepare(event)
    const map = modelMap(objective, prepared, prepared.program())
    const code = (text: string) => {
      try {
        return allocationOf(map, readSolution(text))
      } catch (error) {
        return (error as { code: string }).code
      }
    }
    expect(code('solution status: infeasible\nno solution available\n')).toBe('solution-infeasible')
    const all = (value: number) => map.columns.map(({ column }) => `${column} ${value}\n`).join('')
    expect(code(all(-3))).toBe('solution-infeasible')
    expect(code(all(0))).toBe('solution-infeasible')
    expect(code('x999 1\n')).toBe('solution-text')
  })
})
