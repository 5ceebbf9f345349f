/**
 * The package as others get it: from a fresh clone of what is committed, `npm pack` and `npm install git+file:` each give
 * a package with the code; the packed file in an empty project is typed under both module resolutions of TypeScript, runs
 * the snippets of README and the command line on the oldest Node.js that `engines` names, and has every file its documents link to.
 *
 *     npm run smoke
 *
 * It takes a minute or two, and packages from npm's cache or registry; where they cannot be had it is skipped, and says so.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const work = mkdtempSync(join(tmpdir(), 'spillway-smoke-'))
const OFFLINE = ['--prefer-offline', '--no-audit', '--no-fund']

try {
  const clone = join(work, 'clone')
  step('a fresh clone is packed', () => {
    run(work, 'git', ['clone', '--quiet', root, clone])
    run(clone, 'npm', ['pack', '--silent', '--pack-destination', work])
  })
  const packed = join(work, only(work, /\.tgz$/))
  const project = join(work, 'project')
  const installed = join(project, 'node_modules/spillway')
  step('the packed file is installed', () => {
    emptyProject(project)
    run(project, 'npm', ['install', ...OFFLINE, packed])
    expectCode(installed)
    expectLinks(installed)
  })
  for (const resolution of ['nodenext', 'bundler']) {
    step(`a project under ${resolution} is typed`, () => typeCheck(project, resolution))
  }
  step('the snippets of README run', () => runSnippets(project))
  const oldest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')).engines.node.replace('>=', '')
  step(`the command line runs on Node.js ${oldest}`, () => runCommandLine(project, oldest))
  step('a solver that does not load says why', () => breakSolver(project))
  step('git+file: is installed', () => {
    const other = join(work, 'from-git')
    emptyProject(other)
    run(other, 'npm', ['install', ...OFFLINE, `git+${pathToFileURL(clone)}`])
    expectCode(join(other, 'node_modules/spillway'))
    assert.match(run(other, 'npx', ['spillway', 'list']), /min-max-leverage/)
  })
} catch (error) {
  if (!/E(AI_AGAIN|NOTFOUND|CONNREFUSED|TIMEDOUT|NOTCACHED|NETUNREACH)|network/.test(String(error))) throw error
  console.warn(`Skipped: a package is neither in npm's cache nor to be had from the registry.\n${error}`)
} finally {
  rmSync(work, { recursive: true, force: true })
}

function step(what, action) {
  const started = performance.now()
  action()
  console.log(`${what} (${((performance.now() - started) / 1000).toFixed(1)} s)`)
}

function run(folder, command, args, wanted = 0) {
  const { npm_command: _, INIT_CWD: __, ...env } = process.env
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: folder, env, encoding: 'utf8' })
  if (status === wanted) return stdout + stderr
  throw new Error(`${command} ${args.join(' ')}: status ${status} ${error ?? ''}\n${stdout}\n${stderr}`)
}

function only(folder, pattern) {
  const found = readdirSync(folder).filter((name) => pattern.test(name))
  assert.equal(found.length, 1)
  return found[0]
}

function emptyProject(folder) {
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'empty', private: true, type: 'module' }))
}

function expectCode(folder) {
  for (const file of ['models/index.js', 'models/index.d.ts', 'src/index.js', 'src/index.d.ts', 'cli/main.js']) {
    assert.ok(existsSync(join(folder, 'dist', file)), `dist/${file} is in the package`)
  }
}

/** Every relative link of a document in the package leads to a file in it. */
function expectLinks(folder) {
  const documents = readdirSync(folder, { recursive: true }).filter((name) => /^(?!node_modules).*\.md$/.test(name))
  assert.ok(documents.length > 10)
  for (const document of documents) {
    for (const [, link] of readFileSync(join(folder, document), 'utf8').matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
      if (/^[a-z]+:/.test(link)) continue
      assert.ok(existsSync(join(folder, dirname(document), link)), `${document} links to ${link}, which is not packed`)
    }
  }
}

