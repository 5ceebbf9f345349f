import fc from 'fast-check'

/** One seed for every property here; the titles print it. */
export const seed = 20261122
export const seeded = { seed, numRuns: 100 }

/** Whole multiples of 1/8 in [−8, 8]: sums and products of a few are exact in doubles. */
export const eighth = fc.integer({ min: -64, max: 64 }).map((n) => n / 8)

/** A generator of numbers in [0, 1) from a drawn seed, for `AtomFamily.draw`. */
export function randomFrom(start: number): () => number {
  let state = start >>> 0
  return () => {
    // Numerical Recipes' linear congruence: good enough to draw test data.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
