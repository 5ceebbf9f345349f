import { Argument, type Command as Program } from 'commander'
import { objectives, policies } from '../../models/index.js'
import { solvers } from '../../src/index.js'
import type { Command } from '../command.js'
import { CLOSED_FORM, choices } from '../flags.js'
import { type CompletedCommand, SHELLS, scriptFor } from '../shell-completion.js'
import { mistake } from '../usage.js'

const EXAMPLES = `
Examples:
  $ source <(spillway completion bash)          in ~/.bashrc
  $ source <(spillway completion zsh)           in ~/.zshrc, after compinit
  $ spillway completion fish > ~/.config/fish/completions/spillway.fish

Exit status: 0 done, 2 bad input.`

/** What some flags may be given; files are completed where nothing is said. */
const VALUES: Readonly<Record<string, () => readonly string[]>> = {
  '--objective': () => [...objectives.keys()],
  '--objectives': () => [...objectives.keys()],
  '--policies': () => [...policies.keys()],
  '--solver': () => [...solvers.map(({ name }) => name), CLOSED_FORM],
}

export const completionCommand: Command = {
  name: 'completion',
  register(program, start) {
    program
      .command('completion')
      .summary('a script that completes commands and flags in a shell')
      .description('Prints a script for a shell that completes commands, flags, objectives, policies and solvers.')
      .addArgument(new Argument('<shell>', SHELLS.join(', ')).argParser(shellNamed))
      .addHelpText('after', EXAMPLES)
      .action((shell: (typeof SHELLS)[number]) =>
        start(async (session) => {
          const script = scriptFor(shell, program.commands.map(completed))
          if (session.json) await session.answer(() => ({ shell, script }), String)
          else await session.print([script])
          return 0
        }),
      )
  },
}

function completed(command: Program): CompletedCommand {
  return {
    name: command.name(),
    summary: command.summary(),
    flags: command.options.flatMap(({ long, description, required, optional }) =>
      long
        ? { name: long, summary: description, takesValue: required || optional, values: VALUES[long]?.() ?? [] }
        : [],
    ),
  }
}

function shellNamed(text: string): (typeof SHELLS)[number] {
  const found = SHELLS.find((shell) => shell === text)
  if (found !== undefined) return found
  throw mistake('unknown-shell', 'SHELL', text, 'there is no script for this shell', choices(text, SHELLS))
}
