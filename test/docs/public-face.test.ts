import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as spillway from 'spillway'
import * as conformance from 'spillway/conformance'
import * as modeling from 'spillway/modeling'
import { describe, expect, it } from 'vitest'

/** The two faces of the package, read from the sources: what an editor shows of each name, and that no name means two things. */
const root = join(dirname(fileURLToPath(import.meta.url)), '../..')

interface Declared {
  readonly file: string
  readonly name: string
  /** The comment above the declaration; empty where there is none. */
  readonly comment: string
}

const texts = new Map<string, string>()
function textOf(file: string): string {
  const known = texts.get(file)
  if (known !== undefined) return known
  const text = readFileSync(join(root, file), 'utf8')
  texts.set(file, text)
  return text
}

const targetOf = (file: string, target: string): string =>
  normalize(join(dirname(file), target))
    .replaceAll('\\', '/')
    .replace(/\.js$/, '.ts')

const DECLARATION =
  /(\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?export (?:abstract |async |declare )*(?:type|interface|class|function\*?|const) (\w+)/g

/** What a file exports, by name, wherever it is declared. */
function exportsOf(file: string): Map<string, Declared> {
  const text = textOf(file)
  const found = new Map<string, Declared>()
  for (const [, comment = '', name] of text.matchAll(DECLARATION)) {
    // Of overloads the first one is shown.
    if (!found.has(name!)) found.set(name!, { file, name: name!, comment })
  }
  for (const [, comment = '', name, target] of text.matchAll(
    /(\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?export \* as (\w+) from '([^']+)'/g,
  )) {
    found.set(name!, { file: targetOf(file, target!), name: '*', comment })
  }
  for (const [, target] of text.matchAll(/^export (?:type )?\* from '([^']+)'/gm)) {
    for (const [name, declared] of exportsOf(targetOf(file, target!))) found.set(name, declared)
  }
  for (const [, list, target] of text.matchAll(/^export (?:type )?\{([^}]*)\}(?: from '([^']+)')?/gm)) {
    for (const [inside, outside] of namesIn(list!)) {
      const from = target ?? importOf(text, inside)
      const declared = from === undefined ? declaredIn(file, inside) : exportsOf(targetOf(file, from)).get(inside)
      if (declared === undefined) throw new Error(`${file} exports ${outside}, which is declared nowhere`)
      found.set(outside, declared)
    }
  }
  return found
}

const namesIn = (list: string): [inside: string, outside: string][] =>
  list
    .split(',')
    .map((part) => part.trim().replace(/^type /, ''))
    .filter((part) => part !== '')
    .map((part) => {
      const [inside, outside] = part.split(' as ')
      return [inside!, outside ?? inside!]
    })

function importOf(text: string, name: string): string | undefined {
  return [...text.matchAll(/^import (?:type )?\{([^}]*)\} from '(\.[^']+)'/gm)].find(([, list]) =>
    namesIn(list!).some(([, here]) => here === name),
  )?.[2]
}

function declaredIn(file: string, name: string): Declared | undefined {
  const declaration = new RegExp(
    `(/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/\\n)?(?:export )?(?:async )?(?:type|interface|class|function|const) ${name}\\b`,
  )
  const match = declaration.exec(textOf(file))
  return match === null ? undefined : { file, name, comment: match[1] ?? '' }
}

/** Files of ours, as a reader elsewhere cannot open them; pages of docs and files of the user's are no such thing. */
const INTERNAL = /`?[\w/-]+\.ts`?\b/

const faces = {
  spillway: exportsOf('models/index.ts'),
  'spillway/modeling': exportsOf('src/index.ts'),
  'spillway/conformance': exportsOf('src/conformance/index.ts'),
}

describe.each(Object.entries(faces))('%s', (_, face) => {
  it('every export says what it is', () => {
    expect(face.size).toBeGreaterThan(4)
    const silent = [...face].filter(([, { comment }]) => comment === '')
    expect(silent.map(([name, { file }]) => `${name} (${file})`)).toEqual([])
  })

  it('and names no file of the sources', () => {
    const inside = [...face].filter(([, { comment }]) => INTERNAL.test(comment))
    expect(inside.map(([name, { file }]) => `${name} (${file})`)).toEqual([])
  })
})

describe('a name', () => {
  it('means one thing in both faces', () => {
    const shared = [...faces['spillway/modeling']].filter(([name, { file }]) => {
      const other = faces.spillway.get(name)
      return other !== undefined && other.file !== file
    })
    expect(shared.map(([name]) => name)).toEqual([])
  })
})

describe('the page of the library', () => {
  const [, ...parts] = readFileSync(join(root, 'docs/library.md'), 'utf8').split(/^## /m)
  const listed = (part: string): string[] => [...part.matchAll(/`(\w+)`/g)].map(([, name]) => name!)

  it.each([
    ['spillway', spillway],
    ['spillway/modeling', modeling],
    ['spillway/conformance', conformance],
  ])('has all that %s exports, and nothing else', (title, face) => {
    const part = parts.find((text) => text.startsWith(`\`${title}\`\n`))!
    const there = new Set(listed(part).filter((name) => name !== 'spillway'))
    expect([...there].sort()).toEqual(Object.keys(face).sort())
  })
})

describe('the reading of the sources can fail', () => {
  it('sees comments and their absence', () => {
    expect(faces['spillway/modeling'].get('Program')?.comment).toContain('An optimization program')
    expect([...'export interface Bare {}'.matchAll(DECLARATION)].map(([, comment]) => comment)).toEqual([undefined])
    expect('see `solvers/runner.ts`').toMatch(INTERNAL)
    expect('see docs/compare.md, and index.tsx').not.toMatch(INTERNAL)
  })
})
