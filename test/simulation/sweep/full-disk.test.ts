import { spawnSync } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { errorOf, folderWith, jsonOf, spillwayHere } from '../../cli/support.js'
import { skip } from '../../notes.js'
import { mergedFiles, smallSweep } from './support.js'

/** A file system in memory, of two pages: some results find room, not all. Mounting one needs rights that few have. */
const mount = (place: string, options: string): boolean =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', place]).status === 0
const mounted: string[] = []
const unmount = (): void => {
  for (const place of mounted.splice(0)) spawnSync('umount', [place])
}

let isAllowed = false
let folder = ''
let out = ''
beforeAll(async () => {
  const probe = await folderWith()
  isAllowed = mount(probe, 'size=8k')
  if (!isAllowed) return
  mounted.push(probe)
  unmount()
  folder = await smallSweep()
  out = join(folder, 'out')
  await spillwayHere(['sweep', 'plan', join(folder, 'plan.json'), '--out', out, '--quiet'])
  const results = join(out, 'results')
  await mkdir(results)
  if (mount(results, 'size=8k')) mounted.push(results)
}, 120_000)
afterAll(unmount)

describe('a sweep whose results find no room', () => {
  it('says so, counts nothing that was not stored, and goes on when there is room', async () => {
    if (!isAllowed) return skip('no file system can be mounted here')
    const full = await spillwayHere(['sweep', 'run', out, '--json', '--workers', '1'])
    expect(full.status).toBe(3)
    expect(errorOf(full)).toMatchObject({ code: 'results-unwritable' })
    expect(errorOf(full).message).toContain('ENOSPC')
    const early = await spillwayHere(['sweep', 'merge', out, '--json'])
    expect(early.status).toBe(3)
    const { missing, jobs } = jsonOf(early) as { missing: number[]; jobs: number }
    expect(missing.length).toBeGreaterThan(0)
    expect(missing.length).toBeLessThan(jobs)
    expect(spawnSync('mount', ['-o', 'remount,size=1m', join(out, 'results')]).status).toBe(0)
    expect(jsonOf(await spillwayHere(['sweep', 'run', out, '--json']))).toMatchObject({ ran: missing.length })
    expect(await spillwayHere(['sweep', 'merge', out, '--quiet'])).toMatchObject({ status: 0 })
    const whole = join(folder, 'whole')
    await spillwayHere(['sweep', join(folder, 'plan.json'), '--out', whole, '--quiet'])
    expect(await mergedFiles(out)).toEqual(await mergedFiles(whole))
  }, 240_000)
})
