import { Option, type Command as Program } from 'commander'
import { HIGHEST_VOLATILITY } from '../../models/analysis/index.js'
import { formOf, writeWhole } from '../../models/book/index.js'
import { type AdlEvent, type Drawn, drawMoves, generators, type Remark } from '../../models/index.js'
import { movesJson, movesPieces } from '../../models/moves/index.js'
import { choices, numberOf, path, pathOrStandard, positive, seed, whole } from '../arguments.js'
import type { Command, ExitStatus, Session } from '../command.js'
import { interruptible } from '../interruptible.js'
import { marketValues } from '../market-values.js'
import { type ModelFlags, modelNames, moveModel } from '../move-models.js'
import { checkAllocationOut } from '../out-file.js'
import { movesReport, statisticsOf } from '../reports/moves-report.js'
import { eventAt, STANDARD } from '../standard-input.js'
import { count, several } from '../table.js'
import { mistake } from '../usage.js'

const LONGEST = Math.max(...generators.map(({ name }) => name.length))
const EXAMPLES = `
Models:
${generators.map(({ name, summary }) => `  ${name.padEnd(LONGEST)}  ${summary}`).join('\n')}

Examples:
  $ spillway moves crash.json --model lognormal --volatility BTC=0.6,ETH=0.75 --correlation 0.85 --horizon-days 10 --draws 1000 --out moves.csv
      what two prices may do in ten days
  $ spillway moves crash.json --model student-t --covariance cov.csv --degrees 4 --draws 5000 --seed 7 --out moves.json
      fat tails around a covariance that somebody else estimated
  $ spillway moves crash/ --model bootstrap --history prices.csv --block 6 --draws 500 | head
      six consecutive rows of the past at a time

Volatilities are per year of 365 days; a covariance and a drift are over the horizon, as the moves are. Where a
value may differ by market, give one for all (0.6) or one for each (BTC=0.6,ETH=0.75).
Exit status: 0 done, 2 bad input; then no file is touched.`

/** Numbers that are held in memory at once. */
const MOST_NUMBERS = 2 ** 28

interface Flags extends ModelFlags {
  readonly model: string
  readonly draws: number
  readonly seed: number
  readonly quasi?: boolean
  readonly out?: string
}

export const movesCommand: Command = {
  name: 'moves',
  register(program, start) {
    addModelFlags(program.command('moves'))
      .summary('draw what prices may do next, for objectives that need moves')
      .description('Draws relative price moves of all markets of an event from a model; same seed, same bytes.')
      .argument('<event>', 'a folder of CSV files, or a .json file; its markets are what counts', path('EVENT'))
      .addOption(
        new Option('--model <name>', `one of: ${modelNames.join(', ')}`).argParser(modelNamed).makeOptionMandatory(),
      )
      .addOption(
        new Option('--draws <count>', 'how many').argParser(whole('--draws', 1, MOST_NUMBERS)).makeOptionMandatory(),
      )
      .addOption(new Option('--seed <number>', 'of the random numbers').argParser(seed).default(1))
      .option('--quasi', 'points that fill the space evenly; their averages err less than random ones')
      .option(
        '--out <file>',
        'where the moves go (.json or .csv; - for JSON on standard output; default: CSV there)',
        pathOrStandard('--out'),
      )
      .addHelpText('after', EXAMPLES)
      .action((event: string, flags: Flags) => start((session) => run(session, event, flags)))
  },
}

