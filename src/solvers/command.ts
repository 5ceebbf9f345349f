import { accessSync, constants, createWriteStream } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, delimiter, join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Claim, SolverAnswer } from '../canonical/outcome.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { mpsText } from '../formats/mps-text.js'
import { readSolution, type SolutionStatus, solutionValues } from '../formats/solution-file.js'
import { statedForm } from '../formats/stated-form.js'
import { LoadFailure } from './load-package.js'
import { runProgram } from './run-program.js'
import type { Solver, SolverOptions } from './solver.js'

/**
 * `command:PROGRAM`: a solver that is a program of this machine. The form goes out as free MPS in a folder of its own, the solution
 * file that the program writes comes back, and the folder goes. How a program is called follows from the base name of its file.
 */
export const COMMAND = 'command:'

interface Dialect {
  readonly install: string
  readonly quadratic: boolean
  readonly versionArguments: readonly string[]
  /** Files are in the working folder: `model.mps`, `answer.sol` and, where it has text, `options.txt`. */
  readonly solveArguments: (seconds: number) => readonly string[]
  readonly optionsText?: string
}

const whole = (seconds: number): string => String(Math.max(1, Math.ceil(seconds)))

const dialects: Readonly<Record<string, Dialect>> = {
  glpsol: {
    install: 'apt-get install glpk-utils',
    quadratic: false,
    versionArguments: ['--version'],
    solveArguments: (seconds) => ['--freemps', 'model.mps', '--tmlim', whole(seconds), '--write', 'answer.sol'],
  },
  cbc: {
    install: 'apt-get install coinor-cbc',
    quadratic: false,
    versionArguments: ['-quit'],
    solveArguments: (seconds) => [
      ...['model.mps', '-seconds', whole(seconds), '-ratioGap', '0', '-allowableGap', '0'],
      ...['-primalTolerance', '1e-9', '-dualTolerance', '1e-9', '-solve', '-solution', 'answer.sol'],
    ],
  },
  highs: {
    install: 'conda install -c conda-forge highs',
    quadratic: true,
    versionArguments: ['--version'],
    solveArguments: (seconds) => [
      ...['model.mps', '--solution_file', 'answer.sol', '--time_limit', whole(seconds)],
      ...['--options_file', 'options.txt'],
    ],
    optionsText: 'mip_rel_gap = 0\nmip_abs_gap = 0\n',
  },
  scip: {
    install: 'conda install -c conda-forge scip',
    quadratic: true,
    versionArguments: ['--version'],
    solveArguments: (seconds) =>
      ['read model.mps', `set limits time ${whole(seconds)}`, 'optimize', 'write solution answer.sol', 'quit'].flatMap(
        (line) => ['-c', line],
      ),
  },
  gurobi_cl: {
    install: 'conda install -c gurobi gurobi',
    quadratic: true,
    versionArguments: ['--version'],
    solveArguments: (seconds) => [`TimeLimit=${whole(seconds)}`, 'MIPGap=0', 'ResultFile=answer.sol', 'model.mps'],
  },
}

/** The base names of programs that can be called. */
export const programs: readonly string[] = Object.keys(dialects)

const CLAIMS: Readonly<Record<SolutionStatus, Claim>> = {
  optimal: 'optimal',
  claimed: 'limit',
  infeasible: 'infeasible',
  unbounded: 'unbounded',
  none: 'infeasible-or-unbounded',
}

/**
 * The solver of a name `command:PROGRAM`, a base name to look for or a path; undefined where nobody knows how to call
 * the program.
 */
export function commandSolver(name: string): Solver | undefined {
  const program = name.startsWith(COMMAND) ? name.slice(COMMAND.length) : undefined
  const dialect = program === undefined ? undefined : dialects[basename(program).replace(/\.exe$/i, '')]
  if (program === undefined || dialect === undefined) return undefined
  return {
    name,
    module: import.meta.url,
    isOutside: true,
    install: dialect.install,
    capabilities: {
      quadratic: dialect.quadratic,
      integer: true,
      integerQuadratic: false,
      freeInteger: true,
      rowPrices: false,
      integerBound: false,
      leastCoefficient: 1e-7,
      largest: { rows: 1_000_000, columns: 1_000_000, entries: 10_000_000 },
    },
    isPresent: async () => located(program) !== undefined,
    version: () => versionOf(located(program), dialect),
    settingsToTry: () => [{}],
    answer: (form, options) => answer(program, dialect, form, options),
  }
}

async function answer(
  program: string,
  dialect: Dialect,
  form: StandardForm,
  options: SolverOptions,
): Promise<SolverAnswer> {
  const file = located(program)
  if (file === undefined) throw new LoadFailure({ installed: undefined, why: `${program} is not found` }, undefined)
  const deadline = performance.now() + 1000 * options.timeLimitSeconds
  return inFolder(async (folder) => {
    await pipeline(Readable.from(mpsText(form)), createWriteStream(join(folder, 'model.mps')))
    if (dialect.optionsText !== undefined) await writeFile(join(folder, 'options.txt'), dialect.optionsText)
    const limitMs = Math.max(1, deadline - performance.now())
    const { end, said } = await runProgram(file, dialect.solveArguments(limitMs / 1000), {
      folder,
      limitMs,
      ...options,
    })
    if (end === 'time limit') return { claim: 'limit', status: 'ended at the time limit' }
    if (end !== 'exit 0') throw new Error(`${program} ended with ${end}${lastOf(said)}`)
    const text = await readFile(join(folder, 'answer.sol'), 'utf8').catch(() => undefined)
    if (text === undefined) throw new Error(`${program} wrote no solution file${lastOf(said)}`)
    const solution = readSolution(text)
    const { status, reported } = solution
    const claim = CLAIMS[status]
    if (claim !== 'optimal' && claim !== 'limit') return { claim, status: reported }
    const names = statedForm(form).columns.map((column) => column.name)
    // The column of the constant, where there is one, stands after the form's own.
    return { claim, status: reported, x: solutionValues(solution, names).slice(0, form.linear.length) }
  })
}

const lastOf = (said: string): string => (said === '' ? '' : `: ${said.slice(-160)}`)

/** The file of a program: a path as it is, a base name by the folders of PATH. */
function located(program: string): string | undefined {
  const isPath = basename(program) !== program
  const files = isPath ? [resolve(program)] : (process.env.PATH ?? '').split(delimiter).map((at) => join(at, program))
  return files
    .flatMap((file) => [file, `${file}.exe`])
    .find((file) => {
      try {
        accessSync(file, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

/** How long a program may take to tell its version. */
const VERSION_MS = 1000

/** Programs tell their version at the head of what they print. */
async function versionOf(file: string | undefined, { versionArguments }: Dialect): Promise<string> {
  if (file === undefined) return 'absent'
  return inFolder(async (folder) => {
    const { said } = await runProgram(file, versionArguments, { folder, limitMs: VERSION_MS })
    return /\d+\.\d+(\.\d+)*/.exec(said)?.[0] ?? 'unknown'
  }).catch(() => 'unknown')
}

/** Work in a folder of its own, which goes in any case. */
async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
