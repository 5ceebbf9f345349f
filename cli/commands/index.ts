import type { Command } from '../command.js'

/** The commands: one file each, and one line here; a file is loaded when its command is asked for. */
const files: ReadonlyMap<string, () => Promise<Command>> = new Map<string, () => Promise<Command>>([
  ['solve', async () => (await import('./solve.js')).solveCommand],
  ['verify', async () => (await import('./verify.js')).verifyCommand],
  ['check', async () => (await import('./check.js')).checkCommand],
  ['compare', async () => (await import('./compare.js')).compareCommand],
  ['audit', async () => (await import('./audit.js')).auditCommand],
  ['simulate', async () => (await import('./simulate.js')).simulateCommand],
  ['sweep', async () => (await import('./sweep.js')).sweepCommand],
  ['moves', async () => (await import('./moves.js')).movesCommand],
  ['export', async () => (await import('./export.js')).exportCommand],
  ['solution', async () => (await import('./solution.js')).solutionCommand],
  ['import', async () => (await import('./import.js')).importCommand],
  ['after', async () => (await import('./after.js')).afterCommand],
  ['replay', async () => (await import('./replay.js')).replayCommand],
  ['infer', async () => (await import('./infer.js')).inferCommand],
  ['receipt', async () => (await import('./receipt.js')).receiptCommand],
  ['list', async () => (await import('./list.js')).listCommand],
  ['completion', async () => (await import('./completion.js')).completionCommand],
])

/** The command that a line begins with; all of them where it begins with something else, or completes the others. */
export async function commandsFor([first]: readonly string[]): Promise<readonly Command[]> {
  const one = first === undefined || first === 'completion' ? undefined : files.get(first)
  return one === undefined ? Promise.all([...files.values()].map((load) => load())) : [await one()]
}
