import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import type { BlockProgram } from '../src/canonical/block-program.js'
import type { RiskProgram } from '../src/canonical/risk-program.js'

export interface LossBlocksOptions {
  readonly accounts: number
  readonly markets: number
  readonly moves: number
  readonly seed?: number
  /** Standard deviation of the logarithm of account sizes; default 2. */
  readonly spread?: number
  /** Most positions of an account; default 4. */
  readonly held?: number
  /** Share of positions on the reduced side; the others hedge; default 0.75. */
  readonly reduced?: number
  /** Share of the capacity that is demanded, one number or several in turn; default 0.2. */
  readonly demand?: number | readonly number[]
  /** Identical copies of each account; default 1. */
  readonly copies?: number
  /** Quantities are rounded to a power of ten a digit below them. */
  readonly isRound?: boolean
  /** Moves are rounded to multiples of this. */
  readonly step?: number
  /** Share of the moves that the common factor makes; default 0.8 of the deviation. */
  readonly factor?: number
  /** Share of accounts without equity left; default 0.02. */
  readonly insolvent?: number
  /** What closing costs, at most, as a share of the price; default 0. */
  readonly concession?: number
}

/**
 * Expected loss of a made-up book as a block program, screened: accounts of lognormal size and leverage with a few positions
 * in m markets, and S joint moves of a heavy-tailed factor and noise of their own, clamped at −95 %. Pairs of an account and a
 * move that never lose are dropped, those that always lose are linear.
 */
export function lossBlocks(options: LossBlocksOptions): BlockProgram {
  return madeUp(options, false).program
}

/**
 * The CVaR of the same book's losses at a confidence, 1 for the worst case: a group for each move, in which pairs that always lose
 * stand as hinges as well.
 */
export function lossTails(options: LossBlocksOptions, confidence: number): RiskProgram {
  const { program: blocks, group, base } = madeUp(options, true)
  const { moves } = options
  const cap = new Float64Array(moves).fill(confidence < 1 ? 1 / moves / (1 - confidence) : 1)
  return { blocks, group, base, parts: [{ cap, mass: 1 }] }
}

function madeUp(options: LossBlocksOptions, isByMove: boolean) {
  const { accounts, markets, moves, seed = 1, spread = 2, held = 4, reduced = 0.75, copies = 1 } = options
  const { isRound = false, step = 0, factor = 0.8, insolvent = 0.02, concession = 0 } = options
  const shares = typeof options.demand === 'object' ? options.demand : [options.demand ?? 0.2]
  const generator = xoroshiro128plus(seed)
  for (let draw = 0; draw < 32; draw++) generator.next()
  const unit = (): number => uniformFloat64(generator)
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit())
  const heavy = (): number => normal() / Math.sqrt((normal() ** 2 + normal() ** 2 + normal() ** 2 + normal() ** 2) / 4)
  const prices = Float64Array.from({ length: markets }, () => 10 ** (5 * unit() - 1))
  const conceded = prices.map((price) => concession * price * (2 * unit() - 1))
  // Reduced positions are short: they lose where a price rises.
  const returns = new Float64Array(moves * markets)
  const own = Math.sqrt(1 - factor * factor)
  for (let s = 0; s < moves; s++) {
    const common = heavy()
    for (let k = 0; k < markets; k++) {
      let move = 0.1 * (factor * common + (own > 0 ? own * heavy() : 0))
      if (step > 0) move = Math.round(move / step) * step
      returns[s * markets + k] = Math.max(-0.95, move)
    }
  }
  const weight = 1 / moves
  const variableStarts = [0]
  const hingeStarts = [0]
  const row: number[] = []
  const upper: number[] = []
  const linear: number[] = []
  const height = new Growing()
  const slope = new Growing()
  let constant = 0
  const group: number[] = []
  const base = new Float64Array(moves)
  for (let i = 0; i < accounts; i++) {
    const equity = Math.exp(8 + spread * normal()) * (unit() < insolvent ? -0.1 : 1)
    const gross = Math.abs(equity) * 3 * Math.exp(0.8 * normal())
    const count = Math.min(markets, 1 + Math.floor(held * unit() * unit()))
    const first = Math.floor(markets * unit() * unit())
    const market: number[] = []
    const exposure: number[] = []
    const capacity: number[] = []
    for (let h = 0; h < count; h++) {
      const k = (first + 7 * h) % markets
      let quantity = gross / count / prices[k]
      if (isRound) quantity = Number(quantity.toPrecision(1))
      const isShort = unit() < reduced
      if (market.includes(k)) continue
      market.push(k)
      exposure.push((isShort ? -1 : 1) * quantity * prices[k])
      capacity.push(isShort ? quantity : 0)
    }
    const closable = capacity.flatMap((most, h) => (most > 0 ? [h] : []))
    if (closable.length === 0) continue
    for (let copy = 0; copy < copies; copy++) {
      const from = row.length
      for (const h of closable) {
        row.push(market[h])
        upper.push(capacity[h])
        linear.push(0)
      }
      let hinges = 0
      for (let s = 0; s < moves; s++) {
        let loss = -equity
        for (let h = 0; h < market.length; h++) loss -= exposure[h] * returns[s * markets + market[h]]
        let least = loss
        let most = loss
        for (const h of closable) {
          const swing = (conceded[market[h]] - prices[market[h]] * returns[s * markets + market[h]]) * capacity[h]
          least += Math.min(0, swing)
          most += Math.max(0, swing)
        }
        if (most <= 0) continue
        if (isByMove && least === most) {
          base[s] += loss
          continue
        }
        const isLinear = !isByMove && least >= 0
        if (isLinear) constant += weight * loss
        else {
          height.push(loss)
          group.push(s)
          hinges++
        }
        closable.forEach((h, at) => {
          const gain = conceded[market[h]] - prices[market[h]] * returns[s * markets + market[h]]
          if (isLinear) linear[from + at] += weight * gain
          else slope.push(gain)
        })
      }
      variableStarts.push(row.length)
      hingeStarts.push(hingeStarts[hingeStarts.length - 1] + hinges)
    }
  }
  const total = new Float64Array(markets)
  row.forEach((k, v) => {
    total[k] += upper[v]
  })
  for (let k = 0; k < markets; k++) total[k] *= shares[k % shares.length]
  const program: BlockProgram = {
    variableStarts: Int32Array.from(variableStarts),
    hingeStarts: Int32Array.from(hingeStarts),
    row: Int32Array.from(row),
    upper: Float64Array.from(upper),
    linear: Float64Array.from(linear),
    weight: new Float64Array(height.count).fill(weight),
    height: height.finish(),
    slope: slope.finish(),
    total,
    constant,
  }
  return { program, group: Int32Array.from(group), base }
}

class Growing {
  #values = new Float64Array(1024)
  count = 0

  push(value: number): void {
    if (this.count === this.#values.length) {
      const larger = new Float64Array(2 * this.count)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.count++] = value
  }

  finish(): Float64Array {
    return this.#values.slice(0, this.count)
  }
}
