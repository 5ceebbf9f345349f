import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Runs before the first test: what is tested is the compiled package, so it must be that of the present sources. */
export function setup(): void {
  const prepare = join(fileURLToPath(import.meta.url), '../../examples/prepare.mjs')
  const { status } = spawnSync(process.execPath, [prepare], { stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0)
    throw new Error('The sources do not compile, and tests would judge an old build. Cure: `npm run build`.')
}
