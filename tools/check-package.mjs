/**
 * Packs the package as npm would and has two programs judge it: publint (fields of package.json against files) and attw (types under
 * each way of resolving them; CommonJS is not among those that we support). Exits with 1 where one of them complains.
 *
 *     npm ci --prefix tools && npm run --prefix tools package
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const tools = dirname(fileURLToPath(import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'spillway-packed-'))

function run(command, args, cwd) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) throw error ?? new Error(`${command} ${args.join(' ')} ended with ${status}`)
}

try {
  run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], dirname(tools))
  const packed = join(folder, readdirSync(folder)[0])
  run('npx', ['publint', '--strict', packed], tools)
  run('npx', ['attw', '--profile', 'esm-only', packed], tools)
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
