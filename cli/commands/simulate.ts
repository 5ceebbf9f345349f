import { Option } from 'commander'
import { formOf, writeWhole } from '../../models/book/index.js'
import {
  type AdlEvent,
  drawPaths,
  type Paths,
  type Policy,
  parseVenue,
  readPaths,
  readVenue,
  type Simulation,
  simulate,
  type Venue,
} from '../../models/index.js'
import { path, seed, whole } from '../arguments.js'
import type { Command, ExitStatus, Session } from '../command.js'
import { eventArgument } from '../event-arguments.js'
import { EventFiles } from '../event-files.js'
import { addInputFlags, type InputFlags, readInputs } from '../inputs.js'
import { isModulePath } from '../module-path.js'
import { checkOut } from '../out-file.js'
import { policyAt } from '../own-module.js'
import { addPathModelFlags, givenPathFlags, isCertain, type PathModelFlags, pathModel, spelt } from '../path-models.js'
import { stepCsv } from '../reports/simulate-csv.js'
import { simulateReport } from '../reports/simulate-report.js'
import { simulationRemarks } from '../simulation-remarks.js'
import { eventAt } from '../standard-input.js'
import { several } from '../table.js'
import { mistake } from '../usage.js'

const EXAMPLES = `
Examples:
  $ spillway simulate crash.json --paths fall.json --config venue.json --policies water-filling,pro-rata --html crisis.html
      one crisis, each policy on the same prices, and a page with the pictures
  $ spillway simulate crash.json --model student-t --volatility 0.9 --correlation 0.8 --horizon-days 1 --degrees 4 --draws 20
      twenty crises of twelve steps, drawn; same seed, same bytes

Without --config a venue has no fund, maintenance margins of 0.5 % and no cost of liquidation (docs/simulation.md).
Exit status: 0 done, 2 bad input; then no file is touched.`

const DEFAULT_POLICIES = ['water-filling', 'pro-rata', 'queue-leverage']
const MOST_DRAWS = 1e5

interface Flags extends InputFlags, PathModelFlags {
  readonly paths?: string
  readonly model?: string
  readonly draws?: number
  readonly policies?: readonly string[]
  readonly config?: string
  readonly seed: number
  readonly events?: string
  readonly html?: string
  readonly out?: string
}

export const simulateCommand: Command = {
  name: 'simulate',
  register(program, start) {
    const command = addInputFlags(program.command('simulate'))
      .summary('a crisis step by step: what each policy leaves uncovered, and whom it closes')
      .description(
        'Moves prices along paths; liquidates accounts below maintenance; what the insurance fund cannot pay becomes an ADL, and the book goes on.',
      )
      .addArgument(eventArgument)
      .option('--paths <file>', 'prices, step by step (.json, .csv or .parquet)', path('--paths'))
      .addOption(
        new Option(
          '--policies <names>',
          `a,b,c of \`spillway list\`, optimal:OBJECTIVE, or paths of modules (default: ${DEFAULT_POLICIES.join()}); may be repeated`,
        ).argParser(namesOf),
      )
      .option(
        '--config <file>',
        'the venue: fund, margins, liquidation, ADL price, responses (.json)',
        path('--config'),
      )
    addPathModelFlags(command)
      .option('--draws <count>', 'paths to draw from the model (default: 1)', whole('--draws', 1, MOST_DRAWS))
      .addOption(
        new Option('--seed <number>', 'of drawn paths, and of policies that draw lots').argParser(seed).default(1),
      )
      .option('--events <folder>', 'where each event that a step hands to a policy is written', path('--events'))
      .option('--html <file>', 'a report with charts, one file that stands alone', path('--html'))
      .option('--out <file>', 'all steps of all paths (.json or .csv)', path('--out'))
      .addHelpText('after', EXAMPLES)
      .action((event: string, flags: Flags) => start((session) => run(session, event, flags)))
  },
}

