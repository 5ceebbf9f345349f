import { loadPackage } from '#src/solvers/load-package.js'

/** A solver whose package is there and does not start; its name says which package. */
export const solver = {
  answer: () =>
    loadPackage('yalps', async () => {
      throw new Error('bad magic number')
    }),
}
