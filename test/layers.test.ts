import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

/** Who may import whom: the table of the design, kept true by reading every import. */
const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** What every room says its errors, reads its texts and validates its inputs with. */
const boundary = ['src/errors.ts', 'src/names.ts', 'src/validation.ts', 'src/without-mark.ts']

/** The rooms of src, entered by their index only. */
const rooms = [
  'canonical',
  'certificates',
  'closed-forms',
  'diagnosis',
  'formats',
  'language',
  'numeric',
  'solve',
  'solvers',
].map((room) => `src/${room}/index.ts`)

/** The rooms of models, by the index of each. */
const modelRooms = ['analysis', 'book', 'importers', 'moves', 'objectives', 'policies', 'proof', 'simulation'].map(
  (room) => `models/${room}/index.ts`,
)

/**
 * By place, the longest that fits a file: what it may import besides its own folder. `engine` stands for packages (an
 * adapter's own), `library` for the packages that a folder is known to need; built-in modules of Node are free to all but
 * the mathematics, which computes and does nothing else.
 */
const table: Record<string, { readonly may: readonly string[]; readonly packages?: readonly string[] }> = {
  'src/error-codes.ts': { may: [] },
  'src/errors.ts': { may: ['src/error-codes.ts'] },
  'src/names.ts': { may: [] },
  'src/without-mark.ts': { may: [] },
  'src/validation.ts': { may: ['src/errors.ts', 'src/names.ts'], packages: ['zod'] },
  'src/numeric': { may: ['src/errors.ts', 'src/validation.ts'], packages: ['fraction.js', 'pure-rand'] },
  'src/language': { may: ['src/numeric', ...boundary] },
  'src/canonical': { may: ['src/numeric', 'src/errors.ts', 'src/validation.ts'] },
  'src/canonical/canonical.ts': { may: ['src/language'] },
  'src/canonical/canonicalize.ts': {
    may: ['src/language', 'src/numeric', 'src/errors.ts', 'src/validation.ts'],
  },
  'src/formats': { may: ['src/canonical', 'src/numeric', ...boundary] },
  // A derivation for other people's checkers states what a proof of ours holds.
  'src/formats/vipr.ts': { may: ['src/certificates/linear-proof.ts', 'src/numeric', 'src/errors.ts'] },
  'src/solvers': {
    may: ['src/formats', 'src/canonical', 'src/numeric', 'src/errors.ts'],
    packages: ['highs', 'glpk.js', 'javascript-lp-solver', 'yalps', 'scs-solver', 'piscina', 'node:'],
  },
  'src/closed-forms': { may: ['src/numeric', 'src/errors.ts'] },
  'src/certificates': { may: ['src/canonical', 'src/numeric', 'src/errors.ts'], packages: ['fraction.js'] },
  // Every hop of one solve; independent of the closed forms that check it.
  'src/solve': {
    may: [
      'src/canonical',
      'src/certificates',
      'src/formats',
      'src/language',
      'src/numeric',
      'src/solvers',
      'src/errors.ts',
      'src/names.ts',
      'src/validation.ts',
    ],
  },
  // Why a program has no optimum; asks the solve, and is asked by nobody in it.
  'src/diagnosis': {
    may: ['src/canonical', 'src/certificates', 'src/formats', 'src/language', 'src/numeric', 'src/solve', ...boundary],
  },
  // Cases for solvers, solved as callers would solve them.
  'src/conformance': {
    may: ['src/canonical', 'src/numeric', 'src/solve', 'src/solvers', 'src/errors.ts', 'src/names.ts'],
  },
  // The face: anything in src.
  src: { may: ['src'] },
  'models/book': {
    may: ['src/numeric/index.ts', ...boundary],
    packages: ['hyparquet', 'hyparquet-compressors', 'csv-parse', 'csv-stringify', 'zod', 'node:'],
  },
  'models/importers': {
    may: ['models/book', 'src/numeric/index.ts', ...boundary],
    packages: ['csv-parse', 'zod', 'node:'],
  },
  'models/moves': {
    may: ['models/book', 'src/numeric/index.ts', ...boundary],
    packages: ['zod', 'node:', 'ml-matrix', 'cephes'],
  },
  'models/objectives': {
    may: ['models/book', 'models/moves', 'models/proof', ...rooms, ...boundary],
  },
  // Who judges a plan of an event knows nobody who makes one.
  'models/proof': {
    may: ['models/book', 'models/moves', 'src/numeric/index.ts', 'src/certificates/index.ts', ...boundary],
  },
  // Hashes, besides decimals.
  'models/proof/receipts': {
    may: ['models/proof', 'models/book', 'src/numeric/index.ts', ...boundary],
    packages: ['node:'],
  },
  'models/policies': {
    may: ['models/book', 'models/moves', 'models/objectives', 'models/proof', ...rooms, ...boundary],
    packages: ['pure-rand'],
  },
  'models/analysis': {
    may: [
      'models/book',
      'models/moves',
      'models/objectives',
      'models/policies',
      'models/proof',
      'models/version.ts',
      ...rooms,
      ...boundary,
    ],
    packages: ['fast-check'],
  },
  // Where comparisons leave the thread; a page has a stand-in for it.
  'models/analysis/compare/threads': {
    may: ['models/analysis', 'models/book', 'models/objectives', 'models/policies', ...rooms],
    packages: ['node:'],
  },
  'models/simulation': {
    may: [
      'models/analysis',
      'models/book',
      'models/moves',
      'models/objectives',
      'models/policies',
      'models/proof',
      'models/version.ts',
      ...rooms,
      ...boundary,
    ],
    packages: ['zod', 'node:'],
  },
  'models/version.ts': { may: [], packages: ['node:'] },
  models: { may: ['models', ...rooms, ...boundary] },
  // What an answer says, as data and in words; what draws and prints it stands in `cli`.
  reports: { may: ['models/index.ts'] },
  // By the two faces of the library, or by the index of a room for what no face shows, and where a command shall not load all.
  cli: {
    may: ['reports', 'models/index.ts', ...modelRooms, 'models/version.ts', 'src/index.ts', ...rooms, ...boundary],
    packages: ['*'],
  },
  // What stands for a file of a room, in a browser, needs what that file needs.
  web: { may: ['src', 'models'], packages: ['built:', 'highs', '@noble/hashes', 'node:'] },
}

