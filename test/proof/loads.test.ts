import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const dist = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'dist')

interface Loaded {
  /** Modules as the compiler knows them: the bundler says which ones stand in a file that it has written. */
  readonly ours: readonly string[]
  readonly packages: ReadonlySet<string>
}

const BEFORE = /^(?:import|export|\})[^'"\n]*['"]([^'"\n]+)['"];?$/gm
/** What is loaded once it is needed, too. */
const EVER = /^(?:import|export|\})[^'"\n]*['"]([^'"\n]+)['"];?$|(?<=await |=> |return )import\(['"]([^'"\n]+)['"]\)/gm

/** What built files load before they do anything: the closure of their static imports; or `EVER`. */
function loadedBy(entries: readonly string[], imports = BEFORE): Loaded {
  const files = new Set<string>()
  const ours = new Set<string>()
  const packages = new Set<string>()
  const visit = (file: string): void => {
    if (files.has(file)) return
    files.add(file)
    const text = readFileSync(file, 'utf8')
    const parts = modulesIn(text)
    for (const part of parts.length > 0 ? parts : [relative(dist, file).split(sep).join('/')]) {
      const inlined = /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(part)?.[1]
      if (inlined === undefined) ours.add(part)
      else packages.add(inlined)
    }
    for (const [, target, later] of text.matchAll(imports)) {
      const from = (target ?? later)!
      if (from.startsWith('.')) visit(join(dirname(file), from))
      else packages.add(from)
    }
  }
  for (const entry of entries) visit(join(dist, entry))
  return { ours: [...ours], packages }
}

const modulesIn = (text: string): string[] =>
  [...text.matchAll(/^\/\/(?:#region)? (?:\.\.\/)?([\w@./-]+\.[cm]?js)$/gm)].map(([, part]) => part!)

/** The file of the bundle in which a module stands. */
function bundled(module: string): string {
  const file = readdirSync(join(dist, 'shared'))
    .filter((name) => name.endsWith('.js'))
    .find((name) => modulesIn(readFileSync(join(dist, 'shared', name), 'utf8')).includes(module))
  if (file === undefined) throw new Error(`no file of the bundle has ${module}`)
  return `shared/${file}`
}

const makers = /^(src\/(solvers|solve|language|formats)\/|models\/(objectives|analysis|policies)\/)/
/** Loaded when they are used: charts, property tests, solvers. */
const whenUsed = /^(vega|vega-lite|fast-check|highs|glpk\.js|javascript-lp-solver|yalps|cephes)(\/|$)/
const pools = ['piscina', 'highs', 'glpk.js', 'javascript-lp-solver', 'yalps']

describe('what judges loads nobody who makes plans', () => {
  it.each(['models/proof/check-certificate.js', 'cli/commands/check.js', 'cli/main.js', 'cli/program.js'])(
    '%s',
    (entry) => {
      const { ours, packages } = loadedBy([entry])
      expect(ours.length).toBeGreaterThan(3)
      expect(ours.filter((file) => makers.test(file))).toEqual([])
      expect(pools.filter((name) => packages.has(name))).toEqual([])
    },
  )

  it('nor does the command as it is bundled', () => {
    const { ours, packages } = loadedBy(['cli/main.js', bundled('cli/commands/check.js')])
    expect(ours).toContain('models/proof/check-certificate.js')
    expect(ours.filter((file) => makers.test(file))).toEqual([])
    expect(pools.filter((name) => packages.has(name))).toEqual([])
  })

  it('and no thread pool stands behind it, whenever it would be loaded', () => {
    const { packages } = loadedBy(['models/proof/check-certificate.js'], EVER)
    expect(pools.filter((name) => packages.has(name))).toEqual([])
  })

  it('and the check can fail', () => {
    for (const entry of ['models/analysis/solve.js', bundled('cli/commands/solve.js')]) {
      const { ours, packages } = loadedBy([entry], EVER)
      expect(ours.some((file) => makers.test(file))).toBe(true)
      expect(packages.has('piscina')).toBe(true)
    }
  })
})

describe('what a start costs', () => {
  it.each([
    ['check', () => ['cli/main.js', bundled('cli/commands/check.js')]],
    ['import', () => ['models/index.js']],
  ])('%s: few files, and no package that only some callers need', (_, entries) => {
    const { packages } = loadedBy(entries())
    expect([...packages].filter((name) => !name.startsWith('node:') && whenUsed.test(name))).toEqual([])
  })

  it('the languages of the schema library stay at home', () => {
    const parts = readdirSync(join(dist, 'shared')).flatMap((name) =>
      modulesIn(readFileSync(join(dist, 'shared', name), 'utf8')),
    )
    const library = parts.filter((part) => part.startsWith('node_modules/zod/'))
    expect(library.length).toBeGreaterThan(3)
    expect(library.filter((part) => part.includes('/locales/') && !part.endsWith('/en.js'))).toEqual([])
  })
})
