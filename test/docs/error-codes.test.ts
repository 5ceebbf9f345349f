import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

/** The lists of codes are types, which no program can ask; so they are read as text. The compiler refuses any other code. */
const root = resolve(import.meta.dirname, '../..')
const layers = ['src', 'models', 'cli']

/** The codes that a layer adds, with what each means. */
function listOf(layer: string): Map<string, string> {
  const text = readFileSync(join(root, layer, 'error-codes.ts'), 'utf8')
  const body = /interface ErrorCodes \{\n(.*?)\n\s*\}/s.exec(text)![1]!
  return new Map(
    body.split('\n').map((line) => {
      const [, code = line, , meaning = ''] = /^ +'?([a-z0-9-]+)'?: (['"])(.+)\2$/.exec(line) ?? []
      return [code, meaning]
    }),
  )
}

/** What stands for files of `src` in browsers says its errors in the codes of `src`. */
const sourcesOf = (layer: string): string => (layer === 'src' ? textOf('src') + textOf('web') : textOf(layer))

const textOf = (layer: string): string =>
  readdirSync(join(root, layer), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && name !== 'error-codes.ts')
    .map((name) => readFileSync(join(root, layer, name), 'utf8'))
    .join('\n')

const lists = layers.map((layer) => ({ layer, codes: listOf(layer) }))
const all = lists.flatMap(({ codes }) => [...codes])
const page = readFileSync(join(root, 'docs/statuses-and-errors.md'), 'utf8').split('## Error codes')[1]!
const rows = [...page.matchAll(/^\| `([^`]+)` \| (.+?) \| (.+?) \|$/gm)].map(([, code, meaning, cure]) => ({
  code: code!,
  meaning: meaning!,
  cure: cure!,
}))

describe('error codes', () => {
  it('stand in one list each, once', () => {
    const codes = all.map(([code]) => code)
    expect(codes.length).toBeGreaterThan(150)
    expect(codes.filter((code, i) => codes.indexOf(code) !== i)).toEqual([])
    expect(all.filter(([, meaning]) => meaning === '')).toEqual([])
  })

  it('are the rows of the page, with the same meaning and a cure', () => {
    const byCode = (a: readonly string[], b: readonly string[]): number => (a[0]! < b[0]! ? -1 : 1)
    expect(rows.map(({ code, meaning }) => [code, meaning]).sort(byCode)).toEqual([...all].sort(byCode))
    expect(rows.filter(({ cure }) => cure.trim() === '')).toEqual([])
    expect(page.split('\n').filter((line) => line.startsWith('| `'))).toHaveLength(rows.length)
  })

  it.each(lists)('of $layer are each produced there', ({ layer, codes }) => {
    const text = sourcesOf(layer)
    // A code that is only compared with is produced by nobody.
    const isProduced = (code: string): boolean => new RegExp(`(?<!code [!=]== )'${code}'`).test(text)
    expect([...codes.keys()].filter((code) => !isProduced(code))).toEqual([])
  })
})
