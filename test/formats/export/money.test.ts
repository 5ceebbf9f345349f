import { type ModelMap, modelMap, objectives, parseEvent, parseMoves, solve } from 'spillway'
import { canonicalize } from 'spillway/modeling'
import { describe, expect, it } from 'vitest'
import { randomBook, randomFrom } from '../../books.js'
import { instances } from '../../campaign.js'
import { skip } from '../../notes.js'
import { readers, textOf } from './readers.js'

/**
 * An exported model counts money: its optimum, as programs outside read it, is the objective's value in the objective's own unit, whatever the
 * prices and the wealth of the book; a coefficient is a price, an equity or a position of the book, in the units that the map says.
 * The oracle is `solve` with its proof, and the book itself. More: MONEY_SEEDS=40 npx vitest run test/formats/export/money.test.ts
 */
const SEEDS = instances(1, 2, process.env.MONEY_SEEDS)
const CLOSE = 1e-6
const NAMES = ['min-max-leverage', 'squared-leverage', 'factor-leverage', 'expected-loss', 'cvar', 'worst-case-loss']

/** Tokens of 1e-8 and coins of 1e5, pockets and funds. */
function subject(seed: number) {
  const random = randomFrom(seed)
  const book = randomBook(seed, { accounts: random.whole(2, 9), markets: random.whole(1, 3), holdings: 3 })
  const price = 10 ** random.whole(-6, 1)
  const money = 10 ** random.whole(-2, 4)
  const times = (text: string, factor: number): number => Number(text) * factor
  const event = parseEvent({
    ...book,
    markets: book.markets.map((own) => ({ ...own, markPrice: times(own.markPrice, price) })),
    accounts: book.accounts.map(({ account, equity, positions }) => ({
      account,
      equity: times(equity, money),
      positions: positions.map((own) => ({ ...own, quantity: times(own.quantity, money / price) })),
    })),
    demand: book.demand.map((own) => ({ ...own, quantity: times(own.quantity, (money / price) * (1 - 1e-9)) })),
  })
  const markets = event.markets.map(({ market }) => market)
  const draw = () => markets.map(() => random.between(-0.5, 0.6))
  const moves = parseMoves({ format: 'spillway/moves@1', markets, moves: Array.from({ length: 12 }, draw) })
  const loadings = new Map(markets.map((market) => [market, random.between(0.5, 2)]))
  return { event, inputs: { moves, confidence: 0.7, loadings } }
}

const asked = await Promise.all(
  Array.from({ length: SEEDS }, (_, n) => n + 1).flatMap((seed) => {
    const { event, inputs } = subject(seed)
    return NAMES.map(async (name) => {
      const objective = objectives.get(name)!.make(inputs)
      const prepared = objective.prepare(event)
      const program = prepared.program()
      const { form } = canonicalize(program)
      const map = modelMap(objective, prepared, program)
      const { value } = (await solve(event, objective)).objective
      return { title: `${name} of seed ${seed}`, name, event, form, map, value: value! }
    })
  }),
)

describe(`the money of exported models (seeds 1 to ${SEEDS})`, () => {
  it.each(['glpsol', 'cbc, MPS', 'highs', 'highs, matrices of OSQP'])('the optimum that %s finds', async (program) => {
    const { missing, format, read } = readers[program]!
    if (missing !== undefined) return skip(missing)
    const taken = asked.filter(({ form }) => program.startsWith('highs') || form.quadratic.values.every((v) => v === 0))
    const answers = await read(taken.map(({ form }) => textOf(format, form)))
    taken.forEach(({ title, value, event }, k) => {
      const gross = event.positions.quantity.values.reduce((sum, contracts, p) => {
        const { digits, scale } = event.markets[event.positions.market[p]!]!.markPrice
        return sum + Math.abs(contracts) * (Number(digits) / 10 ** scale)
      }, 0)
      const { status, objective } = answers[k]!
      expect(status, title).toBe('optimal')
      const apart = Math.abs(objective! - value)
      expect(apart, `${title}: ${objective}, ours ${value}`).toBeLessThanOrEqual(CLOSE * Math.max(value, CLOSE * gross))
    })
    expect(taken.length).toBeGreaterThanOrEqual(4 * SEEDS)
  })

  it('coefficients are prices and equities, bounds are positions', () => {
    let rows = 0
    for (const { name, event, form, map } of asked) {
      if (name !== 'min-max-leverage') continue
      const price = new Map(event.markets.map(({ market, markPrice: p }) => [market, Number(p.digits) / 10 ** p.scale]))
      const account = new Map(event.accounts.names.map((own, i) => [own, event.accounts.equity.values[i]!]))
      const { starts, indices, values } = form.matrix
      map.columns.forEach((column, j) => {
        for (let p = starts[j]!; p < starts[j + 1]!; p++) {
          const row = map.rows[indices[p]!]!
          const natural = (values[p]! * row.unit!) / column.unit!
          const wanted =
            row.of === 'contracts'
              ? 1
              : column.of === 'leverage'
                ? -account.get(row.account!)!
                : price.get(column.market!)!
          expect(Math.abs(natural - wanted)).toBeLessThanOrEqual(1e-14 * Math.abs(wanted))
          expect(row.account ?? column.account).toBe(column.account ?? row.account)
          rows++
        }
        if (column.contracts !== undefined) expect(column.contracts).toBe(-column.unit!)
      })
      for (const unit of [...map.columns, ...map.rows].map((own) => own.unit!))
        expect(Number.isInteger(Math.log10(unit))).toBe(true)
    }
    expect(rows).toBeGreaterThan(0)
  })

  it('every column and every row is named, and says whose it is', () => {
    const isSaid = ({ of, unit }: ModelMap['rows'][number] | ModelMap['columns'][number]) =>
      of !== undefined && unit! > 0
    for (const { title, map } of asked) {
      expect(
        [...map.columns, ...map.rows].filter((own) => !isSaid(own)),
        title,
      ).toEqual([])
      expect(
        map.rows.every(({ account, market, move }) => (account ?? market ?? move) !== undefined),
        title,
      ).toBe(true)
    }
  })
})
