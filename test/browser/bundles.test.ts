import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { skip } from '../notes.js'

/**
 * A project that has the package in its node_modules, and nothing else: bundled for a browser by esbuild and by Vite without a word of
 * configuration, and opened; bundled for Node into one file, as ES module and as CommonJS, and run from where there is no package.
 */
const root = join(import.meta.dirname, '../..')
const work = mkdtempSync(join(tmpdir(), 'spillway-bundles-'))
const project = join(work, 'project')
afterAll(() => rmSync(work, { recursive: true, force: true }))

beforeAll(() => {
  mkdirSync(join(project, 'node_modules'), { recursive: true })
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }')
  symlinkSync(root, join(project, 'node_modules/spillway'))
  cpSync(join(root, 'examples/browser'), project, { recursive: true })
})

const BUDGET = 100_000

/** The files that a page loads before it solves anything: the closure of static imports, compressed. */
function weigh(folder: string, entry: string): { readonly atOnce: number; readonly all: number } {
  const size = (file: string): number => gzipSync(readFileSync(join(folder, file)), { level: 9 }).length
  const files = readdirSync(folder).filter((name) => name.endsWith('.js'))
  const seen = new Set<string>()
  const visit = (file: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    const text = readFileSync(join(folder, file), 'utf8')
    for (const [, target] of text.matchAll(/(?:\bfrom|\bimport)\s*"\.\/([^"]+)"/g)) visit(target!)
  }
  visit(entry)
  const total = (names: Iterable<string>): number => [...names].reduce((sum, name) => sum + size(name), 0)
  return { atOnce: total(seen), all: total(files) }
}

const bundled = async (source: string, outdir: string, options: object) =>
  build({
    stdin: { contents: source, resolveDir: project, sourcefile: 'app.js' },
    outdir,
    bundle: true,
    minify: true,
    logLevel: 'silent',
    ...options,
  })

describe('bundled for a browser', () => {
  it('spillway/modeling, everything that it exports, without solvers: at most 100 kB compressed', async () => {
    const outdir = join(work, 'modeling')
    const all = "export * from 'spillway/modeling'"
    const { warnings } = await bundled(all, outdir, { format: 'esm', splitting: true })
    expect(warnings).toEqual([])
    const { atOnce, all: withSolvers } = weigh(outdir, 'stdin.js')
    process.stderr.write(`spillway/modeling: ${atOnce} bytes gzip, ${withSolvers} with every solver\n`)
    expect(atOnce).toBeLessThanOrEqual(BUDGET)
    // The check weighs what it says: the solvers, which are loaded when they are asked, stand beside it.
    expect(withSolvers).toBeGreaterThan(1_000_000)
  })

  it('a page solves, verifies and proves, by esbuild and by Vite, in a worker and without one', async () => {
    const byEsbuild = join(work, 'esbuild')
    await build({
      entryPoints: [join(project, 'page.js')],
      outdir: byEsbuild,
      bundle: true,
      minify: true,
      format: 'esm',
      splitting: true,
      logLevel: 'silent',
    })
    cpSync(join(project, 'index.html'), join(byEsbuild, 'index.html'))
    const { atOnce, all } = weigh(byEsbuild, 'page.js')
    process.stderr.write(`a page of spillway: ${atOnce} bytes gzip at once, ${all} with every solver\n`)
    const byVite = join(work, 'vite')
    const { build: viteBuild } = await import('vite')
    await viteBuild({
      root: project,
      configFile: false,
      logLevel: 'error',
      build: { outDir: byVite, minify: false, reportCompressedSize: false },
    })
    const script = join(import.meta.dirname, 'open-pages.mjs')
    const pages = [byEsbuild, byVite, '--without-workers', byEsbuild]
    const { stdout, stderr } = spawnSync(process.execPath, [script, ...pages], { encoding: 'utf8', timeout: 200_000 })
    if (stdout.startsWith('SKIPPED')) return skip(stdout.trim())
    const shown = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(shown, stderr).toHaveLength(3)
    for (const [k, { rows, end, workers, problems }] of shown.entries()) {
      expect(problems).toEqual([])
      expect(end).toMatch(/^Done in \d+ ms\.$/)
      expect(workers).toBe(k < 2 ? 1 : 0)
      expect(rows).toEqual(shown[0].rows)
    }
    const found = Object.fromEntries(shown[0].rows)
    expect(found).toMatchObject({
      'least possible largest leverage': expect.stringMatching(/^optimal 4\.70042879377/),
      'what a queue did': 'suboptimal; its certificate proves it suboptimal',
      'quadratic program': expect.stringContaining('optimal 0.571428571'),
      'CVaR program': expect.stringContaining('optimal 0.333333333'),
      'integer program': expect.stringContaining('optimal 12.000000000'),
    })
    // The same event in Node, by the build that is not for browsers.
    const { expectedLoss, parseEvent, parseMoves, solve } = await import('spillway')
    const book = JSON.parse(readFileSync(join(root, 'examples/books/paper.json'), 'utf8'))
    const moves = [
      [0.3, 0.35],
      [0.5, 0.6],
      [-0.2, -0.3],
    ]
    const format = 'spillway/moves@1'
    const here = await solve(
      parseEvent(book),
      expectedLoss({ moves: parseMoves({ format, markets: ['BTC', 'ETH'], moves }) }),
    )
    expect(Number(/optimal ([\d.]+)/.exec(found['expected loss'])?.[1])).toBeCloseTo(here.objective!.value!, 4)
    for (const solver of ['highs', 'clarabel', 'jslp', 'yalps']) {
      const title = Object.keys(found).find((name) => name.startsWith(`linear program, ${solver} `))
      expect(found[title!]).toBe('optimal 0.571428571')
    }
  })
})

