import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import glpkStart from 'glpk.js/node'
import loadHighs, { type Highs, type Model } from 'highs'
import jslp from 'javascript-lp-solver'
import { solve as yalps } from 'yalps'
import { formats, type StandardForm } from '#src/index.js'

/**
 * The programs outside that read what we write. They get the exported text and nothing else, and what they answer is their
 * own word.
 */
export interface Read {
  /**
   * `none`: infeasible or unbounded, the program does not say which; `limit`: it did not end in time; `failed`: it could not
   * read or solve the text.
   */
  readonly status: 'optimal' | 'infeasible' | 'unbounded' | 'none' | 'limit' | 'failed'
  readonly objective?: number
  /** What the program printed. */
  readonly said: string
}
export interface Reader {
  readonly format: keyof typeof formats
  /** What is missing on this machine; undefined where the program can run. */
  readonly missing: string | undefined
  read(texts: readonly string[]): Promise<readonly Read[]>
}

export const textOf = (format: keyof typeof formats, form: StandardForm): string =>
  Array.from(formats[format].compile(form)).join('')

/**
 * Runs a program on files of ours, all by one shell, since to start a process is what takes the time; gives what it printed and
 * what it wrote of each. In the command `$f` is the model and `$f.answer` the answer.
 */
async function runOnEach(
  texts: readonly string[],
  command: string,
  extension = 'lp',
): Promise<{ said: string; answer: string }[]> {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-export-'))
  try {
    const models = texts.map((_, t) => join(folder, `${t}.${extension}`))
    await Promise.all(texts.map((text, t) => writeFile(models[t], text)))
    const loop = `for f in "$@"; do timeout 20 ${command} > "$f.said" 2>&1; done`
    await new Promise((done) => execFile('sh', ['-c', loop, 'sh', ...models], done))
    const read = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '')
    return await Promise.all(
      models.map(async (model) => ({ said: await read(`${model}.said`), answer: await read(`${model}.answer`) })),
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const absent = (program: string, debian: string, ...args: readonly string[]): string | undefined =>
  spawnSync(program, args, { timeout: 10_000 }).error === undefined
    ? undefined
    : `${program} is not installed (Debian: ${debian})`

const glpsolOf = (format: 'lp' | 'mps'): Reader => ({
  format,
  missing: absent('glpsol', 'glpk-utils', '--version'),
  async read(texts) {
    const runs = await runOnEach(texts, `glpsol --${format === 'lp' ? 'lp' : 'freemps'} "$f" --write "$f.answer"`)
    return runs.map(({ said, answer }) => {
      if (/NO DUAL FEASIBLE/.test(said)) return { status: 'none', said }
      if (/UNBOUNDED/.test(said)) return { status: 'unbounded', said }
      if (/NO (PRIMAL |INTEGER )?FEASIBLE/.test(said)) return { status: 'infeasible', said }
      const optimum = /^s (?:bas \d+ \d+ f f|mip \d+ \d+ o) (\S+)$/m.exec(answer)?.[1]
      if (optimum === undefined) return { status: 'failed', said }
      return { status: 'optimal', objective: Number(optimum), said }
    })
  },
})

const cbcOf = (format: 'lp' | 'mps'): Reader => ({
  format,
  missing: absent('cbc', 'coinor-cbc', '-quit'),
  async read(texts) {
    const exact = '-ratioGap 0 -allowableGap 0 -primalTolerance 1e-9 -dualTolerance 1e-9'
    const runs = await runOnEach(texts, `cbc "$f" ${exact} -solve -solution "$f.answer"`, format)
    return runs.map(({ said, answer }) => {
      // It goes on after what it could not read.
      if (/### ?CoinLpIO|read with [1-9]\d* errors/i.test(said)) return { status: 'failed', said }
      if (/^(Integer i|I)nfeasible/.test(answer)) return { status: 'infeasible', said }
      if (/^(Unbounded|Dual infeasible)/.test(answer)) return { status: 'unbounded', said }
      const optimum = /^Optimal.* objective value (\S+)/.exec(answer)?.[1]
      if (optimum === undefined) return { status: 'failed', said: said + answer }
      return { status: 'optimal', objective: Number(optimum), said }
    })
  },
})

/** Programs of this process read one text at a time; one that throws has failed on it. */
function oneByOne(format: keyof typeof formats, read: (text: string) => Promise<Read>): Reader {
  const all = async (texts: readonly string[]): Promise<Read[]> => {
    const answers: Read[] = []
    for (const text of texts) {
      answers.push(await read(text).catch((error) => ({ status: 'failed', said: String(error).slice(0, 300) })))
    }
    return answers
  }
  return { format, missing: undefined, read: all }
}

/** The package's types describe its CommonJS face. */
type LoadHighs = () => Promise<{ solve(text: string, options: object): { Status: string; ObjectiveValue: number } }>
let highsModule: ReturnType<LoadHighs> | undefined
const HIGHS_SETTINGS = {
  output_flag: false,
  mip_rel_gap: 0,
  primal_feasibility_tolerance: 1e-9,
  dual_feasibility_tolerance: 1e-9,
}

const highs = oneByOne('lp', async (text) => {
  highsModule ??= (loadHighs as unknown as LoadHighs)()
  const { Status, ObjectiveValue } = (await highsModule).solve(text, HIGHS_SETTINGS)
  if (Status === 'Optimal') return { status: 'optimal', objective: ObjectiveValue, said: Status }
  const status = { Infeasible: 'infeasible', Unbounded: 'unbounded', 'Primal infeasible or unbounded': 'none' } as const
  return { status: status[Status as keyof typeof status] ?? 'failed', said: Status }
})

const highsMps = oneByOne('mps', (text) => byHighs((model) => model.readModel({ format: 'mps', data: text })))

/** The matrices as they stand, P turned into the lower triangle that HiGHS wants. */
const highsMatrices = oneByOne('osqp', (text) => {
  const { n, m, P, q, A, l, u } = JSON.parse(text) as OsqpText
  const side = (values: readonly number[]) => Float64Array.from(values, (v) => (Math.abs(v) < 1e30 ? v : v * Infinity))
  const entries: [number, number, number][] = []
  for (let j = 0; j < n; j++) for (let p = P.p[j]; p < P.p[j + 1]; p++) entries.push([j, P.i[p], P.x[p]])
  entries.sort((a, b) => a[1] - b[1] || a[0] - b[0])
  const starts = Array.from({ length: n + 1 }, (_, j) => entries.filter(([, column]) => column < j).length)
  return byHighs((model) =>
    model.passModel({
      numCols: n,
      numRows: m,
      colCost: Float64Array.from(q),
      colLower: new Float64Array(n).fill(-Infinity),
      colUpper: new Float64Array(n).fill(Infinity),
      rowLower: side(l),
      rowUpper: side(u),
      matrix: { format: 'csc', numRows: m, numCols: n, starts: int(A.p), indices: int(A.i), values: double(A.x) },
      ...(entries.length > 0 && {
        hessian: {
          format: 'triangular',
          dimension: n,
          starts: int(starts),
          indices: int(entries.map(([i]) => i)),
          values: double(entries.map(([, , value]) => value)),
        },
      }),
    }),
  )
})

interface OsqpText {
  readonly n: number
  readonly m: number
  readonly q: readonly number[]
  readonly l: readonly number[]
  readonly u: readonly number[]
  readonly P: { readonly p: readonly number[]; readonly i: readonly number[]; readonly x: readonly number[] }
  readonly A: { readonly p: readonly number[]; readonly i: readonly number[]; readonly x: readonly number[] }
}
const int = (values: readonly number[]): Int32Array => Int32Array.from(values)
const double = (values: readonly number[]): Float64Array => Float64Array.from(values)

/** A model of HiGHS that somebody fills, solved; 7 is optimal, 8 infeasible, 9 either, 10 unbounded. */
async function byHighs(fill: (model: Model) => void): Promise<Read> {
  highsModule ??= (loadHighs as unknown as LoadHighs)()
  const model = ((await highsModule) as unknown as Highs).createModel()
  try {
    model.options.set(HIGHS_SETTINGS)
    fill(model)
    model.run()
    const status = ({ 7: 'optimal', 8: 'infeasible', 9: 'none', 10: 'unbounded' } as const)[
      Number(model.getModelStatus())
    ]
    const said = `model status ${model.getModelStatus()}`
    if (status === 'optimal') return { status, objective: model.getObjectiveValue(), said }
    return { status: status ?? 'failed', said }
  } finally {
    model.dispose()
  }
}

let glpkModule: ReturnType<typeof glpkStart> | undefined
const glpk = oneByOne('glpk', async (text) => {
  glpkModule ??= glpkStart()
  const model = JSON.parse(text)
  const presol = model.generals.length > 0
  const { result } = await (await glpkModule).solve(model, { msglev: 0, presol, mipgap: 0, tmlim: 2 })
  const status = (['none', 'limit', 'limit', 'infeasible', 'optimal', 'unbounded'] as const)[result.status - 1]
  // With its presolver an integer model without an optimum comes back as status 1.
  return { status, objective: result.z, said: `status ${result.status}` }
})

const jslpReader = oneByOne('jslp', async (text) => {
  const answer = (
    jslp as unknown as { Solve(model: object): { feasible: boolean; bounded?: boolean; result: number } }
  ).Solve(JSON.parse(text))
  const said = JSON.stringify(answer)
  if (!answer.feasible) return { status: 'infeasible', said }
  if (answer.bounded === false) return { status: 'unbounded', said }
  return { status: 'optimal', objective: answer.result, said }
})

/** YALPS reads the same object: where javascript-lp-solver is wrong, it tells the fault of the program from one of the text. */
const yalpsReader = oneByOne('jslp', async (text) => {
  const { optimize, constraints, variables, ints } = JSON.parse(text)
  const answer = yalps(
    { direction: 'minimize', objective: optimize, constraints, variables, integers: Object.keys(ints) },
    { checkCycles: true, timeout: 10_000 },
  )
  const said = answer.status
  if (said === 'infeasible' || said === 'unbounded') return { status: said, said }
  return said === 'optimal' ? { status: said, objective: answer.result, said } : { status: 'failed', said }
})

export const readers: Readonly<Record<string, Reader>> = {
  glpsol: glpsolOf('lp'),
  cbc: cbcOf('lp'),
  highs,
  'glpsol, MPS': glpsolOf('mps'),
  'cbc, MPS': cbcOf('mps'),
  'highs, MPS': highsMps,
  'highs, matrices of OSQP': highsMatrices,
  'glpk.js': glpk,
  'javascript-lp-solver': jslpReader,
  yalps: yalpsReader,
}
