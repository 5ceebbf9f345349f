import { defineConfig } from 'vitest/config'

// The tests of one mutation run, in the copy of the package that was changed and compiled; there is nothing to build first.
export default defineConfig({
  test: {
    include: JSON.parse(process.env.MUTATION_TESTS ?? '[]'),
    testTimeout: 240_000,
    isolate: false,
    server: { deps: { external: [/\/dist\//, /\/test\/by-node\.mjs$/] } },
  },
})
