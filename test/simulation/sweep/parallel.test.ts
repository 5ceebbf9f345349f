import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { chmod, cp, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderWith, spillwayHere } from '../../cli/support.js'
import { skipUnless } from '../../notes.js'
import { mergedFiles, smallSweep } from './support.js'

const root = resolve(import.meta.dirname, '../../..')
const isThere = /GNU parallel/.test(spawnSync('parallel', ['--version'], { encoding: 'utf8' }).stdout ?? '')

/** The line of the page, as it stands there. */
const page = readFileSync(join(root, 'docs/clusters.md'), 'utf8')
const [, line = ''] = /```sh gnu-parallel\n(.*?)\n```/s.exec(page) ?? []

describe('a sweep by GNU parallel', () => {
  skipUnless(isThere, 'GNU parallel is not installed')
  it('as the documentation says gives the bytes of one process', async () => {
    expect(line).toMatch(/^parallel /)
    const folder = await smallSweep(3)
    const plan = join(folder, 'plan.json')
    await spillwayHere(['sweep', plan, '--out', join(folder, 'whole'), '--quiet'])
    await spillwayHere(['sweep', 'plan', plan, '--out', join(folder, 'parts'), '--quiet'])
    const bin = await folderWith()
    await writeFile(
      join(bin, 'spillway'),
      `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'dist/cli/main.js')}' "$@"\n`,
    )
    await chmod(join(bin, 'spillway'), 0o755)
    const run = spawnSync('sh', ['-c', line], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, PATH: `${bin}:${process.env.PATH}`, HOME: bin },
    })
    expect([run.status, run.stderr]).toEqual([0, ''])
    await cp(join(folder, 'parts'), join(folder, 'copy'), { recursive: true })
    expect(await spillwayHere(['sweep', 'merge', join(folder, 'copy'), '--quiet'])).toMatchObject({ status: 0 })
    expect(await mergedFiles(join(folder, 'copy'))).toEqual(await mergedFiles(join(folder, 'whole')))
  })
})
