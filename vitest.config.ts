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
    // Files run one after the other in two processes, which load the package once each. No test leaves anything behind in its process.
    isolate: false,
    // The package as it was built is imported by Node, not transformed for every file of tests.
    server: { deps: { external: [/\/dist\//, /\/test\/by-node\.mjs$/] } },
  },
})