interface Import {
  readonly file: string
  readonly target: string
}

const within = (file: string, place: string): boolean => file === place || file.startsWith(`${place}/`)

/** The folder a file belongs to: it may always import its neighbours there. */
const roomOf = (file: string): string | undefined =>
  Object.keys(table)
    .filter((place) => within(file, place))
    .sort((a, b) => b.length - a.length)[0]

/** Why an import is against the table; undefined where it is not. */
function complaint({ file, target }: Import): string | undefined {
  const room = roomOf(file)
  if (room === undefined) return `${file} stands in no folder of the table`
  const { may, packages = [] } = table[room]
  const isOurs = ['src', 'models', 'reports', 'cli', 'web'].some((room) => within(target, room))
  const allowed = isOurs
    ? within(target, room) || within(target, folderOf(room)) || may.some((other) => within(target, other))
    : packages.some(
        (name) =>
          name === '*' ||
          target === name ||
          target.startsWith(`${name}/`) ||
          (name.endsWith(':') && target.startsWith(name)),
      )
  return allowed ? undefined : `${file} may not import ${target}`
}

/** A file with a line of its own still lives in its folder. */
const folderOf = (place: string): string =>
  place.endsWith('.ts') && place.split('/').length > 2 ? dirname(place) : place

/** Everything that a text imports: static, dynamic, re-exported and in types. */
function importsOf(file: string, text: string): Import[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
  const found = [...code.matchAll(/(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)'([^']+)'/g)].map((match) => match[1])
  return found.map((target) => ({
    file,
    target: target.startsWith('.')
      ? normalize(join(dirname(file), target))
          .split(sep)
          .join('/')
          .replace(/\.js$/, '.ts')
      : target,
  }))
}

const sources = (folder: string): { file: string; text: string }[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ file: relative(root, path).split(sep).join('/'), text: readFileSync(path, 'utf8') }))

const existing = ['src', 'models', 'reports', 'cli', 'web'].filter((folder) => readdirSync(root).includes(folder))

/** Words that a layer does not know. */
const strange: Record<string, RegExp> = {
  src: /\b(positions?|accounts?|leverages?|exchanges?|venues?)\b/i,
  models: /\b(highs|clarabel|glpk|jslp|yalps|scs)\b/i,
}

