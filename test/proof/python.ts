import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CheckOptions, checkCertificate, parseCertificate } from 'spillway'
import { expect } from 'vitest'
import { jsonTextAs } from '#models/book/json-file.js'
import { python } from '../python.js'

const examples = join(import.meta.dirname, '../../examples')

export { hasPython } from '../python.js'

/** What whoever checks insists on, in both checkers. */
export type Pinned = Pick<CheckOptions, 'feasibility' | 'keepSolvent' | 'demand'>

/** JSON values, or texts of files as they are. */
export interface Case {
  readonly event: unknown
  readonly allocation: unknown
  readonly certificate: unknown
  readonly pinned?: Pinned
}

export interface PythonVerdict {
  readonly proved: boolean
  readonly value?: string | null
  readonly bound?: string | null
  readonly reason?: string
}

const DRIVER = `
import json, sys
sys.path.insert(0, sys.argv[1])
import check_certificate as c
for i, pinned in enumerate(json.load(open(sys.argv[2] + "/pinned.json"))):
    try:
        print(json.dumps(c.check(*(f"{sys.argv[2]}/{i}-{n}.json" for n in ("event", "allocation", "certificate")), **pinned)))
    except c.FAULTS as reason:
        print(json.dumps({"proved": False, "reason": f"{type(reason).__name__}: {reason}"}))
`

/** What `examples/check_certificate.py` says of each case; one process for all of them. */
export function judge(cases: readonly Case[]): PythonVerdict[] {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-python-'))
  const write = (name: string, content: unknown): void =>
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  try {
    cases.forEach(({ event, allocation, certificate }, i) => {
      write(`${i}-event.json`, event)
      write(`${i}-allocation.json`, allocation)
      write(`${i}-certificate.json`, certificate)
    })
    const flags = cases.map(({ pinned: { feasibility, keepSolvent, demand } = {} }) => ({
      ...(feasibility !== undefined && { feasibility }),
      ...(keepSolvent !== undefined && { keeps: keepSolvent }),
      ...(demand !== undefined && { demand }),
    }))
    write('pinned.json', flags)
    const run = spawnSync(python!, ['-c', DRIVER, examples, folder], { encoding: 'utf8', maxBuffer: 1 << 28 })
    if (run.stderr !== '') throw new Error(run.stderr)
    return run.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as PythonVerdict)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Whether `check` proves a case; what cannot be read is not proved. */
export function isProved({ event, allocation, certificate, pinned = {} }: Case): boolean {
  const value = (content: unknown): never =>
    (typeof content === 'string' ? jsonTextAs(content, 'file.json', 'file', (json) => json) : content) as never
  try {
    return checkCertificate(value(event), value(allocation), parseCertificate(value(certificate)), [], pinned).proved
  } catch (error) {
    expect(error).toHaveProperty('code')
    return false
  }
}
