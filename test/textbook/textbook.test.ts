import { spawn, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Program, type ProgramOutcome, solveProgram } from '#src/index.js'
import { skip } from '../notes.js'
import { python } from '../python.js'

/**
 * The textbook models: each within 40 lines, proved optimal, at the optimum that was published; again at the same number by glpsol or cbc
 * through the file that we write, and by SciPy, which has the data and the model from a statement of its own (textbook.py).
 */
const root = join(import.meta.dirname, '../..')
const sources = join(root, 'examples/textbook')
const names = readdirSync(sources).map((file) => file.replace(/\.ts$/, ''))

interface Model {
  readonly published: number
  /** How near the optimum comes to the number published; by default to its last digit. */
  readonly accuracy?: number
  readonly program: Program
  readonly solved: ProgramOutcome
}

const modelOf = async (name: string): Promise<Model> => import(join(root, 'dist/examples/textbook', `${name}.js`))

const isInstalled = (program: string): boolean =>
  spawnSync(program, ['-quit'], { timeout: 10_000, input: '' }).error === undefined
const outside = ['glpsol', 'cbc'].filter(isInstalled)
if (outside.length === 0)
  process.stderr.write('neither glpsol nor cbc is installed: no textbook model is solved outside\n')

/** Half a unit of the last digit that was published. */
function lastDigit(published: number): number {
  const decimals = /\.(\d+)$/.exec(String(published))?.[1]?.length ?? 0
  return 0.5 * 10 ** -decimals + 1e-9 * Math.abs(published)
}

const ELSEWHERE = 1e-6

describe('textbook models', () => {
  it('are the ten', () => expect(names).toHaveLength(10))

  it.each(names)('%s', async (name) => {
    const text = readFileSync(join(sources, `${name}.ts`), 'utf8')
    expect(text.split('\n').length).toBeLessThanOrEqual(40)
    expect(text).toMatch(/^ \* Published: /m)
    const { published, accuracy, program, solved } = await modelOf(name)
    expect(solved.status).toBe('optimal')
    const allowed = accuracy === undefined ? lastDigit(published) : accuracy * published
    expect(Math.abs(solved.objective! - published)).toBeLessThanOrEqual(allowed)
    const isQuadratic = text.includes('sumSquares')
    const second = isQuadratic
      ? 'clarabel'
      : outside[0] && `command:${name === 'unit-commitment' ? outside.at(-1) : outside[0]}`
    if (second === undefined) return
    const again = await solveProgram(program, { solver: second })
    expect(again.solver.name).toBe(second)
    expect(Math.abs(again.objective! - solved.objective!)).toBeLessThan(ELSEWHERE * Math.abs(solved.objective!))
  })

  it('are the same to SciPy, which shares neither data nor model', async () => {
    const { status, said } = await new Promise<{ status: number | null; said: string }>((resolve) => {
      const child = spawn(python ?? 'python3', [join(import.meta.dirname, 'textbook.py')])
      let said = ''
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk
      })
      child.stderr.on('data', (chunk: Buffer) => {
        said += chunk
      })
      child.on('error', () => resolve({ status: null, said: 'no python3' }))
      child.on('close', (status) => resolve({ status, said }))
    })
    if (status === null || /No module named '(scipy|numpy)'/.test(said)) return skip('SciPy is not installed here')
    expect(status, said).toBe(0)
    const values: Record<string, number> = JSON.parse(said)
    expect(Object.keys(values).sort()).toEqual([...names].sort())
    for (const name of names) {
      const { solved } = await modelOf(name)
      expect(Math.abs(solved.objective! - values[name]!), name).toBeLessThan(ELSEWHERE * Math.abs(values[name]!))
    }
  })
})
