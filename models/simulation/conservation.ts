import { SpillwayError } from '../../src/errors.js'
import { add, type Decimal, DecimalTotal, negate, signOf, subtract, toText } from '../../src/numeric/index.js'
import type { Ledger } from './ledger.js'

/**
 * Holds a step to what it may not change, to the last digit: Σ_i b_i + fund + outside − written off; accounts and outside
 * together in each market; and nothing left in the middle. Only what changed is counted, for what did not is the very same decimal.
 *
 * @throws SpillwayError `conservation-broken`, a fault of ours
 */
export function checkConservation(before: Ledger, after: Ledger): void {
  const cash = new DecimalTotal()
  for (let i = 0; i < after.cash.length; i++) {
    if (after.cash[i] === before.cash[i]) continue
    cash.add(after.cash[i])
    cash.subtract(before.cash[i])
  }
  for (const party of ['fund', 'outside', 'clearing'] as const) {
    cash.add(subtract(after.money[party], before.money[party]))
  }
  cash.subtract(subtract(after.writtenOff, before.writtenOff))
  expectZero(cash.value, 'the cash of all parties')
  expectZero(after.money.clearing, 'the cash left in clearing')
  const { markets, positions } = after.crisis.book
  const contracts = markets.map(() => new DecimalTotal())
  for (let j = 0; j < after.quantity.length; j++) {
    if (after.quantity[j] === before.quantity[j]) continue
    contracts[positions.market[j]].add(after.quantity[j])
    contracts[positions.market[j]].subtract(before.quantity[j])
  }
  markets.forEach(({ market }, k) => {
    const change = subtract(after.contracts.outside[k], before.contracts.outside[k])
    expectZero(add(contracts[k].value, change), `the contracts of ${market}`)
    expectZero(after.contracts.clearing[k], `the contracts of ${market} left in clearing`)
  })
}

/** What must stay the same, counted from nothing: for tests, and whoever wants to see it. */
export function conservedTotals(ledger: Ledger): { readonly cash: Decimal; readonly contracts: readonly Decimal[] } {
  const cash = new DecimalTotal()
  for (const amount of ledger.cash) cash.add(amount)
  for (const party of ['fund', 'outside', 'clearing'] as const) cash.add(ledger.money[party])
  cash.subtract(ledger.writtenOff)
  const { markets, positions } = ledger.crisis.book
  const contracts = markets.map(() => new DecimalTotal())
  ledger.quantity.forEach((held, j) => {
    contracts[positions.market[j]].add(held)
  })
  return {
    cash: cash.value,
    contracts: contracts.map((total, k) =>
      add(total.value, add(ledger.contracts.outside[k], ledger.contracts.clearing[k])),
    ),
  }
}

function expectZero(change: Decimal, what: string): void {
  if (signOf(change) === 0) return
  throw new SpillwayError({
    code: 'conservation-broken',
    path: 'simulation',
    value: toText(change.digits < 0n ? negate(change) : change),
    problem: `${what} changed in a step, or is not nothing`,
    cure: 'This is a fault of the simulation; please report it with the event, the paths and the configuration.',
    fault: 'engine',
  })
}