async function run(session: Session, eventPath: string, flags: Flags): Promise<ExitStatus> {
  await checkFlags(eventPath, flags)
  const inputs = await readInputs(session, flags)
  const policies = await Promise.all((flags.policies ?? DEFAULT_POLICIES).map((text) => chosen(text, inputs)))
  const venue = await venueOf(session, flags.config)
  const given = flags.paths === undefined ? undefined : await readPaths(flags.paths, session.reading())
  const event = await eventAt(eventPath, session.reading())
  const paths = given ?? (await drawn(session, event, flags))
  const files = flags.events === undefined ? undefined : await EventFiles.open(flags.events)
  try {
    const simulation = await simulate(event, {
      paths,
      policies,
      venue,
      inputs,
      seed: flags.seed,
      signal: session.limited(),
      ...(files && { onAsked: (asked) => files.write(asked) }),
      onProgress: ({ path: name, done, total }) => {
        session.checkpoint()
        session.phase(`path ${name} (${done + 1} of ${total})`)
      },
    })
    await session.listen()
    await write(session, eventPath, event, venue, simulation, flags)
    await files?.keep()
    const remarks = simulationRemarks(event, paths)
    for (const { code, says } of remarks) session.say(`${says} [${code}]`)
    await session.answer(
      () => ({ ...simulation, remarks }),
      () => simulateReport(simulation),
    )
    for (const file of [flags.out, flags.html]) if (file !== undefined) session.say(`Wrote ${file}`)
    if (files !== undefined) session.say(`Wrote ${several(files.count, 'event')} to ${flags.events}`)
    return 0
  } finally {
    await files?.discard()
  }
}

async function checkFlags(eventPath: string, flags: Flags): Promise<void> {
  const { paths, model, out, html } = flags
  if ((paths === undefined) === (model === undefined)) {
    const problem = paths === undefined ? 'there are no prices' : '--paths and --model are both given'
    throw mistake('one-of', '--paths', paths, problem, 'Give either --paths FILE, or --model NAME and its parameters.')
  }
  if (model === undefined) {
    const extra = [
      ...givenPathFlags(flags),
      ...(['steps', 'draws'] as const).filter((flag) => flags[flag] !== undefined),
    ]
    const [first] = extra
    if (first !== undefined) {
      const cure = 'Leave it out; it is a parameter of --model.'
      throw mistake('unneeded-flag', spelt(first), flags[first], 'a file of paths takes no such flag', cure)
    }
  } else if (isCertain(model) && (flags.draws ?? 1) > 1) {
    const cure = 'Leave out --draws.'
    throw mistake('unneeded-flag', '--draws', flags.draws, `the model ${model} has one path only`, cure)
  }
  if (out !== undefined) formOf(out)
  const inputs = [paths, flags.config, flags.history].filter((file) => file !== undefined)
  if (out !== undefined) await checkOut(out, eventPath, '--out', inputs)
  if (html !== undefined) await checkOut(html, eventPath, '--html', inputs)
}

async function drawn(session: Session, event: AdlEvent, flags: Flags): Promise<Paths> {
  const model = await pathModel(session, flags.model ?? '', event, flags)
  session.phase('drawing paths')
  return drawPaths(model, event, { draws: flags.draws ?? 1, seed: flags.seed })
}

async function venueOf(session: Session, file: string | undefined): Promise<Venue> {
  return file === undefined ? parseVenue({ format: 'spillway/venue@1' }) : readVenue(file, session.reading())
}

async function chosen(text: string, inputs: Awaited<ReturnType<typeof readInputs>>): Promise<string | Policy> {
  const policy = await policyAt(text, '--policies', inputs)
  return isModulePath(text) ? policy : text
}

async function write(
  session: Session,
  eventPath: string,
  event: AdlEvent,
  venue: Venue,
  simulation: Simulation,
  { out, html }: Flags,
): Promise<void> {
  if (out !== undefined) {
    const pieces = formOf(out) === 'csv' ? stepCsv(simulation) : [`${JSON.stringify(simulation)}\n`]
    await writeWhole(out, pieces)
  }
  if (html === undefined) return
  session.phase('drawing charts')
  // The page and its charts are loaded only where they are asked for.
  const { simulatePage } = await import('../html/simulate-page.js')
  await writeWhole(html, [await simulatePage({ eventPath, event, venue, simulation })])
}

function namesOf(list: string, before: readonly string[] = []): readonly string[] {
  const names = list.split(',')
  if (!names.includes('')) return [...before, ...names]
  throw mistake('empty-name', '--policies', list, 'an entry is empty', 'Write --policies a,b.')
}
