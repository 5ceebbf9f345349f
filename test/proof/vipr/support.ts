import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { python } from '../../python.js'

const checker = join(dirname(fileURLToPath(import.meta.url)), 'check_vipr.py')

export { hasPython } from '../../python.js'

/** The public checker, where `VIPRCHK` names it: https://github.com/scipopt/vipr. */
const viprchk = process.env.VIPRCHK

/** What our own checker says of each file, `proved` or `refused: …`, and the public one with it where it is at hand. */
export function verdictsOf(texts: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-vipr-'))
  try {
    const files = texts.map((text, i) => {
      const file = join(folder, `${i}.vipr`)
      writeFileSync(file, text)
      return file
    })
    const { stdout, stderr } = spawnSync(python!, [checker, ...files], { encoding: 'utf8' })
    if (stderr !== '') throw new Error(stderr)
    const verdicts = stdout.trim().split('\n')
    return verdicts.map((verdict, i) => {
      if (viprchk === undefined) return verdict
      const official = spawnSync(viprchk, [files[i]], { encoding: 'utf8' })
      if ((official.status === 0) === (verdict === 'proved')) return verdict
      return `${verdict}, but viprchk says ${official.stderr.slice(-200)}`
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}
