import { Option } from 'commander'
import { defaultOptions, OPTIMAL } from '../../models/analysis/index.js'
import { writeWhole } from '../../models/book/index.js'
import {
  type AdlEvent,
  type CompareOptions,
  type Comparison,
  compare,
  type ObjectiveInputs,
  SpillwayError,
} from '../../models/index.js'
import { fraction, path, seed } from '../arguments.js'
import type { Command, ExitStatus, Session } from '../command.js'
import { eventArgument } from '../event-arguments.js'
import { addInputFlags, type InputFlags, readInputs } from '../inputs.js'
import { timed } from '../judging.js'
import { isModulePath } from '../module-path.js'
import { checkOut } from '../out-file.js'
import { objectiveAt, policyAt } from '../own-module.js'
import { compareReport } from '../reports/compare-report.js'
import { eventAt } from '../standard-input.js'
import { mistake } from '../usage.js'

const EXAMPLES = `
Examples:
  $ spillway compare crash.json
      every policy and every objective that the event has the inputs for
  $ spillway compare crash/ --policies water-filling,pro-rata,optimal:squared-leverage --html crash.html
      three of them, and a page with charts that stands alone

Exit status: 0 done (policies that could not run are listed), 2 bad input, 3 an optimum was not proved.`

export const compareCommand: Command = {
  name: 'compare',
  register(program, start) {
    addInputFlags(program.command('compare'))
      .summary('policies side by side on one book: what they leave, who pays')
      .description('Runs policies on an event, judges each allocation by every objective, and counts who pays.')
      .addArgument(eventArgument)
      .addOption(
        new Option(
          '--policies <names>',
          'a,b,c of `spillway list`, paths of modules, or optimal:OBJECTIVE, by name or path (default: all); may be repeated',
        ).argParser(namesOf('--policies')),
      )
      .addOption(
        new Option(
          '--objectives <names>',
          'x,y of `spillway list`, or paths of modules (default: all that the inputs allow); the first sorts the table',
        ).argParser(namesOf('--objectives')),
      )
      .addOption(new Option('--seed <number>', 'for policies that draw lots').argParser(seed).default(1))
      .addOption(
        new Option('--tolerance <gap>', 'largest relative gap to the proved bound')
          .argParser(fraction('--tolerance'))
          .default(defaultOptions.tolerance),
      )
      .option('--html <file>', 'a report with charts, one file that stands alone', path('--html'))
      .addHelpText('after', EXAMPLES)
      .action((event: string, flags: Flags) => start((session) => run(session, event, flags)))
  },
}

interface Flags extends InputFlags {
  readonly policies?: readonly string[]
  readonly objectives?: readonly string[]
  readonly seed: number
  readonly tolerance: number
  readonly html?: string
}

async function run(session: Session, eventPath: string, flags: Flags): Promise<ExitStatus> {
  const { html } = flags
  if (html !== undefined) await checkOut(html, eventPath, '--html')
  const inputs = await readInputs(session, flags)
  // Names and inputs that are missing show before a large event is read.
  const chosen = await chosenOnes(flags, inputs)
  const [event, read] = await timed(() => eventAt(eventPath, session.reading()))
  const comparison = await compare(event, { ...optionsOf(session, flags, inputs), ...chosen })
  await session.listen()
  const failure = unproved(comparison, flags.tolerance)
  const isWritten = html !== undefined && failure === undefined
  if (isWritten) await writeHtml(session, html, eventPath, event, comparison, flags, inputs)
  await session.answer(
    () => comparisonJson(comparison, read),
    () => compareReport(comparison),
    failure,
  )
  if (isWritten) session.say(`Wrote the report to ${html}`)
  return failure === undefined ? 0 : 3
}

/**
 * Modules are loaded; names are checked and left to the library, which solves an objective once for column and policy,
 * and runs names in threads.
 */
async function chosenOnes(
  { policies, objectives }: Flags,
  inputs: ObjectiveInputs,
): Promise<Pick<CompareOptions, 'policies' | 'objectives'>> {
  const judges = await Promise.all((objectives ?? []).map((name) => objectiveAt(name, '--objectives', inputs)))
  const known = new Set(judges.map(({ name }) => OPTIMAL + name))
  const rules = await Promise.all(
    (policies ?? []).map(async (text) => {
      if (known.has(text)) return text
      const policy = await policyAt(text, '--policies', inputs)
      return isModulePath(text) ? policy : text
    }),
  )
  const columns = objectives?.map((name, i) => (isModulePath(name) ? judges[i] : name))
  return { ...(columns && { objectives: columns }), ...(policies && { policies: rules }) }
}

function optionsOf(session: Session, flags: Flags, inputs: ObjectiveInputs): CompareOptions {
  const { tolerance, html } = flags
  const timeLimitSeconds = session.secondsLeft()
  session.phase('preparing')
  return {
    inputs,
    seed: flags.seed,
    tolerance,
    signal: session.signal,
    charts: html !== undefined,
    ...(timeLimitSeconds !== undefined && { timeLimitSeconds }),
    onProgress: ({ says, done, total }) => {
      session.checkpoint()
      session.phase(`${done + 1} of ${total}: ${says}`)
    },
  }
}

/** The page and its charts are loaded only where they are asked for. */
async function writeHtml(
  session: Session,
  file: string,
  eventPath: string,
  event: AdlEvent,
  comparison: Comparison,
  { tolerance }: Flags,
  inputs: ObjectiveInputs,
): Promise<void> {
  session.phase('drawing charts')
  const { comparePage } = await import('../html/compare-page.js')
  const page = await comparePage({ eventPath, event, comparison, tolerance, inputs })
  await session.listen()
  await writeWhole(file, [page])
}

/** Charts are drawn, not printed: with and without --html the object is the same. */
function comparisonJson({ book, rows, seconds, ...rest }: Comparison, read: number): object {
  const { charts: _, ...facts } = book
  return {
    ...rest,
    book: facts,
    rows: rows.map((row) => ({ ...row, charts: undefined })),
    seconds: { read, ...seconds },
  }
}

/** Where an optimum is not proved, ratios to it may be too small, and nobody should overlook that. */
function unproved({ optimum }: Comparison, tolerance: number): SpillwayError | undefined {
  const open = Object.entries(optimum).find(([, { proved }]) => !proved)
  if (open === undefined) return undefined
  const [name, { reason, relativeGap }] = open
  return new SpillwayError({
    code: 'unproved',
    path: '--objectives',
    value: name,
    problem: `the least ${name} is not proved: ${reason}`,
    cure:
      relativeGap === null
        ? 'Give more seconds (--time-limit), or leave the objective out.'
        : `Allow a larger gap than ${tolerance} (--tolerance), or leave the objective out.`,
    fault: 'engine',
  })
}

function namesOf(flag: string) {
  return (list: string, before: readonly string[] = []): readonly string[] => {
    const names = list.split(',')
    if (!names.includes('')) return [...before, ...names]
    throw mistake('empty-name', flag, list, 'an entry is empty', `Write ${flag} a,b.`)
  }
}
