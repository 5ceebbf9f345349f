import { solveBlocks } from '../../src/solvers/blocks/solve-blocks.js'
import { type Benchmark, insist, type Row } from '../benchmark.js'
import { lossBlocks } from '../loss-blocks.js'
import { nativeHighs } from '../native-highs.js'

/** Native HiGHS takes minutes on the larger ones. */
const SIZES = [
  { accounts: 20_000, markets: 50, moves: 500, isCompared: true },
  { accounts: 50_000, markets: 100, moves: 1000, isCompared: false },
  { accounts: 100_000, markets: 100, moves: 1000, isCompared: false },
] as const
const TOLERANCE = 1e-7
const AGREEMENT = 1e-6

/** The block solver by size, in this thread, beside native HiGHS where python3 has SciPy. */
export const blockSolver: Benchmark = {
  name: 'block solver',
  claim:
    'expected loss as a block program, solved to 1e-6: the first time (code not yet compiled) and the best of three after it; the time grows with the kinked pairs with an exponent of at most 1 (`exponent`: from the first row); native HiGHS by SciPy, simplex and interior point, on the same program',
  run() {
    const rows: Row[] = []
    let first: { readonly hinges: number; readonly seconds: number } | undefined
    for (const { isCompared, ...size } of SIZES) {
      const program = lossBlocks(size)
      const runs = Array.from({ length: 4 }, () => {
        const start = performance.now()
        const solution = solveBlocks(program, { tolerance: TOLERANCE })
        return { solution, seconds: (performance.now() - start) / 1000 }
      })
      const { solution } = runs[0]
      insist(solution.relativeGap <= 1e-6, `gap ${solution.relativeGap}`)
      const seconds = Math.min(...runs.slice(1).map((run) => run.seconds))
      const hinges = solution.counts.hingesKept
      first ??= { hinges, seconds }
      const peers = (['highs-ds', 'highs-ipm'] as const).map((method) =>
        isCompared ? nativeHighs(program, method) : undefined,
      )
      for (const peer of peers) {
        if (peer === undefined) continue
        insist(Math.abs(peer.optimum / solution.value - 1) < AGREEMENT, `${peer.optimum} is not ${solution.value}`)
      }
      const [simplex, interior] = peers.map((peer) => (peer === undefined ? '—' : peer.seconds.toFixed(2)))
      rows.push({
        accounts: size.accounts,
        markets: size.markets,
        moves: size.moves,
        kinked: hinges,
        'first s': runs[0].seconds.toFixed(2),
        'best s': seconds.toFixed(2),
        exponent:
          hinges === first.hinges
            ? '—'
            : (Math.log(seconds / first.seconds) / Math.log(hinges / first.hinges)).toFixed(2),
        'Newton steps': solution.counts.newtonSteps,
        sweeps: solution.counts.sweeps,
        gap: solution.relativeGap.toExponential(1),
        'native simplex s': simplex,
        'native interior s': interior,
      })
    }
    return rows
  },
}
