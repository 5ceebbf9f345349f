import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

/** What ships is written once: no six lines stand in two files, but for what docs/decisions.md says ("Where six equal lines stand twice"). */
const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const RUN = 6

/** Pairs of places, how a run of equal lines may begin there, and why. A folder alone would allow whatever is copied within it. */
const allowed: readonly (readonly [one: RegExp, other: RegExp, first: RegExp, why: string])[] = [
  [
    /^src\/solvers\//,
    /^src\/solvers\//,
    /^(capabilities|module|install|integer|quadratic)/,
    'what a solver takes: facts',
  ],
  [
    /^src\/solvers\/blocks\/active-set/,
    /^src\/solvers\/blocks\/singles/,
    /^(respond\(|prices:)/,
    'two classes, the same calls',
  ],
  [/^models\/policies\/rules\//, /^models\/policies\/rules\//, /^ties: /, 'facts of policies'],
  [
    /^cli\/commands\//,
    /^cli\/commands\//,
    /^(\.addHelpText\(|\.action\(|pathOrStandard\()/,
    'how a command is declared',
  ],
  [/^src\/numeric\/decimal-factor/, /^src\/numeric\/pivoted-factor/, /./, 'one loop in decimals and in doubles'],
  [/^src\/conformance\/cases\//, /^src\/conformance\/cases\//, /^rows: /, 'cases are written out'],
  [/^models\/proof\/claims\//, /^models\/proof\/claims\//, /^}\)$/, 'refusals by name'],
]

interface Line {
  readonly text: string
  readonly at: string
}

/** Lists of imports and of what an index hands on are as long as what they need, and do not count. */
const withoutLists = (text: string): string =>
  text.replace(/^(import|export) [^;=(]*? from '[^']+'$/gm, (list) => list.replace(/[^\n]+/g, ''))

const sources = (folder: string): (readonly [file: string, text: string])[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [relative(root, path).split(sep).join('/'), readFileSync(path, 'utf8')])

/** Where runs of lines begin that stand in two files, `one:line other:line`. */
function repeated(files: readonly (readonly [file: string, text: string])[]): [one: Line, other: Line][] {
  const seen = new Map<string, { readonly file: string; readonly line: Line }>()
  const found: [Line, Line][] = []
  for (const [file, text] of files) {
    const lines = withoutLists(text)
      .split('\n')
      .map((line, n): Line => ({ text: line.trim(), at: `${file}:${n + 1}` }))
      .filter((line) => line.text !== '')
    for (let i = 0; i + RUN <= lines.length; i++) {
      const run = lines.slice(i, i + RUN)
      const key = run.map((line) => line.text).join('\n')
      const first = seen.get(key)
      if (first === undefined) seen.set(key, { file, line: lines[i]! })
      else if (first.file !== file) found.push([first.line, lines[i]!])
    }
  }
  return found
}

const isOf = ([a, b, first]: (typeof allowed)[number], [one, other]: readonly [Line, Line]): boolean =>
  first.test(one.text) && ((a.test(one.at) && b.test(other.at)) || (a.test(other.at) && b.test(one.at)))

describe('equal lines', () => {
  const files = ['src', 'models', 'reports', 'cli', 'web'].flatMap(sources)

  it(`${RUN} of them stand in one file only, or the reason is known`, () => {
    expect(files.length).toBeGreaterThan(500)
    const found = repeated(files).filter((pair) => !allowed.some((entry) => isOf(entry, pair)))
    expect(found.map(([one, other]) => `${one.at} ${other.at} ${one.text}`)).toEqual([])
  })

  it('and each reason is still needed', () => {
    const found = repeated(files)
    const idle = allowed.filter((entry) => !found.some((pair) => isOf(entry, pair)))
    expect(idle.map(([, , , why]) => why)).toEqual([])
  })

  it('the search can fail', () => {
    const lines = ['let a = 1', 'let b = a', '', '  a += b', 'b += a', 'a += 1', 'done(a)'].join('\n')
    expect(
      repeated([
        ['one.ts', lines],
        ['two.ts', `x()\n${lines}`],
      ]).map(([one, other]) => [one.at, other.at]),
    ).toEqual([['one.ts:1', 'two.ts:2']])
    expect(repeated([['one.ts', `${lines}\n${lines}`]])).toEqual([])
  })
})
