import { defineConfig } from 'vitest/config'

// Tests judge what ships: they import the compiled package (`#src/…`, `#models/…`, `spillway`), which is built first.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/build-first.ts'],
    // A guard against hangs; how fast the machine is decides no test.
    testTimeout: 240_000,
    pool: 'forks',
    maxWorkers: 2,
    // The package as it was built is imported by Node, not transformed for every file of tests.
    server: { deps: { external: [/\/dist\//, /\/test\/by-node\.mjs$/] } },
  },
})
