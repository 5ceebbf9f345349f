import { SpillwayError } from '../../src/errors.js'
import { add, type Decimal, DecimalTotal, negate, signOf, subtract, toText } from '../../src/numeric/index.js'
import type { Ledger } from './ledger.js'

/**
 * Holds a step to what it may not change, to the last digit: Σ_i b_i + fund + outside − written off; accounts and outside
 * together in each market; and nothing left in the middle. Only what changed since the step began is counted.
 *
 * @throws SpillwayError `conservation-broken`, a fault of ours
 */
export function checkConservation(ledger: Ledger): void {
  const { crisis } = ledger
  const { before } = ledger.step
  const cash = new DecimalTotal()
  ledger.step.cash.forEach((account, before, at) => {
    ledger.cash.addTo(cash, account, 1)
    before.addTo(cash, at, -1)
  })
  for (const party of ['fund', 'outside'] as const) {
    cash.add(subtract(ledger.money[party], before.money[party]))
  }
  cash.subtract(subtract(ledger.writtenOff, before.writtenOff))
  expectZero(cash.value, 'the cash of all parties')
  expectZero(ledger.clearing.cash.value, 'the cash left in clearing')
  const { markets, positions } = crisis.book
  const contracts = markets.map(() => new DecimalTotal())
  ledger.step.quantity.forEach((position, before, at) => {
    const total = contracts[positions.market[position]]
    ledger.quantity.addTo(total, position, 1)
    before.addTo(total, at, -1)
  })
  markets.forEach(({ market }, k) => {
    const change = subtract(ledger.outside[k], before.outside[k])
    expectZero(add(contracts[k].value, change), `the contracts of ${market}`)
    expectZero(ledger.clearing.contracts[k].value, `the contracts of ${market} left in clearing`)
  })
}

/** What must stay the same, counted from nothing: for tests, and whoever wants to see it. */
export function conservedTotals(ledger: Ledger): { readonly cash: Decimal; readonly contracts: readonly Decimal[] } {
  const cash = new DecimalTotal()
  for (let i = 0; i < ledger.cash.length; i++) cash.add(ledger.cash.exact(i))
  for (const party of ['fund', 'outside'] as const) cash.add(ledger.money[party])
  cash.add(ledger.clearing.cash.value)
  cash.subtract(ledger.writtenOff)
  const { markets, positions } = ledger.crisis.book
  const contracts = markets.map(() => new DecimalTotal())
  for (let j = 0; j < ledger.quantity.length; j++) contracts[positions.market[j]].add(ledger.quantity.exact(j))
  return {
    cash: cash.value,
    contracts: contracts.map((total, k) =>
      add(total.value, add(ledger.outside[k], ledger.clearing.contracts[k].value)),
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