/** Solves with every solver that comes along, through `spillway` and through `spillway/modeling`, and reads a file. */
const APP = `
import { minMaxLeverage, parseEvent, readEvent, solve } from 'spillway'
import { maximum, Program, solveProgram } from 'spillway/modeling'
async function run() {
  const said = []
  for (const solver of ['highs', 'clarabel', 'jslp', 'yalps']) {
    const program = new Program()
    const x = program.variables('x', 3, { lower: 0 })
    program.subjectTo('budget', x.sum().equals(1))
    program.minimize(maximum(x.times([1, 2, 4])))
    const { status, objective } = await solveProgram(program, { solver })
    said.push(status + ' ' + objective.toFixed(6))
  }
  const event = await readEvent(process.argv[2])
  const { status, objective } = await solve(event, minMaxLeverage(), { solver: 'highs' })
  said.push(status + ' ' + objective.value.toFixed(6))
  console.log(JSON.stringify(said))
}
run()
`

describe.each([
  ['an ES module', 'esm', 'mjs'],
  ['CommonJS', 'cjs', 'cjs'],
] as const)('bundled for Node into one file, %s', (_, format, ending) => {
  it('solves from where there is no package, reads files, and ends', async () => {
    const outdir = join(work, format)
    const { warnings } = await bundled(APP, outdir, { format, platform: 'node', outExtension: { '.js': `.${ending}` } })
    expect(warnings).toEqual([])
    const [file, ...others] = readdirSync(outdir)
    expect(others).toEqual([])
    const book = join(root, 'examples/books/paper.json')
    const ran = spawnSync(process.execPath, [join(outdir, file!), book], {
      encoding: 'utf8',
      cwd: work,
      timeout: 100_000,
    })
    expect(ran.stderr).toBe('')
    expect(JSON.parse(ran.stdout)).toEqual([...Array(4).fill('optimal 0.571429'), 'optimal 4.700429'])
    expect(existsSync(join(outdir, basename(file!)))).toBe(true)
  })
})

it('asked for a file, a browser says what to do instead', async () => {
  const outdir = join(work, 'files')
  const app = `import { readEvent } from 'spillway'
readEvent('event.json').catch((error) => console.log(JSON.stringify([error.name, error.code, error.value])))`
  await bundled(app, outdir, { format: 'esm', platform: 'browser', outExtension: { '.js': '.mjs' } })
  const { stdout, stderr } = spawnSync(process.execPath, [join(outdir, 'stdin.mjs')], { encoding: 'utf8' })
  expect([stdout.trim(), stderr]).toEqual(['["SpillwayError","no-file-system","event.json"]', ''])
})
