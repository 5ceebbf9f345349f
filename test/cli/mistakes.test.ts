import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { errorOf, folderWith, goodEvent, poorAllocation, spillwayHere } from './support.js'

const text = (change: object): string => JSON.stringify({ ...goodEvent, ...change })
const [btc, eth] = goodEvent.markets
const [first, ...others] = goodEvent.accounts

const folderFiles = {
  'markets.csv': 'market,markPrice\nBTC,67000\n',
  'accounts.csv': 'account,equity\na,1000\nb,2000\n',
  'positions.csv': 'account,market,quantity\na,BTC,-1\nb,BTC,-1\n',
  'demand.csv': 'market,side,quantity\nBTC,short,1\n',
}

/** Many accounts, and one bad number on line 70,001 of positions.csv. */
function longFolder(): Record<string, string> {
  let accounts = 'account,equity\n'
  let positions = 'account,market,quantity\n'
  for (let line = 2; line <= 70_010; line++) {
    accounts += `n${line},10\n`
    positions += `n${line},BTC,${line === 70_001 ? '-1.2.3' : '-1'}\n`
  }
  return { ...folderFiles, 'accounts.csv': accounts, 'positions.csv': positions }
}

/** Events that must be refused, each one broken in one place: name, content, and what the message must name. */
const events: readonly (readonly [string, string | Record<string, string>, string, string])[] = [
  ['a market that is not listed', text({ markets: [btc] }), 'unknown-market', 'accounts[2].positions[0].market'],
  ['a duplicate account', text({ accounts: [first, first, ...others] }), 'duplicate-account', 'accounts[1].account'],
  ['a negative price', text({ markets: [{ ...btc, markPrice: -1 }, eth] }), '', 'markets[0].markPrice'],
  ['NaN', text({}).replace('67000', 'NaN'), 'malformed-json', 'event.json:1:'],
  [
    'a demand above capacity',
    text({ demand: [{ market: 'BTC', side: 'short', quantity: 21 }] }),
    '',
    'demand[0].quantity',
  ],
  ['a demand of the wrong side', text({ demand: [{ market: 'BTC', side: 'long', quantity: 1 }] }), '', 'demand[0]'],
  ['a side that is none', text({ demand: [{ market: 'BTC', side: 'Short', quantity: 1 }] }), '', 'demand[0].side'],
  ['another format', text({ format: 'spillway/event@9' }), '', 'format'],
  ['an empty file', '', 'malformed-json', 'event.json'],
  ['a misspelt column', { ...folderFiles, 'accounts.csv': 'acount,equity\na,1000\nb,2000\n' }, '', 'accounts.csv'],
  ['a bad number on line 70,001', longFolder(), '', 'positions.csv:70001'],
  [
    'a quote that never ends',
    { ...folderFiles, 'positions.csv': `account,market,quantity\n"a,BTC,-1\n${'b,BTC,-1\n'.repeat(9000)}` },
    '',
    'positions.csv:2',
  ],
  ['a folder without markets', { ...folderFiles, 'markets.csv': '' }, '', 'markets.csv'],
]

describe('a malformed event', () => {
  it.each(events)('%s is refused, and no file is touched', async (_, content, code, place) => {
    const input = await folderWith(typeof content === 'string' ? { 'event.json': content } : content)
    const event = typeof content === 'string' ? join(input, 'event.json') : input
    const folder = await folderWith({ 'old.json': 'as it was' })
    const run = await spillwayHere(['solve', event, '--json', '--out', join(folder, 'old.json')])
    expect(run.status).toBe(2)
    const error = errorOf(run)
    if (code !== '') expect(error.code).toBe(code)
    expect(error.path).toContain(place)
    expect(await readdir(folder)).toEqual(['old.json'])
    expect(await readFile(join(folder, 'old.json'), 'utf8')).toBe('as it was')
    const plain = await spillwayHere(['solve', event])
    expect(plain).toMatchObject({ status: 2, stdout: '' })
    expect(plain.stderr).toContain(error.path)
  })
})

describe('all mistakes of an input', () => {
  it('have a line each that begins with file and line, and stand in `errors`', async () => {
    const csv = await folderWith({
      ...folderFiles,
      'accounts.csv': 'account,equity\na,x\nb,"1,5"\n',
      'positions.csv': 'account,market,quantity\na,BTC,-1\nzed,BTC,-1\n',
    })
    const [account, ...rest] = goodEvent.accounts
    const broken = {
      ...goodEvent,
      accounts: [{ ...account, equty: 1 }, { ...rest[0], equity: null }, ...rest.slice(1)],
    }
    const json = join(await folderWith({ 'event.json': JSON.stringify(broken, undefined, 1) }), 'event.json')
    const places = [
      [csv, ['accounts.csv:2', 'accounts.csv:3', 'positions.csv:3']],
      [json, ['event.json:', 'event.json:']],
    ] as const
    for (const [input, begins] of places) {
      const run = await spillwayHere(['solve', input, '--json'])
      expect(run.status).toBe(2)
      const { error, errors } = JSON.parse(run.stdout) as { error: unknown; errors: readonly { message: string }[] }
      expect(errors[0]).toEqual(error)
      expect(errors.map(({ message }, e) => message.startsWith(begins[e]))).toEqual(begins.map(() => true))
      const lines = run.stderr.split('\n')
      expect(lines.slice(0, errors.length)).toEqual(errors.map(({ message }) => message))
      if (input === json) expect(errors[1].message).toContain('(account "b")')
    }
  })
})

