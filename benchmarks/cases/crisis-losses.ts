import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type AdlEvent,
  checkCertificate,
  conditionalValueAtRisk,
  expectedLoss,
  type Objective,
  parseAllocation,
  readEvent,
  type ScenarioMoves,
  type Solution,
  solve,
  verifyWithProof,
  worstCaseLoss,
} from '../../models/index.js'
import { type Benchmark, insist, type Row, scale } from '../benchmark.js'
import { writeCrisis } from '../crisis-book.js'
import { crisisMoves } from '../crisis-moves.js'
import { exponentOf, type Point } from '../growth.js'

const mean = (moves: ScenarioMoves): Objective => expectedLoss({ moves })
const tail =
  (confidence: number) =>
  (moves: ScenarioMoves): Objective =>
    conditionalValueAtRisk({ moves, confidence })
const worst = (moves: ScenarioMoves): Objective => worstCaseLoss({ moves })

interface Run {
  readonly name: string
  readonly make: (moves: ScenarioMoves) => Objective
  readonly tolerance: number
  readonly budget: string
  readonly isChecked?: boolean
}

const run = (name: string, make: Run['make'], tolerance: number, budget: string, isChecked = false): Run => ({
  name,
  make,
  tolerance,
  budget,
  isChecked,
})

/** Once more, when the code is compiled: growth is that of the quickest runs of a book. */
const REPEATED = 'expected loss, again'

/** A desk's book, a large venue's, and the size of October 10, 2025 on Hyperliquid, each with its written budgets. */
const BOOKS = [
  {
    accounts: 20_000,
    markets: 50,
    moves: 500,
    runs: [
      run('expected loss', mean, 1e-6, '3 s', true),
      run('CVaR 0.95', tail(0.95), 1e-6, '2.5 s', true),
      run('CVaR 0.5', tail(0.5), 1e-6, '2.5 s'),
      run('worst case', worst, 1e-6, '—'),
      run(REPEATED, mean, 1e-6, '3 s'),
    ],
  },
  {
    accounts: 100_000,
    markets: 100,
    moves: 1000,
    runs: [
      run('expected loss', mean, 1e-6, '—'),
      run('CVaR 0.99', tail(0.99), 1e-6, '15 s'),
      run('CVaR 0.5', tail(0.5), 1e-4, '60 s'),
    ],
  },
  {
    accounts: 437_723,
    markets: 162,
    moves: 1000,
    runs: [
      run('expected loss', mean, 1e-6, '45 s, 2 GB'),
      run('CVaR 0.99', tail(0.99), 1e-4, '180 s, 3 GB'),
      run('worst case', worst, 1e-4, '180 s, 3 GB'),
      run('expected loss, with certificate', mean, 1e-6, 'check: a solve', true),
    ],
  },
] as const

/** Losses under heavy-tailed moves, from CSV files to a certified gap, by the size of the book. */
export const crisisLosses: Benchmark = {
  name: 'losses in a crisis',
  claim:
    'cross-margin accounts under heavy-tailed moves, from CSV files to a certified gap, phases apart (`whole s`: read to certify; `CPU s`: of all threads in it); `check s`: the certificate of the same allocation checked again without a solver, in at most the time of the solve; `exponent`: of the growth of `solve s` of expected loss with the kinked pairs, the quickest run of each book so far, at most 1 asked',
  async run() {
    const rows: Row[] = []
    const quickest: Point[] = []
    for (const book of BOOKS) {
      const folder = await mkdtemp(join(tmpdir(), 'spillway-crisis-'))
      try {
        await writeCrisis(folder, { ...book, accounts: Math.ceil(scale * book.accounts) })
        const start = performance.now()
        const event = await readEvent(folder)
        const read = (performance.now() - start) / 1000
        const moves = crisisMoves(book.markets, book.moves)
        let best: Point | undefined
        for (const each of book.runs) {
          const { row, point } = await timedRun(event, moves, each, read)
          if (each.make === mean && !(best !== undefined && best[1] <= point[1])) best = point
          rows.push({ ...row, exponent: each.make === mean ? exponentOf([...quickest, ...(best ? [best] : [])]) : '—' })
        }
        if (best !== undefined) quickest.push(best)
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    }
    return rows
  },
}

async function timedRun(
  event: AdlEvent,
  moves: ScenarioMoves,
  { name, make, tolerance, budget, isChecked }: Run,
  read: number,
): Promise<{ readonly row: Row; readonly point: Point }> {
  const objective = make(moves)
  const used = process.cpuUsage()
  const start = performance.now()
  const solution = await solve(event, objective, { tolerance })
  const whole = read + (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(used)
  const { status, reason, screening, seconds, relativeGap, solver } = solution
  insist(status === 'optimal', `${name} is ${status} (${reason})`)
  const check = isChecked ? await secondsToCheck(event, objective, solution) : undefined
  const row = {
    accounts: event.accounts.count,
    moves: moves.count,
    objective: name,
    kinked: screening!.kinked,
    linear: screening!.linear,
    'read s': read.toFixed(1),
    'build s': seconds.build.toFixed(1),
    'solve s': seconds.solve.toFixed(1),
    'certify s': seconds.certify.toFixed(1),
    'whole s': whole.toFixed(1),
    'CPU s': ((user + system) / 1e6).toFixed(1),
    budget,
    'certified gap': (relativeGap ?? Number.NaN).toExponential(1),
    'check s': check?.toFixed(1) ?? '—',
    how: solver.status,
    'peak RSS MB': Math.round(process.resourceUsage().maxRSS / 1024),
  }
  return { row, point: [screening!.kinked, seconds.solve] }
}

/** The certificate of an allocation, made by `verify`, checked again. */
async function secondsToCheck(event: AdlEvent, objective: Objective, { reductions }: Solution): Promise<number> {
  const allocation = parseAllocation({ format: 'spillway/allocation@1', reductions: [...reductions!] })
  const { certificate } = await verifyWithProof(event, allocation, objective)
  const proof = certificate()
  insist(proof !== undefined, 'there is no certificate')
  const start = performance.now()
  const { proved, verdict, reason } = checkCertificate(event, allocation, proof!)
  insist(proved && verdict === 'optimal', `the certificate is not proved: ${reason}`)
  return (performance.now() - start) / 1000
}
