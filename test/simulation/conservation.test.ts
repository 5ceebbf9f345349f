// A larger campaign: SIMULATION_STEPS=10000 node node_modules/vitest/vitest.mjs run test/simulation/conservation.test.ts

import { proRata } from 'spillway'
import { describe, expect, it } from 'vitest'
import { decisionSpace } from '#models/book/decision-space.js'
import type { ChangeLog } from '#models/simulation/change-log.js'
import { checkConservation, conservedTotals } from '#models/simulation/conservation.js'
import { crisisBook } from '#models/simulation/crisis-book.js'
import { Ledger } from '#models/simulation/ledger.js'
import { rowOf } from '#models/simulation/path.js'
import { beginStep, finishStep } from '#models/simulation/step.js'
import { compare, type Decimal, type DecimalArray, type Decimals, decimalOf, toText } from '#src/numeric/index.js'
import { randomCrisis, read } from './support.js'

const STEPS = Number(process.env.SIMULATION_STEPS ?? 2_000)

describe('conservation', () => {
  it(`holds to the last digit over ${STEPS} random steps, counted from nothing after each`, async () => {
    const seen = { liquidated: 0, adl: 0, uncovered: 0, excess: 0, drawn: 0 }
    let steps = 0
    for (let seed = 1; steps < STEPS; seed++) {
      const { event, paths, venue } = read(randomCrisis(seed, { accounts: 5, rows: 41, move: 0.1 }))
      const opening = Ledger.open(crisisBook(event, venue))
      const columns = Int32Array.from(event.markets.keys())
      const [path] = paths.paths
      const totals = conservedTotals(opening)
      expect(totals.contracts.map(toText)).toEqual(event.markets.map(() => '0'))
      const ledger = opening.copy()
      const past = { opening, behaviour: venue.behaviour, helped: new Set<number>() }
      for (let row = 1; row < path.rows; row++, steps++) {
        const stage = beginStep(ledger, row, rowOf(path, row, columns, columns.length))
        const reductions = stage.handed && (await proRata().allocate(decisionSpace(stage.handed.event)))
        const step = finishStep(stage, past, reductions && { policy: 'pro-rata', reductions })
        const now = conservedTotals(ledger)
        if (compare(now.cash, totals.cash) !== 0) throw new Error(`seed ${seed}, step ${row}: cash is not conserved`)
        if (now.contracts.some((net) => net.digits !== 0n)) throw new Error(`seed ${seed}, step ${row}: contracts`)
        if (ledger.money.fund.digits < 0n) throw new Error(`seed ${seed}, step ${row}: a fund below zero`)
        if (ledger.writtenOff.digits < 0n) throw new Error(`seed ${seed}, step ${row}: a debt below zero`)
        seen.liquidated += stage.liquidation.accounts.length
        seen.adl += step.adl.fills.length
        if (step.uncovered.digits > 0n) seen.uncovered++
        if (stage.taken.some(({ excess }) => excess.digits > 0n)) seen.excess++
        if (step.drawn.some(({ digits }) => digits > 0n)) seen.drawn++
      }
    }
    // The campaign went where it should.
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(STEPS / 500)
  })

  it('holds where accounts hold less than a double can say: they are handed over and taken over as others, or refused by policies', async () => {
    const isSmall = (ledger: Ledger, j: number): boolean => {
      const held = ledger.quantity.exact(j)
      return held.digits !== 0n && Number(toText(held)) === 0
    }
    const seen = { handed: 0, takenOver: 0 }
    for (let seed = 1; seed <= 30; seed++) {
      const crisis = randomCrisis(seed, { accounts: 8, rows: 7, move: 0.3 })
      const { event, paths, venue } = read({ ...crisis, venue: { ...crisis.venue, response: 'reopen:share=1e-340' } })
      const opening = Ledger.open(crisisBook(event, venue))
      const columns = Int32Array.from(event.markets.keys())
      const [path] = paths.paths
      const totals = conservedTotals(opening)
      const ledger = opening.copy()
      const past = { opening, behaviour: venue.behaviour, helped: new Set<number>() }
      for (let row = 1; row < path.rows; row++) {
        const place = `seed ${seed}, step ${row}`
        const stage = beginStep(ledger, row, rowOf(path, row, columns, columns.length))
        const all = Array.from({ length: ledger.quantity.length }, (_, j) => j)
        const { holder } = ledger.crisis
        if (all.some((j) => isSmall(ledger, j) && stage.liquidation.takenOver.includes(holder[j]))) seen.takenOver++
        let answer: { policy: string; reductions: readonly Decimal[] } | undefined
        if (stage.handed !== undefined) {
          const { rows, event: asked } = stage.handed
          const stay = all.filter((j) => !stage.liquidation.accounts.includes(holder[j]))
          const held = stay.filter((j) => ledger.quantity.exact(j).digits !== 0n)
          expect(Array.from(rows), place).toEqual(held)
          if (held.some((j) => isSmall(ledger, j))) {
            seen.handed++
            expect(() => decisionSpace(asked)).toThrow(expect.objectContaining({ code: 'number-range' }))
            break
          }
          answer = { policy: 'pro-rata', reductions: await proRata().allocate(decisionSpace(asked)) }
        }
        finishStep(stage, past, answer)
        const now = conservedTotals(ledger)
        expect([now.cash, ...now.contracts].map(toText), place).toEqual([totals.cash, ...totals.contracts].map(toText))
      }
    }
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(1)
  })

  it('is missed by nobody: a cent that appears, and a contract that does, are refused', () => {
    const { event, venue } = read(randomCrisis(3))
    const opened = (): Ledger => {
      const ledger = Ledger.open(crisisBook(event, venue))
      ledger.beginStep()
      return ledger
    }
    const cent = decimalOf(0.01)
    const [rich, long, middle, honest] = [opened(), opened(), opened(), opened()]
    // What a fault of the ledger itself would do: one end of a change without the other.
    change(rich.cash, rich.step.cash, 2)
    change(long.quantity, long.step.quantity, 1)
    middle.transfer('fund', 'clearing', cent)
    for (const after of [rich, long, middle]) {
      expect(() => checkConservation(after)).toThrow(expect.objectContaining({ code: 'conservation-broken' }))
    }
    honest.pay(0, 'fund', cent)
    honest.trade(0, cent, cent, 'outside')
    checkConservation(honest)
    expect(conservedTotals(honest)).toEqual(conservedTotals(honest.copy()))
  })
})

function change(list: Decimals, log: ChangeLog, at: number): void {
  log.note(at, list as DecimalArray)
  ;(list as DecimalArray).set(at, decimalOf(1e6))
}
