import { CommanderError, Option, Command as Program } from 'commander'
import { version } from '../models/version.js'
import { positive } from './arguments.js'
import type { Command } from './command.js'
import { failureOf } from './failure.js'
import { listen } from './interrupt.js'
import { jsonPieces } from './json-output.js'
import { Output } from './output.js'
import { ProcessSession, type SharedFlags } from './session.js'
import { allowColours } from './table.js'
import { usageError } from './usage.js'

const EXAMPLES = `
An event is a book in trouble: markets, accounts, positions, and the demand that must be closed.
  $ spillway solve crash.json --out closed.csv
  $ spillway verify crash.json closed.csv`

/** Runs a command line and gives the exit status. Nothing is thrown, and nothing is left running. */
export async function runProgram(commands: readonly Command[], args: readonly string[]): Promise<number> {
  const output = new Output(process.stdout)
  const interrupt = listen()
  const isJson = args.includes('--json')
  let session: ProcessSession | undefined
  let active: Program | undefined
  let status = 0
  let help = ''

  const program = new Program('spillway')
  program
    .description('Auto-deleveraging as optimization: which positions to close, and a proof that none is better.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    // Flags after a command are that command's, also where it has commands of its own.
    .enablePositionalOptions()
    .configureOutput({ writeOut: (text) => (help += text), writeErr: () => undefined })
    .hook('preAction', (_, action) => {
      active = action
    })
  for (const command of commands) {
    command.register(program, async (work) => {
      allowColours(active!.opts<SharedFlags>().color)
      session = new ProcessSession(active!.opts<SharedFlags>(), output, interrupt)
      status = await work(session)
    })
  }
  for (const command of program.commands) addSharedFlags(command)

  try {
    // Without any argument there is nothing to do but to say what there is.
    await program.parseAsync(args.length === 0 ? ['--help'] : args, { from: 'user' })
    return interrupt.exitStatus() ?? status
  } catch (thrown) {
    session?.finish()
    if (thrown instanceof CommanderError && thrown.exitCode === 0) {
      await output.write(isJson ? jsonPieces({ [wordFor(thrown.code)]: help.trimEnd() }) : [help])
      return 0
    }
    const error = interrupt.signal.aborted ? interrupt.signal.reason : inOurWords(thrown, program, args)
    const failure = failureOf(error)
    process.stderr.write(`${failure.text}\n`)
    if (isJson) await output.write(jsonPieces({ error: failure.json, errors: failure.errors }))
    return interrupt.exitStatus() ?? failure.status
  } finally {
    interrupt.dispose()
  }
}

const wordFor = (code: string): string => (code === 'commander.version' ? 'version' : 'help')

function addSharedFlags(command: Program): void {
  command
    .addOption(
      new Option('--time-limit <seconds>', 'stop after this long (solvers: 300 unless given)').argParser(
        positive('--time-limit'),
      ),
    )
    .option('--json', 'one JSON object on standard output, nothing else there')
    .option('--quiet', 'no tables, no progress, no messages but errors')
    .option('--no-color', 'no colours, on a terminal too')
    .helpOption('-h, --help', 'print this')
  for (const inner of command.commands) addSharedFlags(inner)
}

function inOurWords(thrown: unknown, program: Program, args: readonly string[]): unknown {
  if (!(thrown instanceof CommanderError)) return thrown
  const names = program.commands.map((command) => command.name())
  const given = program.commands.find((command) => args.includes(command.name()))
  const flags = given?.options.flatMap(({ long }) => long ?? []) ?? []
  return usageError(thrown, given?.name(), names, flags)
}
