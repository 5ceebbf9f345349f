import { presentSolvers, solveForm } from '../../src/index.js'
import { solveBlocks } from '../../src/solvers/blocks/solve-blocks.js'
import { type Benchmark, insist, type Row, scale } from '../benchmark.js'
import { blockForm } from '../block-form.js'
import { exponentOf, type Point } from '../growth.js'
import { lossBlocks } from '../loss-blocks.js'
import { type NativeAnswer, nativeHighs } from '../native-highs.js'

/**
 * Every peer is asked on the first, HiGHS on the second as well; on the others it takes minutes: `BENCH_PEERS=all npm run bench block`
 * asks it there, too. Where the budget is a tenth of its time, native HiGHS is given ten times ours (`isTenth`).
 */
const SIZES = [
  { accounts: 5_000, markets: 50, moves: 500, runs: 4, isTenth: false },
  { accounts: 20_000, markets: 50, moves: 500, runs: 4, isTenth: false },
  { accounts: 50_000, markets: 100, moves: 1000, runs: 3, isTenth: false },
  { accounts: 100_000, markets: 100, moves: 1000, runs: 2, isTenth: true },
  { accounts: 200_000, markets: 160, moves: 1000, runs: 2, isTenth: false },
] as const
const TOLERANCE = 1e-7
const AGREEMENT = 1e-6
const EVERY_PEER = process.env.BENCH_PEERS === 'all'
/** Peers are given so long; on a quiet machine the first row needs a tenth of it. */
const PEER_SECONDS = EVERY_PEER ? 1800 : 60

/** The block solver by size, in this thread, beside general solvers on the same program. */
export const blockSolver: Benchmark = {
  name: 'block solver',
  claim:
    'expected loss as a block program, solved to 1e-6: the first time (code not yet compiled) and the best of the runs after it, wall and processor seconds; the time grows with the kinked pairs with an exponent of at most 1 (`exponent`: least squares over the rows so far; `of visits`: that of the visits of pairs, `passes` times the pairs, which no machine changes); on the same program native HiGHS by SciPy, simplex and interior point, HiGHS in WebAssembly, and Clarabel, where installed (— where not asked or not installed, `>` where it had no answer in that time: 60 s, and ten times our first run for native simplex on 100,000 accounts; `ratio`: best over native simplex; peers of all rows with BENCH_PEERS=all)',
  async run() {
    const rows: Row[] = []
    const points: Point[] = []
    const visits: Point[] = []
    for (const { runs: count, isTenth, ...size } of SIZES) {
      const program = lossBlocks({ ...size, accounts: Math.ceil(scale * size.accounts) })
      const runs = Array.from({ length: count }, () => {
        const [start, used] = [performance.now(), process.cpuUsage()]
        const solution = solveBlocks(program, { tolerance: TOLERANCE })
        const { user, system } = process.cpuUsage(used)
        return { solution, seconds: (performance.now() - start) / 1000, busy: (user + system) / 1e6 }
      })
      const { solution } = runs[0]
      insist(solution.relativeGap <= 1e-6, `gap ${solution.relativeGap}`)
      const best = runs.slice(1).reduce((a, b) => (b.seconds < a.seconds ? b : a))
      const { hingesKept, passes } = solution.counts
      points.push([hingesKept, best.seconds])
      visits.push([hingesKept, passes * hingesKept])
      const isCompared = EVERY_PEER || rows.length < 2
      const native = (['highs-ds', 'highs-ipm'] as const).map((method) => {
        const isBudget = isTenth && method === 'highs-ds' && !EVERY_PEER
        if (!isCompared && !isBudget) return undefined
        const peer = nativeHighs(program, method, isBudget ? 10 * runs[0].seconds : PEER_SECONDS)
        if (peer?.optimum !== undefined) expectSame(peer.optimum, solution.value, method)
        return peer
      })
      const general: (number | undefined)[] = []
      for (const [solver, most] of [
        ['highs', 2],
        ['clarabel', 1],
      ] as const) {
        general.push(rows.length < most ? await bySolver(program, solver, solution.value) : undefined)
      }
      const [simplex, interior] = native
      const [wasm, clarabel] = general
      const shown = (value: number | undefined): string => value?.toFixed(2) ?? '—'
      rows.push({
        accounts: Math.ceil(scale * size.accounts),
        markets: size.markets,
        moves: size.moves,
        kinked: hingesKept,
        'first s': runs[0].seconds.toFixed(2),
        'best s': best.seconds.toFixed(2),
        'best CPU s': best.busy.toFixed(2),
        exponent: exponentOf(points),
        passes: passes.toFixed(1),
        'of visits': exponentOf(visits),
        'Newton steps': solution.counts.newtonSteps,
        sweeps: solution.counts.sweeps,
        gap: Math.max(0, solution.relativeGap).toExponential(1),
        'native simplex s': nativeSeconds(simplex),
        'native interior s': nativeSeconds(interior),
        'HiGHS WebAssembly s': shown(wasm),
        'Clarabel s': shown(clarabel),
        ratio: ratioTo(simplex, best.seconds),
      })
    }
    return rows
  },
}

/** Beside a time that was over before there was an answer stands that there is none. */
function nativeSeconds(peer: NativeAnswer | undefined): string {
  if (peer === undefined) return '—'
  return `${peer.optimum === undefined ? '> ' : ''}${peer.seconds.toFixed(2)}`
}

function ratioTo(peer: NativeAnswer | undefined, seconds: number): string {
  if (peer === undefined) return '—'
  return `${peer.optimum === undefined ? '< ' : ''}${(seconds / peer.seconds).toFixed(3)}`
}

/** Seconds of a general solver of the package on the same program; undefined where it is not there or has no answer in time. */
async function bySolver(
  program: ReturnType<typeof lossBlocks>,
  solver: string,
  optimum: number,
): Promise<number | undefined> {
  if (!(await presentSolvers()).some(({ name }) => name === solver)) return undefined
  const options = { solver, tolerance: TOLERANCE, timeLimitSeconds: PEER_SECONDS }
  const outcome = await solveForm(blockForm(program), options).catch(() => undefined)
  if (outcome?.status !== 'optimal') return undefined
  expectSame(outcome.objective as number, optimum, solver)
  return outcome.solver.seconds
}

const expectSame = (found: number, optimum: number, who: string): void =>
  insist(Math.abs(found / optimum - 1) < AGREEMENT, `${who} finds ${found}, not ${optimum}`)
