import { describe, expect, it } from 'vitest'
import { AccountLosses } from '#models/proof/losses/account-losses.js'
import { moveRuns } from '#models/proof/losses/move-runs.js'
import { randomFrom } from '../../books.js'

const SEED = 62_001

/** Exposures by position, in three markets; returns by market. */
function bookOf(accounts: readonly (readonly { readonly k: number; readonly held: string }[])[], returns: string[][]) {
  const columns = returns.map((own) => Float64Array.from(own, Number))
  const starts = [0]
  for (const own of accounts) starts.push(starts[starts.length - 1] + own.length)
  const positions = { starts: Int32Array.from(starts), market: Int32Array.from(accounts.flat(), ({ k }) => k) }
  const count = returns[0].length
  return { count, returns: columns, runs: moveRuns(columns, count), space: { event: { positions } } }
}
const exposureOf = (accounts: readonly (readonly { readonly held: string }[])[]) =>
  Float64Array.from(accounts.flat(), ({ held }) => Number(held))

/** Tenths, and their products in units of 1e-20, so that an edge can be missed by one. */
const tenths = (text: string): bigint => BigInt(Math.round(10 * Number(text)))
const UNITS = 10n ** 18n
const largest = (a: bigint, b: bigint): bigint => (a > b ? a : b)

describe(`losses of one account after the other (seed ${SEED})`, () => {
  it('are found wherever the decimals lose, by whatever little, and near what they are', () => {
    const random = randomFrom(SEED)
    for (let round = 0; round < 20; round++) {
      const returns = [0, 1, 2].map(() =>
        Array.from({ length: 19 }, () => random.pick(['-0.1', '0.7', '0.2', '-0.3', '0'])),
      )
      const accounts = Array.from({ length: 3 }, () =>
        [0, 1, 2, 1].slice(0, random.whole(0, 4)).map((k) => ({ k, held: random.pick(['1', '-0.1', '-7', '0.9']) })),
      )
      const book = bookOf(accounts, returns)
      const losses = new AccountLosses(book as never)
      accounts.forEach((held, account) => {
        // −x_p r_sp, and what it can be raised to.
        const lifts = random.chance(0.5) ? undefined : held.map(() => random.pick(['0', '0.3', '-Infinity']))
        const lifted = (term: bigint, q: number): bigint =>
          lifts === undefined || lifts[q] === '-Infinity' ? term : largest(term, tenths(lifts[q]) * 10n * UNITS)
        const terms = returns[0].map((_, s) =>
          held.map(({ k, held: own }) => -tenths(own) * tenths(returns[k][s]) * UNITS),
        )
        const sumOf = (list: readonly bigint[]): bigint => list.reduce((sum, own) => sum + own, 0n)
        const highest = terms.map((own) => sumOf(own.map(lifted)))
        const equity = highest[random.whole(0, 18)] - random.pick([1n, -1n, UNITS, 50n * UNITS])
        const lift = lifts && Float64Array.from(lifts, Number)
        losses.look(account, Number(`${equity}e-20`), exposureOf(accounts), lift)
        const found = [...losses.moves.subarray(0, losses.count)]
        const name = `round ${round}, account ${account}`
        expect(found, name).toEqual([...new Set(found)].toSorted((a, b) => a - b))
        const all = returns[0].map((_, s) => s)
        expect(
          all.filter((s) => highest[s] > equity && !found.includes(s)),
          name,
        ).toEqual([])
        const scaleAt = (s: number) => losses.scaleAt(account, Number(`${equity}e-20`), exposureOf(accounts), s)
        const isOff = found.filter((s) => {
          const scale = terms[s].reduce((sum, own) => sum + largest(own, -own), largest(equity, -equity))
          const over = losses.loss[s] - Number(`${sumOf(terms[s]) - equity}e-20`)
          return Math.abs(over) > 1e-15 * scaleAt(s) || Math.abs(scaleAt(s) / Number(`${scale}e-20`) - 1) > 1e-14
        })
        expect(isOff, name).toEqual([])
        const room = (lifts ?? []).reduce((sum, own) => (own === '-Infinity' ? sum : sum + Number(own)), 0)
        const widest = held.reduce(
          (sum, { k, held: own }) =>
            sum + Math.abs(Number(own)) * Math.max(...returns[k].map((r) => Math.abs(Number(r)))),
          Math.abs(Number(`${equity}e-20`)),
        )
        expect(losses.scale, name).toBeCloseTo(widest + room, 12)
        // Runs in which the worst return of every market leaves no loss.
        for (let run = 0; run < 3; run++) {
          const own = all.slice(run * 8, run * 8 + 8)
          const worst = held.map((_, q) => lifted(own.map((s) => terms[s][q]).reduce(largest), q))
          const over = sumOf(worst) - equity
          const isPassedOver = !own.some((s) => found.includes(s))
          if (largest(over, -over) > 10n ** 8n) expect(isPassedOver, `${name}, run ${run}`).toBe(over < 0n)
        }
      })
    }
  })
})
