import type { Command as Program } from 'commander'
import type { ReadOptions, SpillwayError } from '../models/index.js'

/**
 * A command of `spillway`. A new one is a file in `commands/` and a line in its index; `--json`, `--quiet`,
 * `--time-limit`, errors, exit status, progress and interruption are shared.
 *
 * @example
 * export const importCommand: Command = {
 *   name: 'import',
 *   register(program, start) {
 *     program
 *       .command('import')
 *       .summary('turn a venue\'s files into an event')
 *       .argument('<source>')
 *       .argument('<file...>')
 *       .requiredOption('--out <folder>', 'where the event goes')
 *       .action((source: string, files: string[], flags: { out: string }) =>
 *         start((session) => run(session, source, files, flags.out)),
 *       )
 *   },
 * }
 */
export interface Command {
  readonly name: string
  /** Declares name, arguments, flags and action. The shared flags are added afterwards. */
  register(program: Program, start: Start): void
}

/** What an action hands its work to. The work throws `SpillwayError` on bad input (2) or a failed solver (3). */
export type Start = (work: (session: Session) => Promise<ExitStatus>) => Promise<void>

/** 0 done, 1 a negative verdict, 2 bad input or usage, 3 a solver failed, a limit was hit or nothing was proved. */
export type ExitStatus = 0 | 1 | 2 | 3

/** One run of one command: its shared flags, and its ways to talk. */
export interface Session {
  readonly json: boolean
  readonly quiet: boolean
  /** Aborts on an interrupt. */
  readonly signal: AbortSignal
  /** Aborts in place of `signal` at the first interrupt that comes while `setStoppable(true)` holds. */
  readonly stop: AbortSignal
  /** Whether what runs now can hand over what it has. */
  setStoppable(can: boolean): void
  /** What is left of `--time-limit`; undefined without one. Throws `time-limit` where nothing is left. */
  secondsLeft(): number | undefined
  /** Throws where the run was interrupted or its time is up; for long loops. */
  checkpoint(): void
  /** Notices an interrupt that came while the thread was busy, and throws it; for the moment before a file is written. */
  listen(): Promise<void>
  /** Aborts on an interrupt and when the time is up; for work that waits for somebody else's code. */
  limited(): AbortSignal
  /** For `readEvent` and the like: shows a bar on a terminal, stops at an interrupt and at the time limit. */
  reading(): ReadOptions
  /** Shows what is being done now, with the seconds it takes, on a terminal. */
  phase(name: string): void
  /**
   * The answer: one JSON object with --json, else a text for people (nothing with --quiet). Once per run. With a
   * `failure` (exit status 3) the object gains `error`, and the message goes to standard error.
   */
  answer(json: () => object, forPeople: () => string, failure?: SpillwayError): Promise<void>
  /** Data for standard output as it is, in pieces; not with --json. */
  print(pieces: Iterable<string>): Promise<void>
  /** A message for people on standard error; nothing with --quiet. */
  say(message: string): void
}

/** The part of a session that reads files; threads have no other. */
export type Reader = Pick<Session, 'reading'>
