import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { python } from '../../python.js'

export { hasPython } from '../../python.js'

const DRIVER = `
import contextlib, io, sys
sys.path.insert(0, "examples")
import check_receipt as c
folder, count = sys.argv[1:]
for i in range(int(count)):
    sys.argv[1:] = [f"{folder}/r{i}.json", f"{folder}/p{i}.json"]
    with contextlib.redirect_stdout(io.StringIO()) as said:
        status = c.main()
    print(status, said.getvalue().strip().splitlines()[-1])
`

/** What `examples/check_receipt.py` says of receipts beside what is public, values or texts of files: in one process, `0 accepted …` or `1 refused: …`. */
export function receiptVerdicts(pairs: readonly (readonly [receipt: unknown, published: unknown])[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-receipts-'))
  const write = (name: string, content: unknown): void =>
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  try {
    pairs.forEach(([receipt, published], i) => {
      write(`r${i}.json`, receipt)
      write(`p${i}.json`, published)
    })
    const run = spawnSync(python!, ['-c', DRIVER, folder, String(pairs.length)], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    })
    if (run.stderr !== '') throw new Error(run.stderr)
    return run.stdout.split('\n').slice(0, -1)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
