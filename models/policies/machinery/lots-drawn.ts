import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

const DEFAULT_SEED = 1

/** Whole numbers from 0 to `most`, one after the other; the same for the same seed. */
export function drawLots(seed: number = DEFAULT_SEED): (most: number) => number {
  const generator = xoroshiro128plus(seed)
  // Neighbouring seeds start alike; a few draws part them.
  for (let draw = 0; draw < 32; draw++) generator.next()
  return (most) => uniformInt(generator, 0, most)
}
