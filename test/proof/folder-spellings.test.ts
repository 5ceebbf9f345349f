import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readEvent } from 'spillway'
import { afterAll, describe, expect, it } from 'vitest'
import { skipUnless } from '../notes.js'
import { hasPython, python } from '../python.js'

/**
 * CSV folders written in every way that people and programs write them: what `readEvent` reads, `examples/adl_files.py` reads with the same digest,
 * and what one refuses the other refuses.
 */
const base = {
  'markets.csv': 'market,markPrice,adlPrice,lotSize,factorLoading\nBTC,100,99.5,0.5,1\nETH,20,,,\n',
  'accounts.csv': 'account,equity\na,310\nb,700\n"c,""q""",5\n',
  'positions.csv': 'account,market,quantity,entryPrice\na,BTC,-10,80\nb,BTC,-11,\nb,ETH,30,\n"c,""q""",BTC,-2,\n',
  'demand.csv': 'market,side,quantity\nBTC,short,9\n',
}
type Folder = Readonly<Record<string, string | undefined>>

const lines = (text: string, of: (line: string, index: number) => string): string =>
  text
    .split('\n')
    .map((line, index) => (line === '' ? line : of(line, index)))
    .join('\n')
const quoted = (line: string): string => `"${line.split(',').join('","')}"`
const firstCell = /\n([^,"]*)/
const wholeCell = /,(\d+)(,|\n)/

const ways: Readonly<Record<string, (text: string) => string>> = {
  'CR LF': (text) => text.replaceAll('\n', '\r\n'),
  'CR alone': (text) => text.replaceAll('\n', '\r'),
  'a byte order mark': (text) => `\ufeff${text}`,
  'two byte order marks': (text) => `\ufeff\ufeff${text}`,
  'no last line feed': (text) => text.slice(0, -1),
  'blank lines at the end': (text) => `${text}\n\n`,
  'a blank line inside': (text) => text.replace('\n', '\n\n'),
  'a blank line first': (text) => `\n${text}`,
  'a line of blanks': (text) => `${text}   \n`,
  semicolons: (text) => text.replaceAll(',', ';'),
  tabs: (text) => text.replaceAll(',', '\t'),
  'a blank in the header': (text) => text.replace(',', ', '),
  'a header in capitals': (text) => text.replace(/^[^\n]*/, (header) => header.toUpperCase()),
  'a quoted header': (text) => text.replace(/^[^\n]*/, quoted),
  'quoted cells': (text) => lines(text, (line) => (line.includes('"') ? line : quoted(line))),
  'columns turned': (text) => lines(text, (line) => (line.includes('"') ? line : line.split(',').reverse().join(','))),
  'a column that nobody knows': (text) => lines(text, (line, index) => line + (index === 0 ? ',zzz' : ',1')),
  'a column without a name': (text) => lines(text, (line) => `${line},`),
  'a column twice': (text) => lines(text, (line) => line.replace(/^([^,"]*|"c,""q""")/, '$1,$1')),
  'a cell more': (text) => lines(text, (line, index) => (index === 1 ? `${line},` : line)),
  'a cell less': (text) => lines(text, (line, index) => (index === 1 ? line.replace(/,[^,]*$/, '') : line)),
  'a row twice': (text) => `${text}${text.split('\n')[1]}\n`,
  'a quote that stays open': (text) => text.replace(firstCell, '\n"$1'),
  'a quote inside': (text) => text.replace(/\n([^,"])/, '\n$1"'),
  'something behind a quote': (text) => text.replace(firstCell, '\n"$1"x'),
  'a blank before a name': (text) => text.replace('\n', '\n '),
  'a blank behind a name': (text) => text.replace(firstCell, '\n$1 '),
  'a blank behind a number': (text) => text.replace(wholeCell, ',$1 $2'),
  'no character': (text) => text.replace('\n', '\n\0'),
  'a blank that is none': (text) => text.replace('\n', '\n\u00a0'),
  'a separator of lines': (text) => text.replace(firstCell, '\n$1\u2028'),
  'a line feed in a name': (text) => text.replace(firstCell, '\n"$1\nx"'),
  nothing: () => '',
  'a header only': (text) => `${text.split('\n')[0]}\n`,
  'a sign': (text) => text.replace(/,(\d)/, ',+$1'),
  'an exponent': (text) => text.replace(wholeCell, ',$1e0$2'),
  'a long exponent': (text) => text.replace(wholeCell, ',$1e0000$2'),
  'a comma in a number': (text) => text.replace(wholeCell, ',"1,000"$2'),
  'the word null': (text) => text.replace(wholeCell, ',null$2'),
}

const folders: Readonly<Record<string, Folder>> = {
  'as it is': base,
  ...Object.fromEntries(
    Object.entries(base).flatMap(([name, text]) =>
      Object.entries(ways).map(([what, of]) => [`${name}: ${what}`, { ...base, [name]: of(text) }]),
    ),
  ),
  ...Object.fromEntries(
    ['__proto__', 'constructor', 'true', '1'].map((market) => [
      `a market called ${market}`,
      Object.fromEntries(Object.entries(base).map(([name, text]) => [name, text.replaceAll('BTC', market)])),
    ]),
  ),
  'no demand': { ...base, 'demand.csv': undefined },
  ...Object.fromEntries(
    ['demands.csv', 'Demand.CSV', 'demand.txt', 'my-demand.csv', 'dem.csv', 'account.csv'].map((name) => [
      `a file called ${name}`,
      { ...base, 'demand.csv': undefined, [name]: base['demand.csv'] },
    ]),
  ),
  ...Object.fromEntries(
    [
      '2025-10-10',
      '2025-10-10T24:00Z',
      '2025-10-10T24:01Z',
      '2025-02-29',
      '2024-02-29T23:59+05:30',
      '1.5e12',
      '10/10/2025',
    ].map((moment) => [
      `opened at ${moment}`,
      { ...base, 'accounts.csv': `account,equity,openedAt\na,310,${moment}\nb,700,\n"c,""q""",5,\n` },
    ]),
  ),
  ...Object.fromEntries(
    ['true', 'false', 'TRUE', 'yes', '1'].map((flag) => [
      `exempt: ${flag}`,
      { ...base, 'accounts.csv': `account,equity,exempt\na,310,${flag}\nb,700,\n"c,""q""",5,\n` },
    ]),
  ),
}

const DRIVER = `
import json, sys
sys.path.insert(0, sys.argv[1])
import check_certificate as c
for path in sys.stdin.read().split("\\n"):
    try:
        print(json.dumps(c.read_event(path).digest))
    except c.FAULTS as reason:
        print(json.dumps(f"refused: {reason}"))
`

const scratch = mkdtempSync(join(tmpdir(), 'spillway-folders-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

describe('folders of CSV files', () => {
  skipUnless(hasPython, 'there is no python3')
  it('are read alike by the checker in Python', async () => {
    const paths = Object.values(folders).map((files, i) => {
      const path = join(scratch, String(i))
      mkdirSync(path)
      for (const [name, text] of Object.entries(files)) if (text !== undefined) writeFileSync(join(path, name), text)
      return path
    })
    const examples = join(import.meta.dirname, '../../examples')
    const run = spawnSync(python!, ['-c', DRIVER, examples], { input: paths.join('\n'), encoding: 'utf8' })
    expect(run.stderr).toBe('')
    const theirs = run.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as string)
    const ours = await Promise.all(
      paths.map(async (path) => {
        try {
          return (await readEvent(path)).digest()
        } catch (error) {
          return `refused: ${(error as { code?: string }).code}`
        }
      }),
    )
    expect(ours.filter((own) => own.startsWith('sha256:')).length).toBeGreaterThan(40)
    const differing = Object.keys(folders).flatMap((what, i) => {
      const [own, other] = [ours[i]!, theirs[i]!]
      return own === other || (own.startsWith('refused') && other.startsWith('refused'))
        ? []
        : [`${what}: ${own}, Python ${other}`]
    })
    expect(differing).toEqual([])
  }, 120_000)
})
