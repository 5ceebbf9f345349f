import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { folderWith, type Run, spillway } from '../../cli/support.js'
import { skipUnless } from '../../notes.js'
import { mergedFiles, smallSweep } from './support.js'

/**
 * Faults against a real Redis server, started here on a free port of the loopback. The whole campaign:
 * SPILLWAY_QUEUE_TESTS=1 npx vitest run test/simulation/sweep/queue.test.ts; without the variable one test is run.
 */
const isWhole = process.env.SPILLWAY_QUEUE_TESTS === '1'
const hasServer = spawnSync('redis-server', ['--version']).status === 0

let folder = ''
let whole: Record<string, string> = {}
let port = 0
let server: ChildProcess | undefined
const url = (): string => `redis://127.0.0.1:${port}`

async function startServer(): Promise<void> {
  const data = await folderWith()
  server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', data], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let text = ''
  for await (const chunk of server.stdout!) {
    text += String(chunk)
    if (text.includes('Ready to accept')) return
  }
}

async function stopServer(): Promise<void> {
  const ended = new Promise((done) => server?.once('exit', done))
  server?.kill('SIGKILL')
  await ended
}

beforeAll(async () => {
  if (!hasServer) return
  port = await new Promise<number>((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => done(typeof address === 'object' ? (address?.port ?? 0) : 0))
    })
  })
  await startServer()
  folder = await smallSweep(isWhole ? 300 : 12)
  const run = await spillway(['sweep', join(folder, 'plan.json'), '--out', join(folder, 'whole'), '--quiet'])
  expect(run).toMatchObject({ status: 0, stderr: '' })
  whole = await mergedFiles(join(folder, 'whole'))
}, 240_000)

afterAll(async () => {
  if (hasServer) await stopServer()
})

async function planned(name: string): Promise<string> {
  const out = join(folder, name)
  expect(await spillway(['sweep', 'plan', join(folder, 'plan.json'), '--out', out])).toMatchObject({ status: 0 })
  return out
}

async function expectWhole(out: string): Promise<void> {
  expect(await spillway(['sweep', 'merge', out, '--quiet'])).toMatchObject({ status: 0 })
  expect(await mergedFiles(out)).toEqual(whole)
}

/** Lines stored so far, by process. */
async function stored(out: string): Promise<Record<string, number>> {
  const names = await readdir(join(out, 'results')).catch(() => [])
  const counts = names.map(async (name): Promise<[string, number]> => {
    const text = await readFile(join(out, 'results', name), 'utf8')
    return [name.split('-').at(-2) ?? name, text.split('\n').length - 1]
  })
  return Object.fromEntries(await Promise.all(counts))
}

/** A worker, and a promise of its end. */
function startWorker(out: string, ...flags: string[]): { child: ChildProcess; ended: Promise<Run> } {
  let child: ChildProcess | undefined
  const args = ['sweep', 'work', out, '--queue', url(), '--workers', '1', '--lock-seconds', '2', ...flags]
  const ended = spillway(args, {
    onStart: (started) => {
      child = started
    },
  })
  return { child: child!, ended }
}

/** Waits until a process has stored something. */
async function working(out: string, { child }: { child: ChildProcess }): Promise<void> {
  for (;;) {
    if (((await stored(out))[String(child.pid)] ?? 0) > 0) return
    if (child.exitCode !== null) throw new Error('the worker ended before it had stored anything')
    await wait(10)
  }
}

describe('a sweep by queue', () => {
  skipUnless(hasServer, 'redis-server is not installed')
  it('gives the bytes that a pool gives', async () => {
    const out = await planned('plain')
    expect(await startWorker(out).ended).toMatchObject({ status: 0 })
    await expectWhole(out)
  })

  describe('under faults', { timeout: 240_000 }, () => {
    skipUnless(isWhole, 'takes a minute: SPILLWAY_QUEUE_TESTS=1')
    it('loses nothing when a worker is killed with jobs in its hands', async () => {
      const out = await planned('killed')
      const [first, second] = [startWorker(out), startWorker(out)]
      await working(out, first)
      first.child.kill('SIGKILL')
      expect((await first.ended).status).toBeNull()
      expect(await second.ended).toMatchObject({ status: 0 })
      await expectWhole(out)
    })

    it('goes on when the server stops, and comes back without a memory', async () => {
      const out = await planned('stopped')
      const worker = startWorker(out)
      await working(out, worker)
      await stopServer()
      await wait(1500)
      expect(worker.child.exitCode).toBeNull()
      await startServer()
      expect(await worker.ended).toMatchObject({ status: 0 })
      await expectWhole(out)
    })

    it('counts once what two workers did: one was frozen until its jobs were given to the other, and then went on', async () => {
      const out = await planned('frozen')
      const [first, second] = [startWorker(out), startWorker(out)]
      await working(out, first)
      first.child.kill('SIGSTOP')
      expect(await second.ended).toMatchObject({ status: 0 })
      first.child.kill('SIGCONT')
      expect(await first.ended).toMatchObject({ status: 0 })
      await expectWhole(out)
    })

    it('counts once a job that is delivered twice: to the queue and to a pool', async () => {
      const out = await planned('twice')
      const worker = startWorker(out)
      await working(out, worker)
      expect(await spillway(['sweep', 'run', out, '--workers', '1'])).toMatchObject({ status: 0 })
      expect(await worker.ended).toMatchObject({ status: 0 })
      const lines = Object.values(await stored(out)).reduce((a, b) => a + b, 0)
      const { jobs } = JSON.parse(await readFile(join(out, 'jobs.json'), 'utf8')) as { jobs: readonly object[] }
      expect(lines).toBeGreaterThan(jobs.length)
      await expectWhole(out)
    })

    it('says that there is no server, exit status 3', async () => {
      const out = await planned('away')
      const run = await spillway(['sweep', 'work', out, '--queue', 'redis://127.0.0.1:1'])
      expect(run.status).toBe(3)
      expect(run.stderr).toContain('[queue-unreachable]')
    })
  })
})
