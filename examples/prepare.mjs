/**
 * Makes a fresh clone ready with nothing but Node and npm: installs what the lock file names when it is not there, and
 * compiles when the last build was of other sources. What is compiled stands beside `dist` until it is whole, so that no
 * moment and no mistake in a source leaves half a build.
 *
 * `--build` compiles always. `--package` is npm's script `prepare`, which makes a package from a clone or from git:
 * dependencies are npm's matter there, and `npm ci`, which runs it too, is left as quick as it was.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SOURCES = ['tsconfig.json', 'src', 'models', 'reports', 'cli', 'web', 'examples', 'benchmarks']
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(root, 'dist')
const stamp = join(dist, '.built')
const compiler = join(root, 'node_modules/typescript/bin/tsc')
const isPackaging = process.argv.includes('--package')

if (isPackaging && process.env.npm_command === 'ci') process.exit()
if (!isPackaging) install()
if (isPackaging && !existsSync(compiler)) {
  console.error('TypeScript is not installed here, so nothing is compiled: `npm install --include=dev` does both.')
  process.exit()
}
const sources = digestOfSources()
if (process.argv.includes('--build') || !existsSync(stamp) || readFileSync(stamp, 'utf8') !== sources) {
  await compile(sources)
}

function install() {
  const modules = join(root, 'node_modules')
  // A linked folder belongs to somebody else: `npm ci` would empty it.
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) return
  if (modified(join(modules, '.package-lock.json')) >= modified(join(root, 'package-lock.json'))) return
  console.error('Installing dependencies (npm ci) ...')
  const status = run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund'])
  if (status !== 0) process.exit(status)
}

async function compile(digest) {
  console.error('Compiling (tsc) ...')
  const fresh = join(root, `dist.${process.pid}.new`)
  const old = join(root, `dist.${process.pid}.old`)
  const status = run(process.execPath, [compiler, '--outDir', fresh])
  if (status === 0) {
    // Loaded now: a moment ago it may not have been installed.
    const { bundle } = await import('./bundle.mjs')
    await bundle(fresh)
    const { receiptPage } = await import('./bundle-receipt-page.mjs')
    await receiptPage(fresh, join(root, 'web/receipt-page.html'))
    writeFileSync(join(fresh, '.built'), digest)
    if (existsSync(dist)) renameSync(dist, old)
    renameSync(fresh, dist)
  }
  for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true })
  if (status !== 0) process.exit(status)
}

function run(command, args) {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' }).status ?? 1
}

function modified(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0
}

/** Of names and contents, so that a source that was removed or set back counts as a change, too. */
function digestOfSources() {
  const hash = createHash('sha256').update(readFileSync(join(dirname(compiler), '../package.json')))
  for (const file of SOURCES.flatMap((name) => filesIn(name)).sort()) {
    hash.update(`\n${file}\n`).update(readFileSync(join(root, file)))
  }
  return hash.digest('hex')
}

function filesIn(place) {
  if (!existsSync(join(root, place))) return []
  if (!statSync(join(root, place)).isDirectory()) return [place]
  return readdirSync(join(root, place))
    .flatMap((name) => filesIn(`${place}/${name}`))
    .filter((name) => /\.(m?[jt]s|html)$/.test(name))
}
