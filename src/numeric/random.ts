import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** Generators whose seeds are neighbours start alike; so many draws part them. */
const WARM_UP = 32

/**
 * Uniform numbers from 0 up to, not including, 1, the same for the same seed on every machine: xoroshiro128+ (Blackman
 * and Vigna 2018).
 *
 * @param seed a whole number from 0 to 2³² − 1
 */
export function seededUniform(seed: number): () => number {
  const generator = xoroshiro128plus(seed)
  for (let draw = 0; draw < WARM_UP; draw++) generator.next()
  return () => uniformFloat64(generator)
}
