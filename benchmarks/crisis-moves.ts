import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { DecimalColumn } from '../models/book/decimal-column.js'
import type { ScenarioMoves } from '../models/index.js'

/**
 * Joint moves of a crisis in the markets M0, M1, …: a factor and noise of every market's own, both Student-t of four degrees, 8 % together,
 * clamped at −95 %.
 */
export function crisisMoves(markets: number, moves: number, seed = 7): ScenarioMoves {
  const generator = xoroshiro128plus(seed)
  for (let draw = 0; draw < 32; draw++) generator.next()
  const unit = (): number => uniformFloat64(generator)
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit())
  const heavy = (): number => normal() / Math.sqrt((normal() ** 2 + normal() ** 2 + normal() ** 2 + normal() ** 2) / 4)
  const returns = new Float64Array(moves * markets)
  for (let s = 0; s < moves; s++) {
    const factor = heavy()
    for (let k = 0; k < markets; k++) {
      returns[s * markets + k] = Math.max(-0.95, Number((0.08 * (0.8 * factor + 0.6 * heavy())).toFixed(5)))
    }
  }
  const digest = (): string => `made-up:${markets}/${moves}/${seed}`
  const names = Array.from({ length: markets }, (_, k) => `M${k}`)
  return { kind: 'scenarios', markets: names, count: moves, returns: new DecimalColumn(returns), digest }
}
