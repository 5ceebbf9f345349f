import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import loadHighs, { type Highs, type Model } from 'highs'
import type { StandardForm } from '#src/index.js'

/** Programs that read MPS of ours and write the model again, in a format and a dialect of their own. */
export interface Rewriter {
  readonly missing: string | undefined
  takes(form: StandardForm): boolean
  /** Undefined where the program cannot write the model, such as one that it finds infeasible before. */
  rewrite(texts: readonly string[]): Promise<readonly (string | undefined)[]>
}

const absent = (program: string, debian: string, ...args: readonly string[]): string | undefined =>
  spawnSync(program, args, { timeout: 10_000 }).error === undefined
    ? undefined
    : `${program} is not installed (Debian: ${debian})`

const isLinear = ({ quadratic }: StandardForm): boolean => quadratic.values.every((value) => value === 0)

/** One shell for all, since to start a process is what takes the time. In the command `$f` is the model, `$f.out` what is written. */
function byShell(missing: string | undefined, command: string): Rewriter {
  return {
    missing,
    takes: isLinear,
    async rewrite(texts) {
      const folder = await mkdtemp(join(tmpdir(), 'spillway-read-'))
      try {
        const models = texts.map((_, t) => join(folder, `${t}.mps`))
        await Promise.all(texts.map((text, t) => writeFile(models[t]!, text)))
        const loop = `for f in "$@"; do timeout 20 ${command} > "$f.said" 2>&1; done`
        await new Promise((done) => execFile('sh', ['-c', loop, 'sh', ...models], done))
        return await Promise.all(models.map((model) => readFile(`${model}.out`, 'utf8').catch(() => undefined)))
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
  }
}

const byHighs = (format: 'lp' | 'mps'): Rewriter => ({
  missing: undefined,
  takes: () => true,
  rewrite: (texts) =>
    Promise.all(
      texts.map((text) =>
        withHighs('mps', text, (model) => {
          const written: string | Uint8Array = format === 'lp' ? model.exportModel('lp') : model.exportModel('mps')
          return typeof written === 'string' ? written : new TextDecoder().decode(written)
        }),
      ),
    ),
})

export const noGlpsol = absent('glpsol', 'glpk-utils', '--version')

export const rewriters: Readonly<Record<string, Rewriter>> = {
  'glpsol --wlp': byShell(noGlpsol, 'glpsol --freemps "$f" --check --wlp "$f.out"'),
  'glpsol --wmps': byShell(noGlpsol, 'glpsol --freemps "$f" --check --wmps "$f.out"'),
  'glpsol --wfreemps': byShell(noGlpsol, 'glpsol --freemps "$f" --check --wfreemps "$f.out"'),
  'cbc -export': byShell(
    absent('cbc', 'coinor-cbc', '-quit'),
    'cbc "$f" -presolve off -export "$f.out" && gunzip "$f.out.gz"',
  ),
  'HiGHS, LP': byHighs('lp'),
  'HiGHS, MPS': byHighs('mps'),
}

/** The package's types describe its CommonJS face. */
let highs: Promise<Highs> | undefined

async function withHighs<T>(format: 'lp' | 'mps', text: string, use: (model: Model) => T): Promise<T> {
  highs ??= (loadHighs as unknown as () => Promise<Highs>)()
  const model = (await highs).createModel()
  try {
    model.options.set({ output_flag: false })
    model.readModel(format === 'lp' ? { format: 'lp', data: text } : { format: 'mps', data: text })
    return use(model)
  } finally {
    model.dispose()
  }
}

/** What HiGHS makes of a text. */
export function highsArrays(format: 'lp' | 'mps', text: string) {
  return withHighs(format, text, (model) => {
    const { colCost, colLower, colUpper, rowLower, rowUpper, integrality, matrix, hessian } = model.getModel()
    const numbers = (list: ArrayLike<number>) => Array.from(list, (value) => value + 0)
    const n = colCost.length
    type Matrix = {
      readonly starts: ArrayLike<number>
      readonly indices: ArrayLike<number>
      readonly values: ArrayLike<number>
    }
    const entries = ({ starts, indices, values }: Matrix) =>
      Array.from({ length: n }, (_, j) =>
        Array.from({ length: (starts[j + 1] ?? values.length) - starts[j]! }, (__, p) => {
          return [indices[starts[j]! + p]!, j, values[starts[j]! + p]!] as const
        }).sort((a, b) => a[0] - b[0]),
      )
        .flat()
        .filter(([, , value]) => value !== 0)
    return {
      linear: numbers(colCost),
      offset: model.getObjectiveOffset() + 0,
      matrix: entries(matrix as unknown as Matrix),
      quadratic: hessian === undefined ? [] : entries(hessian as unknown as Matrix),
      sides: [numbers(rowLower), numbers(rowUpper)],
      bounds: [numbers(colLower), numbers(colUpper)],
      integer: integrality === undefined ? numbers(new Float64Array(n)) : numbers(integrality),
      names: {
        columns: Array.from({ length: n }, (_, j) => model.getColName(j)),
        rows: Array.from({ length: rowLower.length }, (_, i) => model.getRowName(i)),
      },
      sense: Number(model.getObjectiveSense()) === -1 ? 'maximize' : 'minimize',
    }
  })
}

/** The optimum that glpsol prints of LP text. */
export async function optimumOfGlpsol(text: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-read-'))
  try {
    const model = join(folder, 'model.lp')
    await writeFile(model, text)
    await new Promise((done) => execFile('glpsol', ['--lp', model, '-o', `${model}.out`], done))
    return Number(/^Objective:.* = (\S+)/m.exec(await readFile(`${model}.out`, 'utf8'))?.[1])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
