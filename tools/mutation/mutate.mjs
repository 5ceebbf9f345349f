/**
 * A mutation run: every condition, sum and comparison of a folder changed in small ways, and the tests of the folder run on each change.
 * A change that no test notices survives (docs/testing.md).
 *
 *     npm ci --prefix tools/mutation
 *     npm run --prefix tools/mutation mutate -- src/certificates
 *
 * The folder, or a part of it (`models/proof/lots`); results of changes and tests that are as before are kept (.mutation/).
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The tests that judge a folder: each judge's own, which take milliseconds. Campaigns would cost more than they notice. */
const TESTS = {
  'src/certificates': ['test/certificates'],
  // Inner folders before the one that they are in. Of receipts the tests that start neither Python nor a browser.
  'models/proof/receipts': [
    'test/proof/receipts/build-receipts.test.ts',
    'test/proof/receipts/check-receipt.test.ts',
    'test/proof/receipts/common-level.test.ts',
    'test/proof/receipts/follow-rule.test.ts',
    'test/proof/receipts/lots-taken.test.ts',
    'test/proof/receipts/queue-order.test.ts',
    'test/proof/receipts/scores.test.ts',
    'test/proof/receipts/tree.test.ts',
    'test/proof/receipts/unit.test.ts',
  ],
  'models/proof/claims': ['test/proof/claims', 'test/proof/check-certificate.test.ts'],
  'models/proof/gaussian': ['test/proof/gaussian'],
  'models/proof/ellipsoid': ['test/proof/ellipsoid', 'test/proof/gaussian'],
  'models/proof/losses': ['test/proof/losses', 'test/proof/risk-measure.test.ts'],
  'models/proof/leverage': ['test/proof/leverage'],
  'models/proof/lots': ['test/proof/lots'],
  'models/proof/factor': ['test/proof/factor'],
  'models/proof/derivations': ['test/proof/derivations'],
  'models/proof': [
    'test/proof/recorded.test.ts',
    'test/proof/claims',
    'test/proof/check-certificate.test.ts',
    'test/proof/certify.test.ts',
    'test/proof/linear-proof-worked.test.ts',
    'test/proof/nearest-reductions.test.ts',
    'test/proof/linear-proof-of.test.ts',
    'test/proof/match-allocation.test.ts',
    'test/proof/terms.test.ts',
    'test/proof/risk-measure.test.ts',
    'test/proof/gaussian',
    'test/proof/ellipsoid',
    'test/proof/losses',
    'test/proof/by-hand.test.ts',
    'test/proof/certificate.test.ts',
    'test/objectives/losses/steepest.test.ts',
    'test/objectives/losses/mistakes.test.ts',
    'test/objectives/losses/bound.test.ts',
    'test/objectives/losses/ellipsoid-loss.test.ts',
    'test/objectives/factor/paper.test.ts',
    'test/objectives/factor/edges.test.ts',
    'test/objectives/gaussian/paper.test.ts',
    'test/objectives/gaussian/kinks.test.ts',
    'test/objectives/gaussian/rounding.test.ts',
    'test/objectives/leverage/given.test.ts',
    'test/objectives/leverage/remarks.test.ts',
  ],
  'src/closed-forms': ['test/closed-forms'],
}

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '../..')
const [folder, ...tests] = process.argv.slice(2)
const room = Object.keys(TESTS).find((name) => folder === name || folder?.startsWith(`${name}/`))
if (room === undefined) {
  console.error(`Give a folder of ${Object.keys(TESTS).join(', ')}, and tests if others than its own are to judge it.`)
  process.exit(2)
}
const kept = join(root, '.mutation', folder.replaceAll(/[^\w.]+/g, '-'))
mkdirSync(kept, { recursive: true })
const options = {
  mutate: [folder.endsWith('.ts') ? folder : `${folder}/**/*.ts`],
  mutator: { excludedMutations: ['StringLiteral'] },
  buildCommand: `node ${join(root, 'node_modules/typescript/bin/tsc')}`,
  plugins: [join(here, 'in-process-runner.mjs')],
  // Its reader of tsconfig wants TypeScript 6; `buildCommand` compiles by the tsconfig as it is.
  tsconfigFile: 'none',
  testRunner: 'in-process',
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  incremental: true,
  incrementalFile: join(kept, 'incremental.json'),
  reporters: ['progress', 'clear-text', 'html', 'json'],
  htmlReporter: { fileName: join(kept, 'index.html') },
  jsonReporter: { fileName: join(kept, 'result.json') },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  tempDirName: join(kept, 'copies'),
  ignorePatterns: ['.mutation', 'dist', 'tools/mutation/node_modules'],
  timeoutMS: 6_000,
  concurrency: Number(process.env.MUTATION_WORKERS ?? 2),
}
writeFileSync(join(kept, 'options.json'), JSON.stringify(options, null, 2))
const { status } = spawnSync(
  process.execPath,
  [join(here, 'node_modules/@stryker-mutator/core/bin/stryker.js'), 'run', join(kept, 'options.json')],
  {
    cwd: root,
    stdio: 'inherit',
    env: { RECORDED: 'all', ...process.env, MUTATION_TESTS: JSON.stringify(tests.length > 0 ? tests : TESTS[room]) },
  },
)
process.exit(status ?? 1)
