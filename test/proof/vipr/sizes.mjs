/**
 * The table of docs/vipr.md: sizes of derivations, and the processor seconds of the whole command that solves, proves and writes each, and of `viprchk` where `VIPRCHK` names it:
 *
 *     npm run build && VIPRCHK=/path/to/viprchk node test/proof/vipr/sizes.mjs [ACCOUNTS ...]
 *
 * One market in full and a third of the accounts in a second one, 20 moves; seeded, so that the files are the same every time.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const SEED = 1963
const spillway = join(import.meta.dirname, '../../../dist/cli/main.js')
const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [4, 1000, 100_000]
const folder = mkdtempSync(join(tmpdir(), 'spillway-vipr-sizes-'))
let state = SEED
const unit = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return state / 2 ** 32
}

function writeBook(accounts) {
  const held = { A: 0, B: 0 }
  const rows = { accounts: ['account,equity'], positions: ['account,market,quantity'] }
  for (let i = 0; i < accounts; i++) {
    const a = Math.round(10 + unit() ** 4 * 1e5) / 100
    const b = i % 3 === 0 ? Math.round(10 + unit() * 1e4) / 10 : 0
    held.A += a
    held.B += b
    rows.accounts.push(`a${i},${Math.round((100 * a + 2 * b) * (4 + 96 * unit())) / 100}`)
    rows.positions.push(`a${i},A,${a}`, ...(b > 0 ? [`a${i},B,${-b}`] : []))
  }
  const event = join(folder, String(accounts))
  spawnSync('mkdir', ['-p', event])
  const write = (name, lines) => writeFileSync(join(event, `${name}.csv`), `${lines.join('\n')}\n`)
  write('markets', ['market,markPrice', 'A,100', 'B,2'])
  write('accounts', rows.accounts)
  write('positions', rows.positions)
  write('demand', [
    'market,side,quantity',
    `A,long,${(held.A * 0.3).toFixed(2)}`,
    `B,short,${(held.B * 0.4).toFixed(1)}`,
  ])
  return event
}

/** Status and processor seconds of a program, by what the shell says of its children. */
function timed(command, args) {
  const quoted = [command, ...args].map((part) => `'${part.replaceAll("'", "'\\''")}'`).join(' ')
  const { status, stdout, stderr } = spawnSync('bash', ['-c', `TIMEFORMAT='%U %S'; time ${quoted} >/dev/null`], {
    encoding: 'utf8',
  })
  const [user, system] = stderr.trim().split('\n').at(-1).split(' ').map(Number)
  return { status, seconds: user + system, says: stdout + stderr }
}

const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${Math.round(bytes / 1e6)} MB`)
const seconds = (value) => (value < 1 ? value.toFixed(1) : value.toFixed(0))

try {
  const moves = join(folder, 'moves.csv')
  writeFileSync(
    moves,
    `A,B\n${Array.from({ length: 20 }, () => `${(unit() - 0.6).toFixed(4)},${(unit() - 0.4).toFixed(4)}`).join('\n')}\n`,
  )
  const objectives = ['min-max-leverage', 'squared-leverage', 'expected-loss']
  console.log(`| accounts | ${objectives.join(' | ')} |\n|---|---|---|---|`)
  for (const accounts of sizes) {
    const event = writeBook(accounts)
    const cells = objectives.map((objective) => {
      const out = join(folder, 'bound.vipr')
      const given = objective === 'expected-loss' ? ['--moves', moves] : []
      const args = ['export', event, '--objective', objective, ...given, '--format', 'vipr', '--out', out, '--quiet']
      const made = timed(process.execPath, [spillway, ...args])
      if (made.status !== 0) throw new Error(`${accounts} accounts, ${objective}: ${made.says}`)
      const parts = [size(statSync(out).size), `${seconds(made.seconds)} s`]
      if (process.env.VIPRCHK !== undefined) {
        const checked = timed(process.env.VIPRCHK, [out])
        if (checked.status !== 0)
          throw new Error(`${accounts} accounts, ${objective}: viprchk refuses: ${checked.says.slice(-300)}`)
        parts.push(`${seconds(checked.seconds)} s`)
      }
      return parts.join(', ')
    })
    console.log(`| ${accounts.toLocaleString('en-US')} | ${cells.join(' | ')} |`)
  }
} finally {
  rmSync(folder, { recursive: true })
}
