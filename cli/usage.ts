import type { CommanderError } from 'commander'
import { SpillwayError } from '../src/errors.js'
import { suggest } from '../src/names.js'
import type { ErrorCode } from './error-codes.js'

/**
 * A mistake on the command line in our form, from the one that the parser found. `command` is the one that was given,
 * `flags` are those that it knows.
 */
export function usageError(
  { code, message }: CommanderError,
  command: string | undefined,
  commands: readonly string[],
  flags: readonly string[],
): SpillwayError {
  const named = /'([^']*)'/.exec(message)?.[1] ?? ''
  const flag = /--[A-Za-z][\w-]*/.exec(named)?.[0] ?? named
  const help = `\`spillway ${command === undefined ? '' : `${command} `}--help\``
  const near = /Did you mean (?:one of )?([^?]*)\?/.exec(message)?.[1]
  switch (code) {
    case 'commander.unknownOption': {
      if (flags.includes(flag))
        return mistake('excess-value', flag, named, 'this flag takes no value', 'Leave out the value.')
      const cure = `${near === undefined ? '' : `Did you mean ${near}? `}See ${help} for the flags there are.`
      return mistake('unknown-flag', flag, flag, 'there is no such flag', cure)
    }
    case 'commander.unknownCommand': {
      const cure = near === undefined ? suggest(named, commands) : `Did you mean ${JSON.stringify(near)}?`
      return mistake('unknown-command', 'COMMAND', named, 'there is no such command', cure)
    }
    case 'commander.missingArgument': {
      const cure = `Name it after \`spillway ${command}\`; see ${help}.`
      return mistake('missing-argument', named.toUpperCase(), undefined, 'this argument is missing', cure)
    }
    case 'commander.optionMissingArgument':
      return mistake(
        'missing-value',
        flag,
        undefined,
        'this flag needs a value',
        `Give one after ${flag}; see ${help}.`,
      )
    case 'commander.missingMandatoryOptionValue':
      return mistake('missing-flag', flag, undefined, 'this flag is needed', `Add ${named}; see ${help}.`)
    case 'commander.excessArguments': {
      const got = /got (\d+)/.exec(message)?.[1] ?? 'more'
      const cure = `Put names with spaces in quotes; see ${help}.`
      return mistake('excess-argument', command ?? 'COMMAND', `${got} arguments`, 'these are too many arguments', cure)
    }
    case 'commander.help':
      return mistake('missing-command', 'COMMAND', undefined, 'no command is given', suggest('', commands))
    default:
      return mistake('usage', command ?? 'COMMAND', message, 'the command line cannot be read', `See ${help}.`)
  }
}

/** A mistake on the command line; the arguments stand in the order of the sentence that it makes. */
export function mistake(code: ErrorCode, path: string, value: unknown, problem: string, cure: string): SpillwayError {
  return new SpillwayError({ code, path, value, problem, cure })
}