describe('layers', () => {
  it.each(existing)('%s: every import is in the table', (folder) => {
    const files = sources(folder)
    const imports = files.flatMap(({ file, text }) => importsOf(file, text))
    expect(files.length).toBeGreaterThan(folder === 'reports' ? 2 : 5)
    expect(imports.length).toBeGreaterThan(files.length)
    expect(imports.map(complaint).filter((found) => found !== undefined)).toEqual([])
  })

  it.each(Object.keys(strange))('%s does not speak the language of other layers', (folder) => {
    const spoken = sources(folder).flatMap(({ file, text }) =>
      text.split('\n').flatMap((line, n) => (strange[folder].test(line) ? [`${file}:${n + 1}: ${line.trim()}`] : [])),
    )
    expect(spoken).toEqual([])
  })

  it('nothing that ships imports tests, benchmarks or examples', () => {
    const imports = existing.flatMap(sources).flatMap(({ file, text }) => importsOf(file, text))
    expect(imports.filter(({ target }) => /^(\.\.|test|benchmarks|examples)\//.test(target))).toEqual([])
  })
})

/** Every set of files each of which imports, in the end, itself: the strongly connected components (Tarjan 1972) of two files or more. */
function circlesOf(imports: readonly Import[]): string[][] {
  const targets = new Map<string, string[]>()
  for (const { file, target } of imports) targets.set(file, [...(targets.get(file) ?? []), target])
  const index = new Map<string, number>()
  const open: string[] = []
  const circles: string[][] = []
  const visit = (file: string): number => {
    index.set(file, index.size)
    let least = index.get(file)!
    open.push(file)
    for (const target of targets.get(file) ?? []) {
      if (!index.has(target)) least = Math.min(least, visit(target))
      else if (open.includes(target)) least = Math.min(least, index.get(target)!)
    }
    if (least === index.get(file)) {
      const circle = open.splice(open.indexOf(file))
      if (circle.length > 1 || targets.get(file)?.includes(file)) circles.push(circle.sort())
    }
    return least
  }
  for (const file of targets.keys()) if (!index.has(file)) visit(file)
  return circles
}

describe('circles of imports', () => {
  const imports = existing.flatMap(sources).flatMap(({ file, text }) => importsOf(file, text))

  it('there are none but that of the language, whose words are defined by each other', () => {
    const circles = circlesOf(imports)
    expect(circles.filter((circle) => !circle.every((file) => within(file, 'src/language')))).toEqual([])
    expect(circles.length).toBeGreaterThan(0)
  })

  it('and the check can fail', () => {
    const back: Import = { file: 'src/errors.ts', target: 'src/solve/solve-form.ts' }
    const circles = circlesOf([...imports, back])
    expect(circles.some((circle) => circle.includes('src/solve/solve-form.ts'))).toBe(true)
    expect(circlesOf([{ file: 'a.ts', target: 'a.ts' }])).toEqual([['a.ts']])
  })
})

describe('sizes', () => {
  it('a file above three hundred lines says why at its top', () => {
    const long = existing.flatMap(sources).filter(({ text }) => text.split('\n').length > 301)
    expect(long.length).toBeGreaterThan(0)
    const silent = long.filter(({ text }) => !text.startsWith('// Above three hundred lines: '))
    expect(silent.map(({ file }) => file)).toEqual([])
  })
})

describe('the check of layers can fail', () => {
  it.each([
    ['src/closed-forms/x.ts', "import { solveForm } from '../solve/solve-form.js'", 'src/solve/solve-form.ts'],
    [
      'src/certificates/x.ts',
      "import { waterFill } from '../closed-forms/water-fill.js'",
      'src/closed-forms/water-fill.ts',
    ],
    ['src/certificates/x.ts', "const { solver } = await import('../solvers/highs.js')", 'src/solvers/highs.ts'],
    ['src/canonical/outcome.ts', "import type { Program } from '../language/program.js'", 'src/language/program.ts'],
    ['src/numeric/x.ts', "export * from '../language/index.js'", 'src/language/index.ts'],
    ['src/language/x.ts', "import 'node:fs'", 'node:fs'],
    ['src/formats/x.ts', "import start from 'highs'", 'highs'],
    ['models/objectives/x.ts', "import { judge } from '../analysis/methods.js'", 'models/analysis/methods.ts'],
    [
      'models/objectives/x.ts',
      "import { levelBound } from '../../src/certificates/level-bound.js'",
      'src/certificates/level-bound.ts',
    ],
    ['models/proof/x.ts', "import { solveForm } from '../../src/solve/index.js'", 'src/solve/index.ts'],
    ['models/analysis/x.ts', "import { solveForm } from '../../src/index.js'", 'src/index.ts'],
    ['models/analysis/x.ts', "import { solveForm } from '../../src/solve/solve-form.js'", 'src/solve/solve-form.ts'],
    [
      'models/proof/x.ts',
      "import { minMaxLeverage } from '../objectives/min-max-leverage.js'",
      'models/objectives/min-max-leverage.ts',
    ],
    ['models/book/x.ts', "import { minMaxLeverage } from '../objectives/index.js'", 'models/objectives/index.ts'],
    ['cli/x.ts', "import { runMethod } from '../models/analysis/methods.js'", 'models/analysis/methods.ts'],
    ['src/index.ts', "export * from '../models/index.js'", 'models/index.ts'],
  ])('%s: %s', (file, text, target) => {
    const imports = importsOf(file, text)
    expect(imports).toEqual([{ file, target }])
    expect(imports.map(complaint)).toEqual([`${file} may not import ${target}`])
  })

  it('and it lets good ones pass', () => {
    const text =
      "import type { A } from './a.js'\nimport {\n  b,\n} from '../numeric/b.js'\n// import 'highs'\n/* from 'x' */"
    const imports = importsOf('src/closed-forms/x.ts', text)
    expect(imports.map(({ target }) => target)).toEqual(['src/closed-forms/a.ts', 'src/numeric/b.ts'])
    expect(imports.map(complaint)).toEqual([undefined, undefined])
  })

  it('finds private words, and only whole ones', () => {
    expect('one row per account').toMatch(strange.src!)
    expect('composition of disposition').not.toMatch(strange.src!)
    expect("solver: 'highs'").toMatch(strange.models!)
    expect('the highest level').not.toMatch(strange.models!)
  })
})
