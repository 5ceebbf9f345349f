import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { DecimalColumn } from '../models/book/decimal-column.js'
import { type AdlEvent, parseEvent, type ScenarioMoves } from '../models/index.js'

/**
 * Cross-margin accounts that hold one to four of m markets, three in four short, at lognormal leverage (median 3), with
 * a fifth of the shorts of every market to be closed; and joint moves of one factor and noise of their own, of 10 % together.
 */
export function riskBook(accounts: number, markets: number, moves: number, seed = 11): [AdlEvent, ScenarioMoves] {
  const generator = xoroshiro128plus(seed)
  const unit = (): number => uniformFloat64(generator)
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit())
  const names = Array.from({ length: markets }, (_, k) => `M${k}`)
  const prices = names.map(() => Number((10 ** (5 * unit() - 1)).toPrecision(6)))
  const shorts = new Float64Array(markets)
  const book = Array.from({ length: accounts }, (_, i) => {
    const equity = Math.exp(8 + 2 * normal())
    const leverage = 3 * Math.exp(0.8 * normal())
    const held = 1 + Math.floor(4 * unit())
    const first = Math.floor(markets * unit())
    const positions = Array.from({ length: Math.min(held, markets) }, (_, h) => {
      const k = (first + 7 * h) % markets
      const quantity = Number(((equity * leverage) / held / prices[k]).toPrecision(9))
      const isShort = unit() < 0.75
      if (isShort) shorts[k] += quantity
      return { market: names[k], quantity: isShort ? -quantity : quantity }
    })
    return { account: `a${i}`, equity: equity.toFixed(4), positions }
  })
  const event = parseEvent({
    format: 'spillway/event@1',
    markets: names.map((market, k) => ({ market, markPrice: prices[k] })),
    accounts: book,
    demand: names.flatMap((market, k) =>
      shorts[k] > 0 ? [{ market, side: 'short', quantity: (0.2 * shorts[k]).toPrecision(9) }] : [],
    ),
  })
  const returns = new Float64Array(moves * markets)
  for (let s = 0; s < moves; s++) {
    const factor = normal()
    for (let k = 0; k < markets; k++) {
      returns[s * markets + k] = Math.max(-1, Number((0.1 * (0.8 * factor + 0.6 * normal())).toFixed(6)))
    }
  }
  const digest = (): string => `made-up:${accounts}/${markets}/${moves}/${seed}`
  return [event, { kind: 'scenarios', markets: names, count: moves, returns: new DecimalColumn(returns), digest }]
}
