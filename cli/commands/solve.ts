import type { Command as Program } from 'commander'
import { allocationPieces } from '../../models/book/index.js'
import { type Solution, solve, writeAllocation } from '../../models/index.js'
import type { Command, ExitStatus, Session } from '../command.js'
import { eventArgument } from '../event-arguments.js'
import { addSolveFlags, checkSolver, fileName, pathOrStandard, readObjective, type SolveFlags } from '../flags.js'
import { inHand } from '../interruptible.js'
import { judgeOptions, timed, unfinished } from '../judging.js'
import { loadSolverAhead } from '../load-solver.js'
import { checkAllocationOut } from '../out-file.js'
import { solutionHeadline } from '../reports/headline.js'
import { solveReport } from '../reports/solve-report.js'
import { eventAt, STANDARD } from '../standard-input.js'
import { several } from '../table.js'

const EXAMPLES = `
Examples:
  $ spillway solve crash.json
      which shorts to close at which size, and the proof that no choice leaves less leverage
  $ spillway solve crash/ --objective squared-leverage --solver highs --out closed.csv
      reads the folder crash/, asks HiGHS, writes account,market,quantity

Exit status: 0 solved and proved, 1 infeasible or unbounded, 2 bad input, 3 a limit was hit or nothing was proved.`

export const solveCommand: Command = {
  name: 'solve',
  register(program: Program, start) {
    addSolveFlags(program.command('solve'))
      .summary('which positions to close, and a proof that none is better')
      .description('Finds the allocation that minimises an objective, and proves how good it is.')
      .addArgument(eventArgument)
      .option(
        '--out <file>',
        'where the allocation goes (.json, .csv, or - for JSON on standard output)',
        pathOrStandard('--out'),
      )
      .addHelpText('after', EXAMPLES)
      .action((event: string, flags: Flags) => start((session) => run(session, event, flags)))
  },
}

interface Flags extends SolveFlags {
  readonly out?: string
}

async function run(session: Session, eventPath: string, flags: Flags): Promise<ExitStatus> {
  const isPrinted = flags.out === STANDARD
  const out = isPrinted ? undefined : flags.out
  await checkSolver(flags.solver)
  await checkAllocationOut(out, eventPath)
  const { objective, inputs } = await readObjective(session, flags)
  await loadSolverAhead(eventPath, flags.objective, flags.solver)
  const [event, read] = await timed(() => eventAt(eventPath, session.reading()))
  const solution = await solve(event, objective, judgeOptions(session, flags, inputs, true))
  await session.listen()
  const isWritten = out !== undefined && solution.reductions !== undefined && WRITTEN.has(solution.status)
  if (isPrinted && !session.json) return await printed(session, solution, flags)
  if (isWritten) await writeAllocation(out, inHand(session, solution.reductions))
  const failure = unfinished(solution, flags, session.stop.aborted)
  await session.answer(
    () => solutionJson(solution, read, out),
    () => solveReport(event, solution, read, fileName(flags.moves)),
    failure,
  )
  if (isWritten) session.say(`Wrote ${several(solution.reductions.length, 'reduction')} to ${out}`)
  if (failure !== undefined) return 3
  return solution.status === 'optimal' ? 0 : 1
}

/** The allocation itself on standard output, for the next program; everything else is said on standard error. */
async function printed(session: Session, solution: Solution, flags: Flags): Promise<ExitStatus> {
  const failure = unfinished(solution, flags, session.stop.aborted)
  const { reductions, remarks, status } = solution
  if (reductions !== undefined && WRITTEN.has(status)) {
    await session.print(allocationPieces(inHand(session, reductions)))
  }
  session.say(solutionHeadline(solution, fileName(flags.moves)))
  for (const { code, says } of remarks) session.say(`${says} [${code}]`)
  if (failure !== undefined) throw failure
  return status === 'optimal' ? 0 : 1
}

/** A limit may leave a good allocation that only lacks its proof; what is unproved for other reasons is not handed out. */
const WRITTEN: ReadonlySet<Solution['status']> = new Set(['optimal', 'limit'])

/** The fields of the answer in JSON, in their order; a point that does not exist has no value, gap, prices and reductions. */
function solutionJson(solution: Solution, read: number, out: string | undefined): object {
  const { status, objective, bound, relativeGap, solver, prices, leverage, lots, accounts, reductions, reason } =
    solution
  return {
    status,
    objective,
    bound: bound ?? null,
    relativeGap,
    solver,
    prices,
    leverage: { maxBefore: leverage.maxBefore, maxAfter: leverage.maxAfter ?? null },
    lots,
    factorLeverage: solution.factorLeverage,
    accounts,
    screening: solution.screening,
    reason,
    remarks: solution.remarks,
    perAccount: solution.perAccount,
    reductions: out === undefined ? reductions : undefined,
    seconds: { ...solution.seconds, read },
  }
}