function addModelFlags(command: Program): Program {
  const number = (flag: string) => (text: string) => numberOf(flag, text)
  const count = (flag: string) => whole(flag, 1, 1e6)
  return command
    .option(
      '--covariance <file>',
      'over the horizon: square CSV with a header, or normal moves in JSON',
      path('--covariance'),
    )
    .option('--volatility <values>', 'per year, as a ratio: 0.6 is 60 %')
    .option('--correlation <number>', 'of every two markets', number('--correlation'))
    .option('--horizon-days <days>', 'how far the moves reach', positive('--horizon-days'))
    .option('--drift <values>', 'mean move over the horizon (default: 0)')
    .option('--degrees <number>', 'student-t: degrees of freedom, above 2', number('--degrees'))
    .option('--loadings <file>', "one-factor: CSV market,factorLoading (default: the event's)", path('--loadings'))
    .option('--factor-volatility <number>', 'one-factor: of the factor, per year', positive('--factor-volatility'))
    .option('--idiosyncratic <values>', 'one-factor: volatility per year that is not the factor (default: 0)')
    .option(
      '--history <file>',
      'bootstrap: prices, CSV with one column per market, the oldest first',
      path('--history'),
    )
    .option('--block <rows>', 'bootstrap: rows that stay together (default: 1)', count('--block'))
    .option('--steps <rows>', 'bootstrap: rows that a move spans (default: one block)', count('--steps'))
}

function modelNamed(name: string): string {
  if (modelNames.includes(name)) return name
  throw mistake('unknown-model', '--model', name, 'no model has this name', choices(name, modelNames))
}

async function run(session: Session, eventPath: string, flags: Flags): Promise<ExitStatus> {
  const { model: name, draws, seed, quasi = false } = flags
  const isPrinted = flags.out === STANDARD
  const out = isPrinted ? undefined : flags.out
  await checkAllocationOut(out, eventPath)
  const event = await eventAt(eventPath, session.reading())
  const model = await moveModel(session, name, event, flags)
  if (draws * model.markets.length > MOST_NUMBERS) {
    const problem = `${draws} draws of ${model.markets.length} markets do not fit in memory`
    throw mistake('too-many-draws', '--draws', draws, problem, 'Give fewer draws.')
  }
  const remarks = volatilityRemarks(event, flags)
  session.phase('drawing')
  const { signal } = session.reading()
  const drawn = await drawMoves(model, { draws, seed, quasi, ...(signal && { signal }) })
  await session.listen()
  if (out !== undefined) await writeWhole(out, interruptible(session, movesPieces(drawn.moves, formOf(out))))
  for (const { code, says } of remarks) session.say(`${says} [${code}]`)
  if (drawn.cut > 0) session.say(`${several(drawn.cut, 'number')} fell below -1 (-100 %) and stand at -1.`)
  if (out === undefined && !session.json) {
    await session.print(movesPieces(drawn.moves, isPrinted ? 'json' : 'csv'))
    return 0
  }
  await session.answer(
    () => ({ ...answerOf(flags, out, drawn), remarks }),
    () => movesReport(drawn.moves),
  )
  if (out !== undefined) session.say(`Wrote ${several(draws, 'move')} to ${out}`)
  return 0
}

/** Volatilities that are per cent, given as ratios: 60 for 0.6. */
function volatilityRemarks(event: AdlEvent, flags: Flags): readonly Remark[] {
  const { volatility, idiosyncratic, factorVolatility } = flags
  const given: readonly (readonly [string, ArrayLike<number>])[] = [
    ['--volatility', volatility === undefined ? [] : marketValues('--volatility', volatility, event, 0)],
    ['--factor-volatility', factorVolatility === undefined ? [] : [factorVolatility]],
    ['--idiosyncratic', idiosyncratic === undefined ? [] : marketValues('--idiosyncratic', idiosyncratic, event, 0)],
  ]
  return given.flatMap(([flag, values]): Remark[] => {
    const highest = Math.max(0, ...Array.from(values))
    if (highest <= HIGHEST_VOLATILITY) return []
    const says = `A volatility of ${highest} (${flag}) is ${count(100 * highest)} % a year; volatilities are ratios, 0.6 is 60 %.`
    return [{ code: 'implausible-volatility', says }]
  })
}

/** Without --out the moves themselves stand in the answer, as in a file of theirs. */
function answerOf(
  { model, draws, seed, quasi = false }: Flags,
  out: string | undefined,
  { moves, cut }: Drawn,
): object {
  const facts = { model, draws, seed, quasi, cut, digest: moves.digest(), statistics: statisticsOf(moves) }
  return out === undefined ? { ...facts, ...movesJson(moves) } : { ...facts, out }
}
