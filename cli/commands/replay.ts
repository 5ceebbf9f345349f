import { csvPieces, writeWhole } from '../../models/book/index.js'
import { readWaves, replay, type WaveVerdict } from '../../models/index.js'
import type { Command, ExitStatus, Session } from '../command.js'
import { feasibilityOption } from '../event-arguments.js'
import {
  addResultFlags,
  addSolveFlags,
  checkSolver,
  csvFile,
  demandOption,
  path,
  readObjective,
  type SolveFlags,
} from '../flags.js'
import { jsonPieces } from '../json-output.js'
import { judgeOptions, unfinished } from '../judging.js'
import { checkOut } from '../out-file.js'
import { inChunks } from '../output.js'
import { replayResultOf } from '../replay-result.js'
import { replayReport } from '../reports/replay-report.js'
import { VERDICT_STATUS, verdictJson } from '../verdict-json.js'

const EXAMPLES = `
Examples:
  $ spillway import hyperliquid-fills fills.jsonl --gap-ms 5000 --out october
  $ spillway replay october
      every wave of a crisis, each on the book that the one before left

Exit status: that of the worst wave: 0 all are optimal, 1 one is infeasible or suboptimal, 3 one is not proved; 2 bad input.`

interface Flags extends SolveFlags {
  readonly feasibility: number
  readonly demand: 'event' | 'filled'
  readonly accounts?: string
  readonly result?: string
  readonly rule?: string
  readonly ruleSource?: string
  readonly html?: string
  readonly markdown?: string
}

/** `spillway replay FOLDER`: verifies waves in order, each on the book that the one before left. */
export const replayCommand: Command = {
  name: 'replay',
  register(program, start) {
    addResultFlags(
      addSolveFlags(program.command('replay'))
        .summary('verify the waves of a crisis, each on the book that the one before left')
        .argument('<folder>', 'what `spillway import --gap-ms` wrote, or a folder of such waves', path('FOLDER'))
        .addOption(feasibilityOption)
        .addOption(demandOption('what had to be closed: the demand of each event, or what was filled of it'))
        .option('--accounts <file>', 'where every account of every wave goes (.csv)', csvFile('--accounts')),
    )
      .option('--html <file>', 'one report on all waves, one file that stands alone', path('--html'))
      .option('--markdown <file>', 'the report as Markdown, for tickets and repositories', path('--markdown'))
      .addHelpText('after', EXAMPLES)
      .action((folder: string, flags: Flags) => start((session) => run(session, folder, flags)))
  },
}

async function run(session: Session, folder: string, flags: Flags): Promise<ExitStatus> {
  await checkSolver(flags.solver)
  for (const [flag, out] of Object.entries({
    '--accounts': flags.accounts,
    '--result': flags.result,
    '--html': flags.html,
    '--markdown': flags.markdown,
  })) {
    if (out !== undefined) await checkOut(out, folder, flag)
  }
  const { objective, inputs } = await readObjective(session, flags)
  const { waves, totals, accounts } = await replay(readWaves(folder, session.reading()), objective, {
    ...judgeOptions(session, flags, inputs),
    feasibility: flags.feasibility,
    demand: flags.demand,
    accounts: flags.accounts !== undefined,
    onWave: ({ name }) => session.phase(`wave ${name}`),
  })
  await session.listen()
  const worst = waves.reduce((a, b) => (VERDICT_STATUS[b.verdict] > VERDICT_STATUS[a.verdict] ? b : a))
  // Nothing is written where a wave is not proved.
  const isProved = VERDICT_STATUS[worst.verdict] !== 3
  const isInFile = isProved && (flags.html ?? flags.markdown ?? flags.result) !== undefined
  const result = await replayResultOf({ folder, waves, totals, inputs, flags }, isInFile, session.signal)
  if (accounts && isProved && flags.accounts !== undefined)
    await writeWhole(flags.accounts, csvPieces(accounts.header, accounts.rows()))
  if (isProved && flags.result !== undefined) await writeWhole(flags.result, inChunks(jsonPieces(result)))
  if (isProved && flags.markdown !== undefined) {
    const { replayMarkdown } = await import('../reports/replay-markdown.js')
    await writeWhole(flags.markdown, [replayMarkdown(result)])
  }
  if (isProved && flags.html !== undefined) {
    session.phase('drawing the charts')
    const { replayPage } = await import('../html/replay-page.js')
    await writeWhole(flags.html, [await replayPage(result)])
  }
  await session.answer(
    () => ({ waves: waves.map(waveJson), totals, says: result.says }),
    () => replayReport(result),
    unfinished({ ...worst, status: worst.verdict }, flags),
  )
  for (const [file, what] of [
    [flags.accounts, 'accounts'],
    [flags.result, 'result'],
    [flags.html, 'report'],
    [flags.markdown, 'report as Markdown'],
  ]) {
    if (file !== undefined) session.say(isProved ? `Wrote the ${what} to ${file}` : `No ${what}: a wave is not proved.`)
  }
  return VERDICT_STATUS[worst.verdict]
}

function waveJson(wave: WaveVerdict): object {
  const { name, drift, carriedOn, closed, running } = wave
  return { name, ...verdictJson(wave, 0), drift, carriedOn, closed, running }
}
