import { csvPieces } from '../../models/book/index.js'
import type { Simulation } from '../../models/index.js'

const COLUMNS = [
  'path',
  'policy',
  'step',
  'liquidated',
  'takenOver',
  'drawn',
  'fund',
  'uncovered',
  'adlNotional',
  'touched',
  'closed',
  'leverageMedian',
  'leverageHigh',
  'leverageMax',
]

/** A row a path, policy and step; an empty cell is unknown. */
export function stepCsv({ paths }: Simulation): Generator<string> {
  return csvPieces(COLUMNS, rows(paths))
}

function* rows(paths: Simulation['paths']): Generator<(string | number | undefined)[]> {
  for (const { name, policies } of paths) {
    for (const [policy, { steps }] of Object.entries(policies)) {
      for (const s of steps) {
        const { median, high, max } = s.leverage
        const levels = [median, high, max].map((level) => level ?? undefined)
        const counts = [s.step, s.liquidated, s.takenOver, s.drawn, s.fund, s.uncovered]
        yield [name, policy, ...counts, s.adlNotional, s.touched, s.closed, ...levels]
      }
    }
  }
}
