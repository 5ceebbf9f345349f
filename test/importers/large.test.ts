// 35,000 fills of 20,000 accounts, imported, verified and reported: LARGE=1 npx vitest run test/importers/large.test.ts
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { randomFrom } from '../books.js'

const SEED = 35
const [ACCOUNTS, PAIRS, FILLS, COINS] = [20_000, 28_000, 35_000, 12]
/** Ten seconds of the whole, of which the process may use more than one core for garbage; on a machine that does nothing else. */
const [SECONDS, BYTES] = [12, 1e9]
const LAST_WORDS =
  "process.on('exit',()=>{const{userCPUTime:u,systemCPUTime:s,maxRSS:m}=process.resourceUsage();console.error('used',u+s,m)})"

const spillway = join(import.meta.dirname, '../../dist/cli/main.js')

/** Fills of one moment in shuffled order and the equity of every account, as files, with what was closed by coin in ten-thousandths. */
function crisis() {
  const random = randomFrom(SEED)
  const coins = Array.from({ length: COINS }, (_, k) => {
    const mark = Number(random.between(0.5, 90_000).toFixed(3))
    const adl = Number((mark * random.pick([1, 1.002, 0.998])).toFixed(3))
    return { coin: `C${k}`, mark, adl, side: random.pick([1, -1]), closed: 0 }
  })
  const users = Array.from({ length: ACCOUNTS }, (_, i) => `0x${(i + 1).toString(16).padStart(40, '0')}`)
  const held = new Map<string, number>()
  const text = (amount: number): string => (amount / 10_000).toFixed(4)
  const fills: string[] = []
  const isTaken = new Set<string>()
  for (let pair = 0; pair < PAIRS; ) {
    const user = pair < ACCOUNTS ? users[pair] : random.pick(users)
    const { coin, mark, adl, side } = random.pick(coins)
    if (isTaken.has(`${user} ${coin}`)) continue
    isTaken.add(`${user} ${coin}`)
    const fillsHere = pair < FILLS - PAIRS ? 2 : 1
    const part = Math.max(1, Math.round((10_000 * Math.exp(random.between(3, 12))) / mark / fillsHere))
    let left = fillsHere * part + random.pick([0, part])
    held.set(user, (held.get(user) ?? 0) + (left / 10_000) * mark)
    for (let f = 0; f < fillsHere; f++) {
      fills.push(
        JSON.stringify({
          ...{ user, coin, px: String(adl), sz: text(part), side: side > 0 ? 'A' : 'B', time: 1760130964831 },
          ...{ startPosition: text(side * left), dir: 'Auto-Deleveraging', tid: fills.length },
          closedPnl: ((side * part * (adl - mark * random.between(0.8, 1.2))) / 10_000).toFixed(6),
          liquidation: { liquidatedUser: '0xbbb', markPx: String(mark), method: 'backstop' },
        }),
      )
      left -= part
      coins[Number(coin.slice(1))].closed += part
    }
    pair++
  }
  for (let i = fills.length - 1; i > 0; i--) {
    const j = random.whole(0, i)
    ;[fills[i], fills[j]] = [fills[j], fills[i]]
  }
  const equity = [...held].map(([user, notional]) =>
    JSON.stringify({ user, account_value: (notional / random.between(1, 20)).toFixed(6) }),
  )
  return { fills, equity, coins }
}

it.skipIf(process.env.LARGE === undefined)(
  `a crisis in ${SECONDS} s of processor time (seed ${SEED})`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'spillway-large-'))
    try {
      const at = (name: string): string => join(folder, name)
      const { fills, equity, coins } = crisis()
      expect(fills).toHaveLength(FILLS)
      writeFileSync(at('fills.jsonl'), fills.join('\n'))
      writeFileSync(at('equity.jsonl'), equity.join('\n'))
      let seconds = 0
      const run = (...args: string[]) => {
        const hook = `data:text/javascript,${encodeURIComponent(LAST_WORDS)}`
        const { status, stderr } = spawnSync(process.execPath, ['--import', hook, spillway, ...args], {
          encoding: 'utf8',
        })
        const [, used, most] = /used (\d+) (\d+)/.exec(stderr) ?? []
        seconds += Number(used) / 1e6
        console.log(`${args[0]}: ${Number(used) / 1e6} s of processor time, ${Number(most) / 1e3} MB`)
        expect(Number(most) * 1000).toBeLessThan(BYTES)
        return { status, stderr }
      }
      const imported = run('import', 'hyperliquid-fills', at('fills.jsonl'), at('equity.jsonl'), '--out', at('book'))
      expect(imported.status, imported.stderr).toBe(0)
      const record = JSON.parse(readFileSync(at('book/import.json'), 'utf8'))
      expect(record).toMatchObject({ rows: FILLS + ACCOUNTS, kept: FILLS + ACCOUNTS, dropped: [] })
      const demand = readFileSync(at('book/demand.csv'), 'utf8').trim().split('\n').slice(1)
      const asked = new Map(demand.map((line) => [line.split(',')[0], Number(line.split(',')[2])]))
      for (const { coin, closed } of coins) expect(asked.get(coin)).toBeCloseTo(closed / 10_000, 6)
      const files = ['html', 'result', 'certificate'].flatMap((name) => [
        `--${name}`,
        at(name === 'html' ? 'report.html' : `${name}.json`),
      ])
      const verified = run('verify', at('book'), at('book/allocation.csv'), '--accounts', at('accounts.csv'), ...files)
      expect(verified.status, verified.stderr).toBe(1)
      expect(readFileSync(at('accounts.csv'), 'utf8').trim().split('\n')).toHaveLength(ACCOUNTS + 1)
      expect(seconds).toBeLessThan(SECONDS)
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
  300_000,
)
