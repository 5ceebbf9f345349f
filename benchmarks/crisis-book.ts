import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/**
 * Writes a made-up book as a folder event: cross-margin accounts with lognormal equity and leverage and one to seven
 * positions on either side, popular markets first; up to a fifth of the shorts of every market is to be closed. With
 * `mixed`, every market has a factor loading, one in seven of them negative, three in ten demand longs, and accounts hold more.
 */
export async function writeCrisis(
  folder: string,
  { accounts: count, markets, mixed = false }: { accounts: number; markets: number; mixed?: boolean },
): Promise<number> {
  const generator = xoroshiro128plus(20251010)
  const unit = (): number => uniformFloat64(generator)
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit())
  const prices = Array.from({ length: markets }, () => Number((10 ** (6 * unit() - 2)).toPrecision(8)))
  const longs = new Float64Array(markets)
  const shorts = new Float64Array(markets)
  const accounts: string[] = []
  const positions: string[] = []
  for (let i = 0; i < count; i++) {
    const equity = Math.exp(7 + 2 * normal())
    const held = 1 + Math.floor(mixed ? 6.2 * unit() : 6.75 * unit() * unit())
    const first = Math.floor(markets * unit() * unit())
    accounts.push(`a${i},${equity.toFixed(4)}`)
    for (let h = 0; h < held; h++) {
      const k = (first + 7 * h) % markets
      const side = unit() < 0.45 ? 1 : -1
      const quantity = Number(((equity * Math.exp(0.7 + normal())) / held / prices[k]).toFixed(9))
      const sums = side < 0 ? shorts : longs
      sums[k] += quantity
      positions.push(`a${i},M${k},${(side * quantity).toFixed(9)}`)
    }
  }
  const sides = prices.map(() => (mixed && unit() < 0.3 ? 'long' : 'short'))
  const demand = sides.map((side, k) => {
    const held = side === 'long' ? longs[k] : shorts[k]
    return `M${k},${side},${(0.2 * unit() * held).toFixed(4)}`
  })
  const rows = prices.map((price, k) => {
    if (!mixed) return `M${k},${price}`
    return `M${k},${price},${((0.3 + 1.5 * unit()) * (unit() < 0.15 ? -1 : 1)).toFixed(4)}`
  })
  const file = (header: string, lines: string[]): string => `${header}\n${lines.join('\n')}\n`
  await writeFile(join(folder, 'markets.csv'), file(`market,markPrice${mixed ? ',factorLoading' : ''}`, rows))
  await writeFile(join(folder, 'accounts.csv'), file('account,equity', accounts))
  await writeFile(join(folder, 'positions.csv'), file('account,market,quantity', positions))
  await writeFile(join(folder, 'demand.csv'), file('market,side,quantity', demand))
  return positions.length
}
