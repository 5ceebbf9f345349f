import { Console } from 'node:console'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { byNode } from './by-node.mjs'

/**
 * Runs what ships, and modules that use it, within this process: a process of its own takes half a second of processor time to start and
 * load what the next one loads again. One run at a time, since a process has one working directory and one standard output.
 */
export interface InProcess {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

const main = pathToFileURL(join(import.meta.dirname, '../dist/cli/main.js'))
const root = join(import.meta.dirname, '..')

let runs = 0
let last: Promise<unknown> = Promise.resolve()

/** The command line of the package, from a folder: its entry is evaluated anew, what it imports is there already. */
export function runCli(args: readonly string[], cwd = root): Promise<InProcess> {
  return alone(cwd, async () => {
    process.argv = [process.execPath, main.pathname, ...args]
    await byNode(`${main.href}?run=${++runs}`)
  })
}

/** A module in a file, from a folder; status 1, with its stack on standard error, where it throws. */
export function runModule(file: string, cwd: string): Promise<InProcess> {
  return alone(cwd, async () => {
    await byNode(`${pathToFileURL(file).href}?run=${++runs}`)
  })
}

function alone(cwd: string, work: () => Promise<void>): Promise<InProcess> {
  const run = last.then(() => captured(cwd, work))
  last = run.catch(() => undefined)
  return run
}

/** What the work prints, and the exit status that it sets; afterwards the process is what it was. */
async function captured(cwd: string, work: () => Promise<void>): Promise<InProcess> {
  const texts = { stdout: '', stderr: '' }
  const { argv, console: ours } = { argv: process.argv, console: globalThis.console }
  const { FORCE_COLOR, SPILLWAY_DEBUG } = process.env
  const before = process.cwd()
  const listeners = process.listeners('uncaughtException')
  const restore = (['stdout', 'stderr'] as const).map((name) => {
    const stream = process[name]
    const { write } = stream
    const errors = stream.listeners('error')
    stream.setMaxListeners(0)
    stream.write = (chunk: unknown, ...rest: unknown[]): boolean => {
      texts[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString()
      const done = rest.find((argument) => typeof argument === 'function')
      if (done !== undefined) queueMicrotask(() => done())
      return true
    }
    return () => {
      stream.write = write
      for (const listener of stream.listeners('error'))
        if (!errors.includes(listener)) stream.off('error', listener as () => void)
    }
  })
  globalThis.console = new Console(process.stdout, process.stderr)
  delete process.env.FORCE_COLOR
  delete process.env.SPILLWAY_DEBUG
  process.exitCode = undefined
  process.chdir(cwd)
  let status = 0
  try {
    await work()
    status = Number(process.exitCode ?? 0)
  } catch (error) {
    texts.stderr += error instanceof Error ? `${error.stack}\n` : `${error}\n`
    status = 1
  } finally {
    process.chdir(before)
    process.exitCode = undefined
    process.argv = argv
    if (FORCE_COLOR !== undefined) process.env.FORCE_COLOR = FORCE_COLOR
    if (SPILLWAY_DEBUG !== undefined) process.env.SPILLWAY_DEBUG = SPILLWAY_DEBUG
    globalThis.console = ours
    for (const undo of restore) undo()
    for (const listener of process.listeners('uncaughtException')) {
      if (!listeners.includes(listener)) process.off('uncaughtException', listener)
    }
  }
  return { status, ...texts }
}
