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
  },
})
