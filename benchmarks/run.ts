/**
 * `npm run bench [name…]`: runs the cases and, when all are run, writes `benchmarks/RESULTS.md`, which says on what machine.
 * Absolute times are worth little on a shared machine; the ratios and the budgets are what to look at.
 */
import { writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { version } from '../models/index.js'
import type { Row } from './benchmark.js'
import { benchmarks } from './cases/index.js'

function table(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {})
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`
  return [
    line(columns),
    line(columns.map(() => '---')),
    ...rows.map((row) => line(columns.map((column) => row[column]))),
  ].join('\n')
}

const wanted = process.argv.slice(2)
const chosen = benchmarks.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
const parts = [
  '# Benchmarks',
  `Written by \`npm run bench\`; spillway ${version}, Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB.`,
  'Every case checks its answer before it is timed. Ratios are within one run; absolute times on a shared machine mean little.',
]
for (const { name, claim, run } of chosen) {
  process.stderr.write(`${name} ...\n`)
  parts.push(`## ${name}`, `${claim}.`, table(await run()))
  process.stdout.write(`\n${parts.slice(-3).join('\n\n')}\n`)
}
if (wanted.length === 0) await writeFile('benchmarks/RESULTS.md', `${parts.join('\n\n')}\n`)
