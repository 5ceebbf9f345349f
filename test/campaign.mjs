/** Runs tests on the full number of random instances: `npm run test:campaign`, or with files `npm run test:campaign -- test/objectives/leverage`. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const vitest = join(import.meta.dirname, '../node_modules/vitest/vitest.mjs')
const env = { ...process.env, CAMPAIGN: '1' }
process.exitCode =
  spawnSync(process.execPath, [vitest, 'run', ...process.argv.slice(2)], { env, stdio: 'inherit' }).status ?? 1
