/** What a shell is to complete of a command. */
export interface CompletedCommand {
  readonly name: string
  readonly summary: string
  readonly flags: readonly {
    readonly name: string
    readonly summary: string
    readonly takesValue: boolean
    /** What may follow it; a file where there is nothing. */
    readonly values: readonly string[]
  }[]
}

export const SHELLS = ['bash', 'zsh', 'fish'] as const

/** A script that completes `spillway` without running it. Names are of our own making: letters, digits and dashes. */
export function scriptFor(shell: (typeof SHELLS)[number], commands: readonly CompletedCommand[]): string {
  if (shell === 'fish') return fish(commands)
  // zsh runs scripts of bash on request.
  return shell === 'zsh' ? `autoload -U +X bashcompinit && bashcompinit\n${bash(commands)}` : bash(commands)
}

function bash(commands: readonly CompletedCommand[]): string {
  const valued = new Map<string, readonly string[]>()
  for (const { flags } of commands) {
    for (const { name, values, takesValue } of flags) if (takesValue) valued.set(name, values)
  }
  const named = [...valued].filter(([, values]) => values.length > 0)
  const files = [...valued].filter(([, values]) => values.length === 0).map(([name]) => name)
  return `_spillway() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" flags=""
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')} --help --version" -- "$word"))
    return
  fi
  case "$before" in
${named.map(([name, values]) => `    ${name}) COMPREPLY=($(compgen -W "${values.join(' ')}" -- "$word")); return ;;`).join('\n')}
    ${files.join('|')}) COMPREPLY=($(compgen -f -- "$word")); return ;;
  esac
  case "\${COMP_WORDS[1]}" in
${commands.map(({ name, flags }) => `    ${name}) flags="${flags.map((flag) => flag.name).join(' ')} --help" ;;`).join('\n')}
  esac
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$word")) ;;
    *) COMPREPLY=($(compgen -f -- "$word")) ;;
  esac
}
complete -o filenames -F _spillway spillway
`
}

function fish(commands: readonly CompletedCommand[]): string {
  const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`
  const lines = commands.flatMap(({ name, summary, flags }) => [
    `complete -c spillway -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
    ...flags.map((flag) => {
      const values = flag.values.length > 0 ? ` -x -a ${quoted(flag.values.join(' '))}` : flag.takesValue ? ' -r' : ''
      const condition = `-n '__fish_seen_subcommand_from ${name}'`
      return `complete -c spillway ${condition} -l ${flag.name.slice(2)}${values} -d ${quoted(flag.summary)}`
    }),
  ])
  return `${lines.join('\n')}\n`
}
