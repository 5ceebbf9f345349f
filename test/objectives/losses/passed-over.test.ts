import { describe, expect, it } from 'vitest'
import { movedBook } from '#models/proof/losses/moved-book.js'
import { screen } from '#models/proof/losses/screening.js'
import { totalLosses } from '#models/proof/losses/total-losses.js'
import { toNumber } from '#src/numeric/index.js'
import { randomBook, randomFrom } from '../../books.js'
import { parsed, randomMoves } from './support.js'

/**
 * Runs of moves in which an account cannot lose are passed over: what is left must be what looking at every account and every
 * move leaves, one by one, in doubles and in the order of the file.
 */
describe('accounts × moves, one by one', () => {
  it.each([1, 2, 3, 6])('seed %i: the same pairs are kinked, and the losses are the same', (seed) => {
    const event = randomBook(900 + seed, {
      accounts: 450,
      markets: 4,
      holdings: 4,
      twoSided: true,
      insolvents: seed % 2 === 0,
      offMark: seed % 3 === 0,
    })
    const read = parsed(event)
    const moves = randomMoves(randomFrom(900 + seed), ['M0', 'M1', 'M2', 'M3'], 303)
    const book = movedBook(read, moves)
    expect(book.isExact).toBe(false)
    const { space } = book
    const screening = screen(book)
    const kinked = new Set<string>()
    space.owners.forEach((account, owner) => {
      for (let t = screening.kinkStarts[owner]; t < screening.kinkStarts[owner + 1]; t++) {
        kinked.add(`${account}/${book.moveIndices[screening.kinkMove[t]]}`)
      }
    })
    const { starts, market } = read.positions
    const column = read.markets.map(({ market: name }) => moves.markets.indexOf(name))
    const totals = new Float64Array(moves.count)
    let differ = 0
    for (let account = 0; account < read.accounts.count; account++) {
      for (const s of book.moveIndices) {
        let loss = -read.accounts.equity.values[account]
        let size = Math.abs(loss)
        for (let p = starts[account]; p < starts[account + 1]; p++) {
          const price = toNumber(read.markets[market[p]].markPrice)
          const term =
            read.positions.quantity.values[p] *
            price *
            moves.returns.values[s * moves.markets.length + column[market[p]]]
          loss -= term
          size += Math.abs(term)
        }
        totals[s] += Math.max(0, loss)
        let [least, most] = [loss, loss]
        const owner = space.owners.indexOf(account)
        if (owner < 0) continue
        for (let pair = space.starts[owner]; pair < space.starts[owner + 1]; pair++) {
          const { side, price, concession, index } = space.markets[space.pairMarket[pair]]
          const r = moves.returns.values[s * moves.markets.length + column[index]]
          const swing = (toNumber(concession) + side * toNumber(price) * r) * space.capacity[pair]
          least += Math.min(0, swing)
          most += Math.max(0, swing)
        }
        // On the edge rounding decides, and either answer is right.
        if (Math.min(Math.abs(least), Math.abs(most)) <= 1e-9 * size) continue
        if (kinked.has(`${account}/${s}`) !== (most > 0 && least < 0)) differ++
      }
    }
    expect(differ).toBe(0)
    expect(kinked.size).toBeGreaterThan(100)
    const none = Array.from(space.capacity, () => ({ digits: 0n, scale: 0 }))
    const largest = totals.reduce((a, b) => Math.max(a, b))
    totalLosses(book, none).forEach((loss, s) => {
      expect(Math.abs(toNumber(loss) - totals[book.moveIndices[s]])).toBeLessThan(1e-12 * largest)
    })
  })
})
