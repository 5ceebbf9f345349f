import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, expect } from 'vitest'
import { runCli } from '../in-process.js'

const BIN = resolve(import.meta.dirname, '../../dist/cli/main.js')

export interface Run {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
  readonly milliseconds: number
}

/** Runs the command line as a user does, until it ends by itself. `onStart` may interfere. */
export function spillway(
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly onStart?: (child: ReturnType<typeof spawn>) => void } = {},
): Promise<Run> {
  const start = performance.now()
  const { FORCE_COLOR: _, SPILLWAY_DEBUG: __, ...env } = { ...process.env, ...options.env }
  const child = spawn(process.execPath, [BIN, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  options.onStart?.(child)
  return new Promise((done, fail) => {
    child.on('error', fail)
    child.on('close', (status) => done({ status, stdout, stderr, milliseconds: performance.now() - start }))
  })
}

/** The same within this process, for what only the text and the status are looked at of: a process of its own takes half a second to start. */
export async function spillwayHere(args: readonly string[]): Promise<Run> {
  const start = performance.now()
  const run = await runCli(args)
  return { ...run, milliseconds: performance.now() - start }
}

const folders: string[] = []
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

/** A fresh folder with these files; it goes when the tests of the file are done. */
export async function folderWith(files: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-cli-'))
  folders.push(folder)
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  }
  return folder
}

/** Two markets, one account in both, one account that is left alone. */
export const goodEvent = {
  format: 'spillway/event@1',
  markets: [
    { market: 'BTC', markPrice: 67000 },
    { market: 'ETH', markPrice: '3500.25' },
  ],
  accounts: [
    { account: 'a', equity: 242100, positions: [{ market: 'BTC', quantity: -8 }] },
    { account: 'b', equity: 100000, positions: [{ market: 'BTC', quantity: -12 }] },
    { account: 'c', equity: '30000', positions: [{ market: 'ETH', quantity: 90 }] },
    { account: 'd', equity: 80000, positions: [{ market: 'ETH', quantity: '100.5' }] },
    { account: 'idle', equity: 5, positions: [] },
  ],
  demand: [
    { market: 'BTC', side: 'short', quantity: 10 },
    { market: 'ETH', side: 'long', quantity: '60.5' },
  ],
}

/** The best allocation of it to the last digit is not written here: `solve` finds it, `verify` judges it. */
export const poorAllocation = {
  format: 'spillway/allocation@1',
  reductions: [
    { account: 'a', market: 'BTC', quantity: 8 },
    { account: 'b', market: 'BTC', quantity: 2 },
    { account: 'c', market: 'ETH', quantity: '60.5' },
  ],
}

/** The one object on standard output. */
export function jsonOf(run: Run): Record<string, unknown> {
  const value: unknown = JSON.parse(run.stdout)
  expect(value).toBeTypeOf('object')
  return value as Record<string, unknown>
}

export interface ErrorAnswer {
  readonly code: string
  readonly message: string
  readonly path: string
  readonly value: unknown
  readonly cure: string
}

/** The error of a run with --json: said on both streams, complete, and without a stack. */
export function errorOf(run: Run): ErrorAnswer {
  const error = jsonOf(run).error as ErrorAnswer
  expect(Object.keys(error)).toEqual(['code', 'message', 'path', 'value', 'cure'])
  for (const part of [error.code, error.path, error.cure]) expect(part).toMatch(/\S/)
  expect(run.stderr).toContain(`[${error.code}]`)
  expect(run.stderr).toContain(error.path)
  expect(run.stderr).toContain(error.cure)
  expect(run.stderr).toMatch(/\(got .+\)/)
  expect(run.stderr).not.toMatch(/^\s+at /m)
  return error
}

/** The answer without what a clock says. */
export function withoutSeconds({ seconds, ...rest }: Record<string, unknown>): Record<string, unknown> {
  expect(seconds).toBeTypeOf('object')
  return rest
}
