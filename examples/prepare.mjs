/**
 * Makes a fresh clone ready with nothing but Node and npm: installs what the lock file names when it is not there,
 * and compiles when a source is newer than the last build (or always, with --build).
 */
import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stamp = join(root, 'dist', '.built')

function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
  if (status !== 0) process.exit(status ?? 1)
}

const modified = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0)

function newest(folder) {
  if (!existsSync(join(root, folder))) return 0
  return Math.max(
    0,
    ...readdirSync(join(root, folder), { recursive: true })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => modified(join(root, folder, name))),
  )
}

// A linked folder belongs to somebody else: `npm ci` would empty it.
const isLinked = lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink() ?? false
if (!isLinked && modified(join(root, 'node_modules/.package-lock.json')) < modified(join(root, 'package-lock.json'))) {
  console.error('Installing dependencies (npm ci) ...')
  run('npm', ['ci', '--no-audit', '--no-fund'])
}

const sources = Math.max(
  ...['src', 'models', 'cli', 'examples', 'benchmarks'].map(newest),
  modified(join(root, 'tsconfig.json')),
)
if (process.argv.includes('--build') || modified(stamp) < sources) {
  console.error('Compiling (tsc) ...')
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc')])
  writeFileSync(stamp, '')
}
