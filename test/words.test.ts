import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

/** One word for one thing, the field's where it has one: code, comments and pages are searched for the private ones. */
const root = join(dirname(fileURLToPath(import.meta.url)), '..')

interface Word {
  readonly avoid: RegExp
  readonly say: string
  /** Lines where the word is a field or code of the published formats, or means something else. */
  readonly but?: RegExp
}

const words: readonly Word[] = [
  { avoid: /\broads?\b|\btravel(s|led|ling)?\b|\btrips?\b/i, say: 'method, pipeline, run', but: /round.?trip/i },
  {
    avoid: /\bengines?\b/i,
    say: 'solver',
    but: /'engine'|"engine"|[.]engines[.]node|`engine`|engine-failed|"engines"|`engines`|`--engines|hyperliquid-risk-engine|JavaScript engine|matching engine|risk engine/i,
  },
  {
    avoid: /\bmultipliers(Of\w+)?\b/,
    say: 'duals',
    // The field of certificates and of combined steps, and the numbers read from it.
    but: /^test\/.*(\bmultipliers: |\.multipliers\b)|^test\/proof\/.*(\bmultipliers\[|'bad-evidence multipliers')|forgeries|squares|tangents|lot-levels|linear-proof|vipr|define-objective|squared-leverage|certificate|write-your-own|multipliers\b.*(Farkas|Lagrange)/,
  },
  { avoid: /\bwhole columns?\b/i, say: 'integer variable' },
  { avoid: /\btail ?means?\b/i, say: 'CVaR' },
  { avoid: /\b(implied)?boxes\b/, say: 'bounds', but: /a box|boxes of|html/i },
  { avoid: /\bbluntness\b|\bsharpened\b|\broughness\b/i, say: 'residual, refined' },
  { avoid: /\bmend(s|ed|ing)?\b/i, say: 'repair, correct' },
  { avoid: /\bhears?\b|\bheard\b/i, say: 'onRemark, is given' },
  { avoid: /\bwitness(es)?\b|\bfor[- ]ever\b|\bendless(ly)?\b/i, say: 'certificate, is unbounded, recession ray' },
  { avoid: /\bwish(es|ed)?\b|\bengine's word\b/i, say: 'requested, settings to try, reported status' },
  { avoid: /\bdoors?\b/i, say: 'validation, boundary' },
  { avoid: /\bjudgements?\b|\brulings?\b/i, say: 'analysis, verdict' },
  { avoid: /\bsettle(All|d)?\(/, say: 'apportion, classify' },
  {
    avoid: /\bmeasure[A-Z]\w*|\b[a-z]+Measured?\b|\binterface Measured?s?\b/,
    say: 'risk measure only',
    but: /MeasureName/,
  },
  { avoid: /\btold\b(?! apart)|\bToldError\b/i, say: 'given, message' },
  // The field `says` of remarks is published; what else a function takes is a message, a sentence, a note.
  { avoid: /\(says(: string)?\)( =>|: )|\[\w+, says\]/, say: 'message, sentence' },
  { avoid: /\bstrangers?\b/i, say: 'unknown name' },
  { avoid: /\bbystanders?\b/i, say: 'ineligible accounts' },
  {
    avoid: /\bmasses\b|\bslivers?\b/i,
    say: 'scenario weights, narrow tails',
    but: /proof\/losses\/evidence|certificate\.md|^test\/.*(\bmasses: |\.masses\b|\{ masses \}|\(masses\))/,
  },
  { avoid: /\bExactSum\b/, say: 'compensated sum' },
  // In comments and on pages; a field of problems under normal moves has the name.
  {
    avoid:
      /^\s*(\*|\/\/|\/\*\*).*\blaws?\b|^(?!\s*(import|const|export|it|describe|test)\b)[A-Z*|-].*\b(any|a|no|normal|singular|joint) laws?\b/,
    say: 'distribution, property test',
    but: /^test\/|law-invariant/,
  },
  {
    avoid:
      /\bplace[A-Z]\w*\(|\b[pP]laced\b|\bleadingPlace\b|\bplacesOf\b|\bplaces?(\[|\.(get|set|has|push|map|forEach)\b)/,
    say: 'match, index, entry, standing, path; a place is where an input stands',
    // What stands in several rows of an input has several places.
    but: /models\/importers|stands in .*places/,
  },
]

interface Line {
  /** File and number, and the text. */
  readonly at: string
  readonly text: string
}

const linesOf = (folder: string, ending: string): Line[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name))
    .flatMap((path) =>
      readFileSync(path, 'utf8')
        .split('\n')
        .map((text, n) => ({ at: `${relative(root, path).split(sep).join('/')}:${n + 1}`, text })),
    )

/** The pages of the root; the changelog may name what was renamed. */
function pagesAtTheTop(): Line[] {
  return readdirSync(root)
    .filter((name) => name.endsWith('.md') && name !== 'CHANGELOG.md')
    .flatMap((name) =>
      readFileSync(join(root, name), 'utf8')
        .split('\n')
        .map((text, n) => ({ at: `${name}:${n + 1}`, text })),
    )
}

const isAgainst = ({ avoid, but }: Word, { at, text }: Line): boolean =>
  avoid.test(text) && !(but?.test(`${at}: ${text}`) ?? false)

const code = ['src', 'models', 'reports', 'cli', 'web', 'examples', 'benchmarks', 'test']
  .flatMap((folder) => [...linesOf(folder, '.ts'), ...linesOf(folder, '.mjs')])
  .filter(({ at }) => !at.startsWith('test/words.test.ts:'))
const pages = [...linesOf('docs', '.md'), ...linesOf('web', '.md'), ...pagesAtTheTop()]

describe.each([
  ['code', code],
  ['pages', pages],
] as const)('%s', (_, lines) => {
  it.each(words.map((word): [string, Word] => [word.say, word]))('say %s', (_say, word) => {
    expect(lines.length).toBeGreaterThan(1000)
    const found = lines.filter((line) => isAgainst(word, line))
    expect(found.map(({ at, text }) => `${at}: ${text.trim()}`)).toEqual([])
  })
})

describe('the search can fail', () => {
  it.each([
    'a second road to it',
    'the engine runs',
    'multipliersOfRisk(x)',
    'the tail mean',
    'it falls for ever',
    'measureAllocation(x)',
    'what it was told',
    'const row = place[column]',
    ' * whatever the law of the moves',
  ])('%s', (text) => {
    expect(words.some((word) => isAgainst(word, { at: 'src/x.ts:1', text }))).toBe(true)
  })

  it('and lets good words pass', () => {
    for (const text of ['cannot be told apart', "fault: 'engine'", 'a round trip', 'a risk measure']) {
      expect(words.filter((word) => isAgainst(word, { at: 'src/x.ts:1', text }))).toEqual([])
    }
  })
})
