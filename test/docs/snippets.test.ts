import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allPages, fileOf, type Page, root, run, runFile, stage } from './pages.js'

/**
 * Every TypeScript snippet of the documentation is compiled strictly against the package's own types and run. A snippet is a module of its
 * own. Where a line is an expression and its comment begins with a literal ('optimal', 0.1675…, [4/7, 2/7, 1/7], true), the
 * expression has that value: a number to the digits that are written.
 */
const pages = (await allPages()).filter(({ blocks }) => blocks.some(({ info }) => info === 'ts'))
let parent = ''

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
  include: ['page-*/snippet-*.mts'],
}

const snippetsOf = ({ blocks }: Page) => blocks.filter(({ info }) => info === 'ts').map(({ text }) => checked(text))

/** What the compiler says of the snippets of all pages, each line beginning with the file that it is about. */
let complaints: readonly string[] = []

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'spillway-snippets-'))
  await stage(parent)
  await writeFile(join(parent, 'tsconfig.json'), JSON.stringify(settings))
  for (const [n, page] of pages.entries()) {
    const folder = join(parent, `page-${n}`)
    await mkdir(folder)
    await writeFile(join(folder, 'stated.d.mts'), 'export function isStated(value: unknown, text: string): void\n')
    for (const block of page.blocks) if (fileOf(block)) await writeFile(join(folder, fileOf(block)!), block.text)
    for (const [i, { module }] of snippetsOf(page).entries()) await writeFile(join(folder, `snippet-${i}.mts`), module)
  }
  // All pages are one program, for most of the time goes into reading the declarations of the package.
  const { status, printed } = run([join(root, 'node_modules/typescript/bin/tsc'), '-p', parent], parent)
  complaints = status === 0 ? [] : printed.split('\n').filter((line) => line !== '')
}, 240_000)
afterAll(async () => {
  if (parent) await rm(parent, { recursive: true, force: true })
})

describe('the snippets of the documentation', () => {
  it('are there, and compile', () => {
    expect(pages.map(({ page }) => page)).toContain('README.md')
    expect(pages.length).toBeGreaterThan(5)
    const names = pages.map(({ page }, n) => `page-${n} is ${page}`)
    expect(complaints, names.join('\n')).toEqual([])
  })

  it.each(pages.map((page, n) => ({ ...page, n })))('$page: run, and say what their comments say', async (page) => {
    const [folder, compiled] = [join(parent, `page-${page.n}`), join(parent, `compiled/page-${page.n}`)]
    await writeFile(join(compiled, 'stated.mjs'), judge)
    await cp(join(parent, 'examples'), join(folder, 'examples'), { recursive: true })
    for (const [i, { values }] of snippetsOf(page).entries()) {
      const { status, printed } = await runFile(join(compiled, `snippet-${i}.mjs`), folder)
      expect(status, `${page.page}, snippet ${i + 1}\n${printed}`).toBe(0)
      const stated = printed.split('as stated: ').length - 1
      expect(stated, `${page.page}, snippet ${i + 1}: lines with a value`).toBe(values)
    }
  })

  it('sees a value that is not the one of the comment', () => {
    expect(checked("a.status   // 'optimal': proved").module).toContain(`isStated(a.status, "'optimal'")`)
    expect(checked('const a = 1   // 2').values).toBe(0)
  })
})
