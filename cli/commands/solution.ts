import { allocationPieces } from '../../models/book/index.js'
import { allocationJson, allocationOf, readModelMap, readSolutionFile, writeAllocation } from '../../models/index.js'
import type { Command, ExitStatus, Session } from '../command.js'
import { checkAllocationOut } from '../out-file.js'
import { STANDARD } from '../standard-input.js'
import { several } from '../table.js'

const EXAMPLES = `
Examples:
  $ spillway export crash.json --format mps --out crash.mps --map crash.map.json
  $ glpsol --freemps crash.mps --write crash.sol
  $ spillway solution crash.map.json crash.sol --out closed.json
  $ spillway verify crash.json closed.json

Reads what glpsol (--write, --output), cbc (-solution), HiGHS (--solution_file), scip and gurobi (.sol) write, and lines
of a name and a value. Exit status: 0 done, 2 bad input or an answer that is not feasible; then nothing is written.`

interface Flags {
  readonly out: string
}

/** `spillway solution MAP FILE --out ALLOCATION`: another program's answer, back to an allocation. */
export const solutionCommand: Command = {
  name: 'solution',
  register(program, start) {
    program
      .command('solution')
      .summary("another program's answer to an exported model, as an allocation")
      .description('Turns the solution file of another solver into an allocation that meets each demand exactly.')
      .argument('<map>', 'the map that `spillway export --map` wrote beside the model')
      .argument('<file>', 'the solution file')
      .requiredOption('--out <allocation>', 'a .json or .csv file, or - for JSON on standard output')
      .addHelpText('after', EXAMPLES)
      .action((map: string, file: string, flags: Flags) => start((session) => run(session, map, file, flags)))
  },
}

async function run(session: Session, mapPath: string, file: string, { out }: Flags): Promise<ExitStatus> {
  if (out !== STANDARD) await checkAllocationOut(out, mapPath)
  const map = await readModelMap(mapPath, session.reading())
  const solution = await readSolutionFile(file, session.reading())
  const reductions = allocationOf(map, solution)
  await session.listen()
  if (out !== STANDARD) await writeAllocation(out, reductions)
  if (out === STANDARD && !session.json) {
    await session.print(allocationPieces(reductions))
    return 0
  }
  const answer = {
    writer: solution.writer,
    status: solution.status,
    reported: solution.reported,
    objective: map.objective,
    event: map.event,
    reductions: reductions.length,
    ...(out === STANDARD ? { allocation: allocationJson(reductions) } : { out }),
  }
  const says = `${several(reductions.length, 'position')} closed, as ${solution.writer} says (${solution.reported || solution.status}); \`spillway verify\` says how good that is.`
  await session.answer(
    () => answer,
    () => says,
  )
  return 0
}
