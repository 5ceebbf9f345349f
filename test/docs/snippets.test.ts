import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allPages, fileOf, root, run, stage } from './pages.js'

/**
 * Every TypeScript snippet of the documentation is compiled strictly against the package's own types and run. A snippet is a module of its
 * own. Where a line is an expression and its comment begins with a literal ('optimal', 0.1675…, [4/7, 2/7, 1/7], true), the
 * expression has that value: a number to the digits that are written.
 */
const pages = (await allPages()).filter(({ blocks }) => blocks.some(({ info }) => info === 'ts'))
let parent = ''

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'spillway-snippets-'))
})
afterAll(async () => {
  if (parent) await rm(parent, { recursive: true, force: true })
})

const literal = String.raw`'[^']*'|true|false|\[[^\]]*\]|-?\d[\d.]*…?`
const stated = new RegExp(
  String.raw`^((?:if \(.*?\) )?)((?!const |for |if |import |console)[A-Za-z(].*?)\s*//\s(${literal})`,
)

/** The snippet, and how many of its lines state a value, each of which is checked as it runs. */
function checked(text: string): { module: string; values: number } {
  let values = 0
  const lines = text.split('\n').map((line) => {
    const match = stated.exec(line)
    if (!match) return line
    values += 1
    const [, condition = '', expression = '', value = ''] = match
    return `${condition}isStated(${expression}, ${JSON.stringify(value)})`
  })
  return { module: `import { isStated } from './stated.mjs'\n${lines.join('\n')}`, values }
}

/** Plain JavaScript beside the snippets: throws where a value is not the one that stands in the comment. */
const judge = `
const number = (text) => { const [above, below = '1'] = text.split('/'); return Number(above) / Number(below) }
function agrees(value, text) {
  if (text.startsWith("'")) return value === text.slice(1, -1)
  if (text === 'true' || text === 'false') return String(value) === text
  if (text.startsWith('[')) {
    const parts = text.slice(1, -1).split(',').map((part) => part.trim())
    return value.length === parts.length && parts.every((part, i) => Math.abs(value[i] - number(part)) < 1e-9)
  }
  const digits = text.replace('…', '')
  const unit = 10 ** -(digits.split('.')[1]?.length ?? 0)
  return text.endsWith('…') ? value >= Number(digits) && value < Number(digits) + unit : Math.abs(value - Number(digits)) <= unit / 2
}
export function isStated(value, text) {
  if (!agrees(value, text)) throw new Error('the comment says ' + text + ', the value is ' + String(value))
  console.log('as stated: ' + text)
}
`
const settings = {
  compilerOptions: {
    strict: true,
    exactOptionalPropertyTypes: true,
    module: 'nodenext',
    target: 'es2023',
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
    allowJs: true,
    outDir: 'compiled',
    rootDir: '.',
  },
  include: ['snippet-*.mts'],
}

describe('the snippets of the documentation', () => {
  it('are there', () => {
    expect(pages.map(({ page }) => page)).toContain('README.md')
    expect(pages.length).toBeGreaterThan(5)
  })

  it.concurrent.each(pages)(
    '$page: compile, run, and say what their comments say',
    async ({ page, blocks }) => {
      const folder = await mkdtemp(join(parent, 'page-'))
      await stage(folder)
      const snippets = blocks.filter(({ info }) => info === 'ts').map(({ text }) => checked(text))
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(settings))
      await writeFile(join(folder, 'stated.d.mts'), 'export function isStated(value: unknown, text: string): void\n')
      for (const block of blocks) if (fileOf(block)) await writeFile(join(folder, fileOf(block)!), block.text)
      await Promise.all(snippets.map(({ module }, i) => writeFile(join(folder, `snippet-${i}.mts`), module)))
      const compiled = await run([join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], folder)
      expect(compiled.status, `${page}\n${compiled.printed}`).toBe(0)
      await writeFile(join(folder, 'compiled/stated.mjs'), judge)
      for (const [i, { values }] of snippets.entries()) {
        const said = await run([join(folder, `compiled/snippet-${i}.mjs`)], folder)
        expect(said.status, `${page}, snippet ${i + 1}\n${said.printed}`).toBe(0)
        expect(said.printed.split('as stated: ').length - 1, `${page}, snippet ${i + 1}: lines with a value`).toBe(
          values,
        )
      }
    },
    240_000,
  )

  it('sees a value that is not the one of the comment', () => {
    expect(checked("a.status   // 'optimal': proved").module).toContain(`isStated(a.status, "'optimal'")`)
    expect(checked('const a = 1   // 2').values).toBe(0)
  })
})
