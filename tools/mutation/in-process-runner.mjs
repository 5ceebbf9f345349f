/**
 * A test runner of Stryker that stays in its process: the compiled package and the tests are loaded once, and a change is a number that the
 * instrumented code compares with. Vitest would load everything again for every change, which takes a second; unit tests take milliseconds.
 *
 * A test that fails under a change is run once more without it. Where it fails then as well something was left behind: by an earlier change, and
 * the process is given up rather than believed, or by this one, where it is the first of its process. After that the process is given up, too.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin'
import { DryRunStatus, determineHitLimitReached, MutantRunStatus, TestStatus } from '@stryker-mutator/api/test-runner'
import { collect, run, tests } from './vitest-in-process.mjs'

/** Milliseconds of tests that a change is given, the quickest first: what is noticed only later counts as not noticed. */
const BUDGET = Number(process.env.MUTATION_BUDGET ?? 2000)
/** What each test took without a change, for every process of a run. */
const TIMES = 'milliseconds-of-tests.json'
/** Stands where the tests are JavaScript already. */
const TRANSPILED = 'tests-are-transpiled'

globalThis.__stryker__ ??= {}
const changes = globalThis.__stryker__

class InProcessRunner {
  #milliseconds
  #runs = 0
  #isSpent = false

  capabilities() {
    return { reloadEnvironment: false }
  }

  async init() {
    changes.mutantCoverage = { static: {}, perTest: {} }
    if (!existsSync(TRANSPILED)) await transpile('test')
    writeFileSync(TRANSPILED, '')
    for (const file of filesOf(JSON.parse(process.env.MUTATION_TESTS ?? '[]'))) {
      await collect(file, () => import(pathToFileURL(file.replace(/\.ts$/, '.js')).href))
    }
  }

  async dryRun() {
    const results = await run(tests, false, (id) => {
      changes.currentTestId = id
    })
    changes.currentTestId = undefined
    for (const { id, failure } of results) {
      if (failure !== undefined) console.error(`Takes no part, since it fails here as it is: ${id}\n  ${failure}`)
    }
    const times = results.map(({ id, timeSpentMs, failure }) => [id, failure === undefined ? timeSpentMs : 1e9])
    writeFileSync(TIMES, JSON.stringify(times))
    return {
      status: DryRunStatus.Complete,
      tests: results.map(({ failure, ...result }) => ({
        ...result,
        status: failure === undefined ? TestStatus.Success : TestStatus.Skipped,
      })),
      mutantCoverage: changes.mutantCoverage,
    }
  }

  async mutantRun({ activeMutant, testFilter, hitLimit }) {
    // Stryker starts another process, and asks that.
    if (this.#isSpent) process.exit(1)
    this.#runs++
    // Another process may have measured them.
    this.#milliseconds ??= new Map(JSON.parse(readFileSync(TIMES, 'utf8')))
    const time = ({ id }) => this.#milliseconds.get(id)
    let left = BUDGET
    const wanted = tests
      .filter(({ id }) => testFilter?.includes(id) ?? true)
      .toSorted((a, b) => time(a) - time(b))
      .filter((test) => {
        left -= time(test)
        return left >= 0
      })
    changes.activeMutant = activeMutant.id
    changes.hitCount = hitLimit === undefined ? undefined : 0
    changes.hitLimit = hitLimit
    const results = await run(wanted, true)
    changes.activeMutant = undefined
    const limit = determineHitLimitReached(changes.hitCount, hitLimit)
    changes.hitCount = undefined
    if (limit) return limit
    const killer = results.find(({ failure }) => failure !== undefined)
    if (killer === undefined) return { status: MutantRunStatus.Survived, nrOfTests: results.length }
    const [again] = await run(
      wanted.filter(({ id }) => id === killer.id),
      true,
    )
    if (again.failure !== undefined) {
      if (this.#runs > 1) process.exit(1)
      this.#isSpent = true
    }
    return {
      status: MutantRunStatus.Killed,
      killedBy: [killer.id],
      failureMessage: killer.failure,
      nrOfTests: results.length,
    }
  }
}

/** Every TypeScript file of a folder beside itself as JavaScript, with our few functions in place of vitest. */
async function transpile(folder) {
  const { transform } = createRequire(join(process.cwd(), 'package.json'))('esbuild')
  const ours = fileURLToPath(new URL('./vitest-in-process.mjs', import.meta.url))
  for (const file of filesOf([folder], '.ts')) {
    const { code } = await transform(readFileSync(file, 'utf8'), { loader: 'ts', format: 'esm', target: 'es2023' })
    writeFileSync(file.replace(/\.ts$/, '.js'), code.replaceAll(/from "vitest"/g, `from ${JSON.stringify(ours)}`))
  }
}

function filesOf(paths, ending = '.test.ts') {
  return paths.flatMap((path) =>
    path.endsWith('.ts')
      ? [path]
      : readdirSync(path, { recursive: true })
          .map((name) => join(path, name))
          .filter((name) => name.endsWith(ending))
          .toSorted(),
  )
}

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'in-process', () => new InProcessRunner())]