/** No types of Node.js in the project, and declarations of ours are checked, too. */
function typeCheck(project, resolution) {
  const name = `tsconfig.${resolution}.json`
  const compilerOptions = {
    target: 'es2022',
    module: resolution === 'bundler' ? 'esnext' : resolution,
    moduleResolution: resolution,
    strict: true,
    noEmit: true,
    types: [],
  }
  writeFileSync(join(project, name), JSON.stringify({ compilerOptions, files: ['both.ts'] }))
  writeFileSync(
    join(project, 'both.ts'),
    `import { minMaxLeverage, parseEvent, solve, type Solution } from 'spillway'
import { type ConformanceRow, runConformance } from 'spillway/conformance'
import { canonicalize, formats, maximum, Program, solveForm, solvers, type StandardForm } from 'spillway/modeling'

export async function status(event: unknown): Promise<Solution['status']> {
  return (await solve(parseEvent(event), minMaxLeverage())).status
}
const program = new Program()
program.minimize(maximum(program.variables('x', 2, { lower: 0 })))
const form: StandardForm = canonicalize(program).form
export const outcome = solveForm(form, { solver: 'highs' })
export const text: string = [...formats.lp.compile(form)].join('')
export const rows: Promise<readonly ConformanceRow[]> = runConformance(solvers[0]!)
// @ts-expect-error a number is no event
solve(1, minMaxLeverage())
`,
  )
  run(project, process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', name])
}

/** The TypeScript of README, on the paper's four accounts and the allocation of a queue. */
function runSnippets(project) {
  const accounts = [
    ['1', '242100', '-8'],
    ['2', '143000', '-10'],
    ['3', '180704.8', '-8'],
    ['4', '116901', '-7'],
  ]
  const event = {
    format: 'spillway/event@1',
    markets: [{ market: 'BTC', markPrice: 67000 }],
    accounts: accounts.map(([account, equity, quantity]) => ({
      account,
      equity,
      positions: [{ market: 'BTC', quantity }],
    })),
    demand: [{ market: 'BTC', side: 'short', quantity: 10 }],
  }
  writeFileSync(join(project, 'event.json'), JSON.stringify(event))
  cpSync(join(project, 'node_modules/spillway/examples/books'), join(project, 'examples/books'), { recursive: true })
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const snippets = [...readme.matchAll(/^```(?:ts|js)\n(.*?)^```$/gms)].map(([, code]) => code)
  assert.ok(snippets.length >= 2)
  const options = ['--target', 'es2022', '--module', 'nodenext', '--skipLibCheck', '--strict', '--types', '']
  for (const [k, snippet] of snippets.entries()) {
    const tail = k === 0 ? '\nexport const seen = [solution.status, verdict.verdict]\n' : '\nexport const seen = []\n'
    writeFileSync(join(project, `snippet${k}.ts`), snippet + tail)
    run(project, process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...options, `snippet${k}.ts`])
  }
  const first = "import { seen } from './snippet0.js'; console.log(seen.join())"
  assert.match(run(project, process.execPath, ['--input-type=module', '-e', first]), /optimal,suboptimal/)
  for (const k of snippets.keys()) run(project, process.execPath, [`snippet${k}.js`])
}

function runCommandLine(project, version) {
  const solvers = ['highs', 'jslp', 'yalps']
  const binary = join(project, 'node_modules/spillway/dist/cli/main.js')
  for (const solver of solvers) {
    const args = ['-y', '-p', `node@${version}`, 'node', binary, 'solve', 'event.json', '--solver', solver]
    assert.match(run(project, 'npx', args), /optimal +min-max-leverage 2\.2809505/)
  }
}

/** Whatever is wrong with a package that is there, the message says it; a package that is not there is not installed. */
function breakSolver(project) {
  const solve = () => run(project, 'npx', ['spillway', 'solve', 'event.json', '--solver', 'yalps'], 3)
  const folder = join(project, 'node_modules/yalps')
  for (const name of readdirSync(join(folder, 'dist')))
    writeFileSync(join(folder, 'dist', name), 'throw Error("half a file")')
  assert.match(solve(), /yalps \d+\.\d+\.\d+, is installed but does not load \(Error: half a file\)/)
  rmSync(join(folder, 'dist'), { recursive: true })
  assert.match(solve(), /is installed but does not load/)
  rmSync(folder, { recursive: true })
  const args = ['spillway', 'solve', 'event.json', '--solver', 'yalps']
  assert.match(run(project, 'npx', args, 2), /is not installed/)
}
