import { spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { PassThrough } from 'node:stream'
import type { WriteStream } from 'node:tty'
import { describe, expect, it } from 'vitest'
import type { Session } from '#cli/command.js'
import { inHand, interruptible } from '#cli/interruptible.js'
import { Progress } from '#cli/progress.js'
import { type PlainEvent, randomBook } from '../books.js'
import { errorOf, folderWith, goodEvent, jsonOf, spillway, spillwayHere } from './support.js'

/** A book for which a quadratic solver needs ten seconds and more: twenty markets, linked by the accounts. */
const hard = (): PlainEvent => randomBook(7, { accounts: 8_000, markets: 20, holdings: 5 })

describe('how a run ends', () => {
  it('3, where nothing is proved, with no file touched and the answer shown', async () => {
    const folder = await folderWith({ 'event.json': goodEvent, 'old.csv': 'as it was' })
    const [event, out] = [join(folder, 'event.json'), join(folder, 'old.csv')]
    const run = await spillwayHere(['solve', event, '--tolerance', '0', '--json', '--out', out])
    expect(run.status).toBe(3)
    expect(jsonOf(run)).toMatchObject({ status: 'unproved', objective: { value: expect.any(Number) } })
    expect(errorOf(run)).toMatchObject({ code: 'unproved', path: '--tolerance' })
    expect(await readFile(out, 'utf8')).toBe('as it was')
    const verdict = await spillwayHere(['verify', event, await solved(folder), '--tolerance', '0', '--json'])
    expect(verdict.status).toBe(3)
    expect(jsonOf(verdict)).toMatchObject({ verdict: 'unproved', feasible: true })
    expect(errorOf(verdict).code).toBe('unproved')
  })

  it('3, at the time limit, with no file touched where nothing is in hand', async () => {
    const folder = await folderWith({ 'hard.json': hard(), 'old.csv': 'as it was' })
    const out = join(folder, 'old.csv')
    const args = ['solve', join(folder, 'hard.json'), '--json', '--out', out, '--time-limit']
    const run = await spillway([...args, '0.001'])
    expect(run.status).toBe(3)
    expect(errorOf(run)).toMatchObject({ code: 'time-limit', path: '--time-limit', value: 0.001 })
    expect(await readFile(out, 'utf8')).toBe('as it was')
  })

  it('3, when the solver runs into the limit, saying limit in the object and on standard error', async () => {
    const folder = await folderWith({ 'hard.json': hard() })
    const out = join(folder, 'new.csv')
    const args = [
      'solve',
      join(folder, 'hard.json'),
      '--json',
      '--solver',
      'highs',
      '--objective',
      'squared-leverage',
      '--time-limit',
      '2',
      '--out',
      out,
    ]
    const run = await spillway(args)
    expect(run.status).toBe(3)
    expect(errorOf(run).code).toMatch(/limit/)
    const isWritten = (await readdir(folder)).includes('new.csv')
    expect(isWritten).toBe((jsonOf(run).objective as { value?: number } | undefined)?.value !== undefined)
  })

  it('130, at an interrupt, with nothing written', async () => {
    const folder = await folderWith({ 'hard.json': hard() })
    const args = [
      'solve',
      join(folder, 'hard.json'),
      '--json',
      '--solver',
      'highs',
      '--objective',
      'squared-leverage',
      '--out',
      join(folder, 'new.csv'),
    ]
    const run = await spillway(args, {
      onStart: (child) => {
        setTimeout(() => child.kill('SIGINT'), 2500)
      },
    })
    expect(run.status).toBe(130)
    expect(errorOf(run)).toMatchObject({ code: 'interrupted', value: 'SIGINT' })
    expect(await readdir(folder)).toEqual(['hard.json'])
  })

  it('quietly, when the reader of standard output has gone', async () => {
    const folder = await folderWith({ 'hard.json': hard() })
    const bin = resolve(import.meta.dirname, '../../dist/cli/main.js')
    const args = [bin, 'export', join(folder, 'hard.json'), '--format', 'lp']
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let stderr = ''
    child.stderr.on('data', (data) => {
      stderr += String(data)
    })
    child.stdout.once('data', () => child.stdout.destroy())
    const status = await new Promise((done) => child.on('close', done))
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })

  it('promptly, with worker threads idle', async () => {
    const folder = await folderWith({ 'event.json': goodEvent })
    const run = await spillway(['verify', join(folder, 'event.json'), await solved(folder), '--json'])
    expect(run.status).toBe(0)
    expect(jsonOf(run).methods).toHaveLength(2)
    expect(run.milliseconds).toBeLessThan(15_000)
  })
})

async function solved(folder: string): Promise<string> {
  const out = join(folder, 'closed.csv')
  await spillwayHere(['solve', join(folder, 'event.json'), '--out', out, '--quiet'])
  return out
}

describe('an answer in hand', () => {
  it('is written though the time is up, unless the run is interrupted; what is still being made is not', () => {
    const controller = new AbortController()
    const late = {
      signal: controller.signal,
      checkpoint: () => {
        throw new Error('the time is up')
      },
    } as unknown as Session
    expect(() => [...interruptible(late, [1, 2])]).toThrow('the time is up')
    const walk = inHand(late, [1, 2])
    expect(walk.next().value).toBe(1)
    controller.abort(new Error('interrupted'))
    expect(() => walk.next()).toThrow('interrupted')
  })
})

describe('what a terminal shows', () => {
  it('a phase with a clock, and a bar, both gone afterwards; elsewhere nothing', async () => {
    const { stream, written } = terminal()
    const shown = new Progress(stream, true)
    shown.read({ file: 'positions.csv', done: 5e6, total: 1e7 })
    shown.phase('solving (highs)')
    await new Promise((done) => setTimeout(done, 250))
    shown.clear()
    expect(written()).toContain('reading positions.csv')
    expect(written()).toMatch(/solving \(highs\) 0\.[12] s/)
    expect(written().endsWith('\r\u001b[K')).toBe(true)

    const other = terminal()
    const hidden = new Progress(other.stream, false)
    hidden.read({ file: 'positions.csv', done: 1, total: 2 })
    hidden.phase('solving')
    hidden.clear()
    expect(other.written()).toBe('')
  })

  it('colours where they are wanted only', async () => {
    const folder = await folderWith({ 'event.json': goodEvent })
    const args = ['solve', join(folder, 'event.json')]
    for (const env of [{ CI: 'true' }, { NO_COLOR: '1' }]) {
      expect((await spillway(args, { env })).stdout).toMatch(/^optimal/)
    }
  })

  it('names from a file cannot steer it', async () => {
    const steering = JSON.stringify(goodEvent).replaceAll('"a"', JSON.stringify('a\u001b[2Jb'))
    const folder = await folderWith({ 'event.json': steering })
    const run = await spillwayHere(['solve', join(folder, 'event.json')])
    expect(run.status).toBe(0)
    expect(run.stdout).toContain('a\\u001b[2Jb')
    expect(run.stdout).not.toContain('\u001b')
  })
})

function terminal(): { stream: WriteStream; written: () => string } {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 120 })
  let all = ''
  stream.on('data', (data) => {
    all += String(data)
  })
  return { stream: stream as unknown as WriteStream, written: () => all }
}
