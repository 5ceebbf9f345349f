import { Option } from 'commander'
import { defaultOptions } from '../../models/analysis/index.js'
import { writeWhole } from '../../models/book/index.js'
import { modelMap, modelNames, type Objective, type PreparedObjective, proveBound } from '../../models/index.js'
import {
  canonicalize,
  type ExportFormat,
  type FormNames,
  formats,
  type LinearProof,
  type Program,
  viprText,
} from '../../src/index.js'
import type { Command, ExitStatus, Session } from '../command.js'
import { eventArgument } from '../event-arguments.js'
import { addObjectiveFlags, choices, type ObjectiveFlags, pathOrStandard, readObjective } from '../flags.js'
import { interruptible } from '../interruptible.js'
import { LongText } from '../json-output.js'
import { judgeOptions } from '../judging.js'
import { checkOut } from '../out-file.js'
import { begun, inChunks } from '../output.js'
import { eventAt, STANDARD } from '../standard-input.js'
import { several } from '../table.js'
import { mistake } from '../usage.js'

const EXAMPLES = `
Examples:
  $ spillway export crash.json --format lp --out crash.lp
      the linear program of the largest leverage, for any solver that reads LP files
  $ spillway export crash/ --objective squared-leverage --format lp | head

Amounts are contracts and quote currency, or powers of ten of these that the map names, and the optimum is the value of the objective.
Columns and rows say what they are, closed[alice,BTC] (in lp with round brackets); in jslp they are x0, x1, ..., r0, r1, ...
Without --out the model goes to standard output.`

export const exportCommand: Command = {
  name: 'export',
  register(program, start) {
    addObjectiveFlags(program.command('export'))
      .summary('the program behind an objective, for another solver')
      .description('Writes the optimization program of an event and an objective in the format of a solver.')
      .addArgument(eventArgument)
      .addOption(
        new Option('--format <name>', `one of: ${FORMATS.join(', ')}`).argParser(formatNamed).makeOptionMandatory(),
      )
      .option('--out <file>', 'where the model goes (default, and -: standard output)', pathOrStandard('--out'))
      .option('--map <file>', 'also the map from columns to accounts, for `spillway solution`', pathOrStandard('--map'))
      .addHelpText('after', EXAMPLES)
      .action((event: string, flags: Flags) => start((session) => run(session, event, flags)))
  },
}

type Format = Pick<ExportFormat, 'describe'> & { readonly name: string; readonly compile?: ExportFormat['compile'] }

/** Not a form but a proof: the event is solved for it. */
const VIPR: Format = { name: 'vipr', describe: 'a VIPR derivation of the bound' }
const FORMATS = [...Object.keys(formats), VIPR.name]

interface Flags extends ObjectiveFlags {
  readonly format: Format
  readonly out?: string
  readonly map?: string
}

function formatNamed(name: string): Format {
  if (name === VIPR.name) return VIPR
  const found = Object.entries(formats).find(([known]) => known === name)?.[1]
  if (found !== undefined) return { ...found, name }
  const cure = choices(name, FORMATS)
  throw mistake('unknown-format', '--format', name, 'no format has this name', cure)
}

async function run(session: Session, eventPath: string, flags: Flags): Promise<ExitStatus> {
  const { format } = flags
  const out = flags.out === STANDARD ? undefined : flags.out
  if (out !== undefined) await checkOut(out, eventPath)
  const { objective, inputs } = await readObjective(session, flags)
  const event = await eventAt(eventPath, session.reading())
  if (flags.map !== undefined) {
    if (flags.map === STANDARD || flags.map === flags.out || format.compile === undefined) {
      const cure = 'Give --map a file of its own, beside the model; a derivation has none.'
      throw mistake('bad-value', '--map', flags.map, 'no map can be written there', cure)
    }
    await checkOut(flags.map, eventPath)
  }
  session.phase('building the program')
  await session.listen()
  const prepared = format.compile === undefined ? undefined : objective.prepare(event)
  const program = prepared?.program()
  const names = prepared && program && namesFor(format, objective, prepared, program)
  const { rows, columns, pieces } =
    format.compile === undefined || program === undefined
      ? derivation(
          await proveBound(
            event,
            objective,
            judgeOptions(session, { ...flags, tolerance: defaultOptions.tolerance }, inputs),
          ),
        )
      : model(program, format.compile, names)
  session.phase('writing')
  const map = flags.map
  if (map !== undefined)
    await writeWhole(map, [`${JSON.stringify(modelMap(objective, prepared!, program!, names), null, 1)}\n`])
  const text = begun(interruptible(session, inChunks(pieces)))
  if (out !== undefined) await writeWhole(out, text)
  else if (!session.json) {
    await session.print(text)
    return 0
  }
  const says = `Wrote ${objective.name} as ${format.describe} to ${out}: ${several(rows, 'row')}, ${several(columns, 'column')}`
  const body = out === undefined ? { text: new LongText(text) } : { out }
  if (session.json)
    await session.answer(() => ({ format: format.name, objective: objective.name, rows, columns, ...body }), String)
  else session.say(says)
  return 0
}

/**
 * Names of columns and rows, but of javascript-lp-solver's model, whose variables are parts of columns; and what the
 * numbers are in.
 */
function namesFor(format: Format, { unit }: Objective, prepared: PreparedObjective, program: Program) {
  if (format.name === 'jslp') return undefined
  const optimum = unit === undefined ? [] : [`the optimum is in ${unit === 'leverage' ? 'leverage, a ratio' : unit}`]
  const amounts = 'amounts are in contracts and quote currency, or in the power of ten of these that --map says'
  const names = modelNames(prepared, program, format.name === 'lp' ? 'lp' : 'mps')
  return { ...names, remarks: [...optimum, amounts] }
}

interface Text {
  readonly rows: number
  readonly columns: number
  readonly pieces: Iterable<string>
}

function model(program: Program, compile: ExportFormat['compile'], names: FormNames | undefined): Text {
  const { form } = canonicalize(program)
  const { rows, columns } = form.matrix
  return { rows, columns, pieces: compile(form, names) }
}

function derivation(proof: LinearProof): Text {
  return { rows: count(proof.rows), columns: count(proof.columns), pieces: viprText(proof) }
}

function count(entries: Iterable<unknown>): number {
  let found = 0
  for (const _ of entries) found++
  return found
}
