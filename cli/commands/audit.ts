import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Option } from 'commander'
import { defaultTrials } from '../../models/analysis/index.js'
import { writeWhole } from '../../models/book/index.js'
import { type Audit, type AuditProgress, audit, axioms } from '../../models/index.js'
import type { Command, ExitStatus, Session } from '../command.js'
import { choices, path } from '../flags.js'
import { auditedPolicyAt } from '../own-module.js'
import { auditReport } from '../reports/audit-report.js'
import { several } from '../table.js'
import { mistake } from '../usage.js'

const EXAMPLES = `
Examples:
  $ spillway audit queue-leverage
      which axioms it breaks, each with the smallest book that shows it
  $ spillway audit ./my-policy.js --trials 10000 --require demand-met,eligible-side,anonymity
      a module whose default export is a policy; exit status 1 if it breaks one of the three
  $ spillway audit hyperliquid:side=literal --axioms sybil-resistance --out broken
      writes broken/sybil-resistance.event.json and broken/sybil-resistance.variant.json

"holds" says that no trial broke the axiom: evidence, no proof. \`spillway list\` has what each axiom promises.

Exit status: 0 done, 1 a required axiom is broken, 2 bad input, 3 the time was up.`

interface Flags {
  readonly trials?: number
  readonly seed: number
  readonly axioms?: readonly string[]
  readonly require?: readonly string[]
  readonly out?: string
}

/** `spillway audit POLICY`: the axioms on seeded hard books. */
export const auditCommand: Command = {
  name: 'audit',
  register(program, start) {
    program
      .command('audit')
      .summary('which axioms a policy keeps, with the smallest book that breaks the others')
      .description('Tries the axioms on hard books, and prints the smallest counterexample of each that is broken.')
      .argument(
        '<policy>',
        'a name, with options such as hyperliquid:side=literal, or the path of a module',
        path('POLICY'),
      )
      .addOption(
        new Option('--trials <count>', `books per axiom (default: ${defaultTrials})`).argParser(whole('--trials', 1)),
      )
      .addOption(
        new Option('--seed <number>', 'of the books, and of policies that draw lots')
          .argParser(whole('--seed', 0))
          .default(1),
      )
      .addOption(new Option('--axioms <names>', 'only these').argParser(axiomNames('--axioms')))
      .addOption(
        new Option('--require <names>', 'exit with 1 if one of these is broken').argParser(axiomNames('--require')),
      )
      .option('--out <folder>', 'where the events of counterexamples go', path('--out'))
      .addHelpText('after', EXAMPLES)
      .action((policy: string, flags: Flags) => start((session) => run(session, policy, flags)))
  },
}

async function run(session: Session, given: string, flags: Flags): Promise<ExitStatus> {
  const { trials, seed, axioms: only, require: required = [], out } = flags
  const policy = await auditedPolicyAt(given)
  const result = await audit(policy, {
    seed,
    ...(trials !== undefined && { trials }),
    // What is required is judged, whatever else was asked for.
    ...(only && { axioms: [...only, ...required] }),
    signal: session.limited(),
    onProgress: follow(session),
  })
  await session.listen()
  const written = out === undefined ? [] : await writeEvents(out, result)
  await session.answer(
    () => result,
    () => auditReport(result),
  )
  if (out !== undefined) session.say(`Wrote ${several(written.length, 'event')} to ${out}`)
  const isBroken = result.axioms.some(({ axiom, verdict }) => verdict === 'broken' && required.includes(axiom))
  return isBroken ? 1 : 0
}

function follow(session: Session): (progress: AuditProgress) => void {
  let last = ''
  return ({ axiom, judged, axioms: count }) => {
    session.checkpoint()
    if (axiom === last) return
    last = axiom
    session.phase(`${axiom} (${judged + 1} of ${count})`)
  }
}

async function writeEvents(folder: string, { axioms: reports }: Audit): Promise<string[]> {
  const files = reports.flatMap(({ axiom, counterexample }) =>
    (['event', 'variant'] as const).flatMap((part) => {
      const event = counterexample?.[part]
      return event === undefined ? [] : [{ file: join(folder, `${axiom}.${part}.json`), event }]
    }),
  )
  try {
    await mkdir(folder, { recursive: true })
    for (const { file, event } of files) await writeWhole(file, [`${JSON.stringify(event, null, 2)}\n`])
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw mistake(
      'file-unusable',
      '--out',
      folder,
      `the events cannot be written there: ${reason}`,
      'Choose another folder.',
    )
  }
  return files.map(({ file }) => file)
}

function whole(flag: string, least: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value < 2 ** 31) return value
    throw mistake(
      'bad-number',
      flag,
      text,
      'is no whole number in range',
      `Give a whole number from ${least} up to 2147483647.`,
    )
  }
}

function axiomNames(flag: string): (text: string) => readonly string[] {
  return (text) => {
    const known = axioms.map(({ name }) => name)
    const names = text.split(',').map((name) => name.trim())
    const unknown = names.find((name) => !known.includes(name))
    if (unknown === undefined) return names
    throw mistake('unknown-axiom', flag, unknown, 'no axiom has this name', choices(unknown, known))
  }
}
