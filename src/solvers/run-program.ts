import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'

/** How a program ended: `exit 0`, another exit code or signal, or the time limit; and the end of what it printed. */
export interface ProgramEnd {
  readonly end: string
  readonly said: string
}

export interface ProgramOptions {
  /** Where it runs; deleted if this process is ended meanwhile. */
  readonly folder: string
  readonly limitMs: number
  readonly signal?: AbortSignal
}

const SAID = 4000
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Runs a program without a shell, in a process group of its own, which is killed whole at the time limit, when the signal is
 * aborted and when this process ends: a wrapper leaves nothing running.
 */
export function runProgram(file: string, args: readonly string[], options: ProgramOptions): Promise<ProgramEnd> {
  const { folder, limitMs, signal } = options
  return new Promise((resolve, reject) => {
    const hasGroups = process.platform !== 'win32'
    const child = spawn(file, args, { cwd: folder, detached: hasGroups, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    let isLate = false
    const listen = (chunk: Buffer): void => {
      said = (said + chunk.toString()).slice(-SAID)
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    const kill = (): void => {
      try {
        if (hasGroups && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
        else child.kill('SIGKILL')
      } catch {
        // It has ended by itself.
      }
    }
    const onEnd = (): void => {
      kill()
      rmSync(folder, { recursive: true, force: true })
    }
    const onSignal = (name: NodeJS.Signals): void => {
      onEnd()
      release()
      // Nobody else decides what the signal means: it ends this process, as it would have done.
      if (process.listenerCount(name) === 0) process.kill(process.pid, name)
    }
    const timer = setTimeout(
      () => {
        isLate = true
        kill()
      },
      Math.min(limitMs, 2 ** 31 - 1),
    )
    const release = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', kill)
      process.removeListener('exit', onEnd)
      for (const name of SIGNALS) process.removeListener(name, onSignal)
    }
    if (signal?.aborted) kill()
    signal?.addEventListener('abort', kill, { once: true })
    process.once('exit', onEnd)
    for (const name of SIGNALS) process.on(name, onSignal)
    child.once('error', (error) => {
      release()
      reject(error)
    })
    child.once('exit', (code, by) => {
      kill()
      release()
      child.stdout.destroy()
      child.stderr.destroy()
      const end = isLate ? 'time limit' : code === null ? `signal ${by}` : `exit ${code}`
      resolve({ end, said: said.trim().replace(/\s+/g, ' ') })
    })
  })
}
