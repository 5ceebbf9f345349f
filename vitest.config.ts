import { defineConfig } from 'vitest/config'

// Tests judge what ships: they import the compiled package (`#src/…`, `#models/…`, `spillway`), which is built first.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/build-first.ts'],
    testTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
})