describe('a malformed command line', () => {
  let folder = ''
  let event = ''
  let allocation = ''
  beforeAll(async () => {
    folder = await folderWith({ 'event.json': goodEvent, 'poor.json': poorAllocation, 'off.json': offTheMark })
    event = join(folder, 'event.json')
    allocation = join(folder, 'poor.json')
  })

  const offTheMark = { ...goodEvent, markets: [{ ...btc, adlPrice: 66000 }, eth] }

  /** EVENT, ALLOCATION, FOLDER stand for paths that are fine. */
  const lines: readonly (readonly [string, string, string])[] = [
    ['sovle EVENT', 'unknown-command', 'COMMAND'],
    ['check EVENT ALLOCATION EVENT', 'wrong-format', 'certificate.format'],
    ['solve', 'missing-argument', 'EVENT'],
    ['verify EVENT', 'missing-argument', 'ALLOCATION'],
    ['solve EVENT ALLOCATION', 'excess-argument', 'solve'],
    ['solve EVENT --moves FOLDER', 'unknown-extension', 'spillway-cli-'],
    ['solve EVENT --moves FOLDER/none.csv', 'file-missing', 'none.csv'],
    ['solve EVENT --moves EVENT', 'wrong-format', 'format'],
    ['verify EVENT ALLOCATION --moves EVENT', 'wrong-format', 'format'],
    ['export EVENT --format lp --moves EVENT', 'wrong-format', 'format'],
    ['solve EVENT --loadings FOLDER/none.csv', 'file-missing', 'none.csv'],
    ['solve EVENT --loadings EVENT', 'unknown-extension', 'event.json'],
    ['solve EVENT --confidence 1', 'bad-number', '--confidence'],
    ['verify EVENT ALLOCATION --confidence 0', 'bad-number', '--confidence'],
    ['export EVENT --format lp --confidence 99%', 'bad-number', '--confidence'],
    ['solve EVENT --whole', 'unknown-flag', '--whole'],
    ['verify EVENT ALLOCATION --out FOLDER/new.csv', 'unknown-flag', '--out'],
    ['solve EVENT --json=yes', 'excess-value', '--json'],
    ['solve EVENT --objective', 'missing-value', '--objective'],
    ['solve EVENT --objective cvarr', 'unknown-objective', '--objective'],
    ['solve EVENT --objective squared-leverge', 'unknown-objective', '--objective'],
    ['solve EVENT --solver quadprog', 'unknown-solver', '--solver'],
    ['solve EVENT --solver nobody', 'unknown-solver', '--solver'],
    ['solve EVENT --solver jslp --objective squared-leverage', 'not-expressible', 'quadratic'],
    ['solve EVENT --tolerance small', 'bad-number', '--tolerance'],
    ['solve EVENT --tolerance 1,000', 'bad-number', '--tolerance'],
    ['solve EVENT --tolerance -1', 'bad-number', '--tolerance'],
    ['solve EVENT --tolerance 1', 'bad-number', '--tolerance'],
    ['solve EVENT --tolerance NaN', 'bad-number', '--tolerance'],
    ['solve EVENT --time-limit 0', 'bad-number', '--time-limit'],
    ['solve EVENT --time-limit Infinity', 'bad-number', '--time-limit'],
    ['verify EVENT ALLOCATION --feasibility 2', 'bad-number', '--feasibility'],
    ['solve EVENT --out FOLDER/new.txt', 'unknown-extension', '--out'],
    ['solve EVENT --out FOLDER/new', 'unknown-extension', '--out'],
    ['solve EVENT --out FOLDER/none/new.csv', 'file-missing', '--out'],
    ['solve EVENT --out EVENT', 'overwrites-event', '--out'],
    ['solve FOLDER/none.json', 'file-missing', 'none.json'],
    ['solve FOLDER/none.txt', 'file-missing', 'none.txt'],
    ['verify EVENT FOLDER/none.csv', 'file-missing', 'none.csv'],
    ['verify EVENT EVENT', 'wrong-format', 'format'],
    ['export EVENT', 'missing-flag', '--format'],
    ['export EVENT --format nobody', 'unknown-format', '--format'],
    ['export EVENT --format glpk --objective squared-leverage', 'not-expressible', 'quadratic'],
    ['export FOLDER/off.json --format lp', 'not-expressible', 'markets.BTC.adlPrice'],
    ['list EVENT', 'excess-argument', 'list'],
  ]

  it.each(lines)('spillway %s', async (line, code, place) => {
    const [command, ...args] = line
      .split(' ')
      .map((word) => word.replace('EVENT', event).replace('ALLOCATION', allocation).replace('FOLDER', folder))
    const before = await readFile(event, 'utf8')
    const run = await spillwayHere([command!, '--json', ...args])
    expect(run.status).toBe(2)
    const error = errorOf(run)
    expect(error.code).toBe(code)
    expect(error.path).toContain(place)
    expect((await readdir(folder)).sort()).toEqual(['event.json', 'off.json', 'poor.json'])
    expect(await readFile(event, 'utf8')).toBe(before)
  })

  it('without anything is the help', async () => {
    const run = await spillwayHere([])
    expect(run).toMatchObject({ status: 0, stderr: '' })
    expect(run.stdout).toBe((await spillwayHere(['--help'])).stdout)
  })

  it('suggests the nearest name', async () => {
    expect((await spillwayHere(['solve', event, '--objective', 'squared-leverge'])).stderr).toContain(
      '"squared-leverage"?',
    )
    expect((await spillwayHere(['solve', event, '--tolerence', '1'])).stderr).toContain('Did you mean --tolerance?')
    expect((await spillwayHere(['verfy'])).stderr).toContain('"verify"')
  })
})
