import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { figuresOf, numbersIn, sourcesOf, unprinted } from './figures.js'
import { allPages, type Block, fileOf, runCommand, runFile, stage } from './pages.js'

/**
 * Runs the commands that the documentation shows, and looks for every figure of a page in what they print and write. Each page is one
 * story: its commands run in their order, in a folder that holds a copy of `examples/` and the package. A block marked with a file name after
 * its language (```js excess.mjs) is that file; what a page shows and cannot be run has a word in CAPITALS for what the reader fills in, or
 * stands in a block marked ```sh not-run: REASON.
 */

/** The commands of a block without prompt and comment; those of other programs are not ours to run. */
function commandsOf({ info, text }: Block): string[] {
  if (!/^sh\b/.test(info)) return []
  return text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.replace(/^\$ /, '').replace(/\s+# .*$/, ''))
    .filter((line) => line.startsWith('spillway '))
}

/** Why a command cannot run, or nothing. */
function reasonAgainst({ info }: Block, command: string): string | undefined {
  const stated = /^sh not-run: (.+)$/.exec(info)?.[1]
  if (stated) return stated
  const placeholder = /(?<![\w.=-])[A-Z][A-Z]+(?![\w=])|\[|\.\.\./.exec(command)?.[0]
  return placeholder && `placeholder ${placeholder}`
}

/** Made pages and policies.md are compared with what makes them elsewhere; decisions tell what was measured when they were taken. */
const figuresElsewhere = new Set(['docs/decisions.md', 'docs/policies.md'])

const pages = await allPages()
const stories = pages
  .map((page, index) => ({ ...page, index, figures: figuresElsewhere.has(page.page) ? [] : figuresOf(page.markdown) }))
  .filter(({ blocks, figures }) => figures.length > 0 || blocks.some((block) => commandsOf(block).length > 0))
const notRun: string[] = []
let parent = ''

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'spillway-docs-'))
})
afterAll(async () => {
  if (parent) await rm(parent, { recursive: true, force: true })
  process.stderr.write(
    `${notRun.length} commands are shown and not run:\n${notRun.map((line) => `  ${line}`).join('\n')}\n`,
  )
})

/** What the commands of a page wrote, as far as people read it. */
async function writtenIn(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true })
  const readable = names.filter(
    (name) => !name.startsWith('node_modules') && ['.json', '.csv', '.html'].includes(extname(name)),
  )
  const texts = await Promise.all(
    readable.map(async (name) => {
      const path = join(folder, name)
      return (await stat(path)).size < 1e6 ? await readFile(path, 'utf8') : ''
    }),
  )
  return texts.join('\n')
}

describe('the commands and figures of the documentation', () => {
  it('has pages with commands and pages with figures', () => {
    expect(stories.filter(({ figures }) => figures.length > 0).length).toBeGreaterThan(12)
    expect(stories.filter(({ blocks }) => blocks.some((block) => commandsOf(block).length > 0)).length).toBeGreaterThan(
      15,
    )
  })

  it.each(stories)(
    '$page',
    async ({ page, markdown, blocks, figures, index }) => {
      const folder = join(parent, String(index))
      await stage(folder)
      let printed = ''
      for (const block of blocks) {
        const file = fileOf(block)
        if (file) await writeFile(join(folder, file), block.text)
        for (const command of commandsOf(block)) {
          const reason = reasonAgainst(block, command)
          if (reason) {
            notRun.push(`${page}: ${command} (${reason})`)
            continue
          }
          const said = await runCommand(command, folder)
          expect([0, 1], `${page}: ${command}\n${said.printed}`).toContain(said.status)
          printed += said.printed
        }
      }
      if (figures.length === 0) return
      for (const source of sourcesOf(markdown)) {
        const said = source.startsWith('spillway ')
          ? await runCommand(source, folder)
          : await runFile(source.split(' ')[1]!, folder)
        expect([0, 1], `${page}: ${source}\n${said.printed}`).toContain(said.status)
        printed += said.printed
      }
      expect(unprinted(figures, numbersIn(`${printed}\n${await writtenIn(folder)}`)), `figures of ${page}`).toEqual([])
    },
    900_000,
  )

  it('finds a figure that nothing prints', () => {
    const text =
      'The level is 4.7004, the loss 1,234,567 and a share 12.34 %.\n<!-- quoted: 9.8765: of a paper -->\nA paper says 9.8765.'
    expect(unprinted(figuresOf(text), [4.70043, 0.12344])).toEqual(['1,234,567'])
    expect(unprinted(figuresOf(text), [4.70052, 1234567.4, 0.1234])).toEqual(['4.7004'])
  })
})
