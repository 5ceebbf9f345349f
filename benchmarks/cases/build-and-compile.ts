import { minMaxLeverage } from '../../models/index.js'
import { highsModel } from '../../src/formats/highs-model.js'
import { canonicalize } from '../../src/index.js'
import { type Benchmark, bytesHeld, insist, median } from '../benchmark.js'
import { wideMarket } from '../wide-market.js'

const ACCOUNTS = 333_334

/** From an event in memory to the arrays of a solver: min-max leverage with a row for every account. */
export const buildAndCompile: Benchmark = {
  name: 'build and compile',
  claim:
    'a million nonzeros (min-max LP of 333,334 accounts), event to solver arrays: at most 1.5 s of processor time and 150 bytes each, all still held',
  run() {
    const prepared = minMaxLeverage().prepare(wideMarket(ACCOUNTS))
    const rounds = Array.from({ length: 4 }, () => {
      const before = bytesHeld()
      const start = performance.now()
      const used = process.cpuUsage()
      const program = prepared.program()
      const built = performance.now()
      const canonical = canonicalize(program)
      const canonicalized = performance.now()
      const { model } = highsModel(canonical.form)
      const compiled = performance.now()
      const { user, system } = process.cpuUsage(used)
      const bytes = bytesHeld() - before
      const nonzeros = model.matrix.values.length
      insist(nonzeros === 3 * ACCOUNTS && canonical.rowName(0) === 'demand[BTC]', `${nonzeros} nonzeros`)
      insist(program.variableBlocks.length === 2, 'two blocks of variables')
      return {
        buildMs: built - start,
        canonicalizeMs: canonicalized - built,
        compileMs: compiled - canonicalized,
        processorMs: (user + system) / 1000,
        bytesPerNonzero: bytes / nonzeros,
      }
    }).slice(1)
    const middle = (pick: (round: (typeof rounds)[number]) => number): number => Math.round(median(rounds.map(pick)))
    return [
      {
        nonzeros: 3 * ACCOUNTS,
        'build ms': middle((r) => r.buildMs),
        'canonicalize ms': middle((r) => r.canonicalizeMs),
        'compile ms': middle((r) => r.compileMs),
        'processor ms in all': middle((r) => r.processorMs),
        'bytes per nonzero': middle((r) => r.bytesPerNonzero),
      },
    ]
  },
}
