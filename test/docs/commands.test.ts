import { spawn } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/**
 * Runs the commands that the documentation shows. Each page is one story: its commands run in their order, in a folder that holds
 * a copy of `examples/` and the package. A block marked with a file name after its language (```js excess.mjs) is that file; what a
 * page shows and cannot be run has a word in CAPITALS for what the reader fills in, or stands in a block marked ```sh not-run: REASON.
 */
const root = join(import.meta.dirname, '../..')
const cli = join(root, 'dist/cli/main.js')

interface Block {
  readonly info: string
  readonly text: string
}

async function pagesOf(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true })
  return names.filter((name) => name.endsWith('.md')).map((name) => join(folder, name))
}

function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(/^```([^\n]*)\n(.*?)^```$/gms)].map(([, info = '', text = '']) => ({ info, text }))
}

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

function wordsOf(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? '',
  )
}

function run(command: string, cwd: string): Promise<{ status: number | null; said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...wordsOf(command).slice(1)], {
      cwd,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, said }))
  })
}

const pages = [join(root, 'README.md'), ...(await pagesOf(join(root, 'docs')))].sort()
const contents = await Promise.all(
  pages.map(async (page) => ({ page: relative(root, page), blocks: blocksOf(await readFile(page, 'utf8')) })),
)
const stories = contents.filter(({ blocks }) => blocks.some((block) => commandsOf(block).length > 0))
const notRun: string[] = []
let parent = ''

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'spillway-docs-'))
})
afterAll(async () => {
  if (parent) await rm(parent, { recursive: true, force: true })
  console.log(`${notRun.length} commands are shown and not run:\n${notRun.map((line) => `  ${line}`).join('\n')}`)
})

async function folderOf(index: number): Promise<string> {
  const folder = join(parent, String(index))
  await cp(join(root, 'examples'), join(folder, 'examples'), { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
  await cp(join(root, 'package.json'), join(folder, 'node_modules/spillway/package.json'))
  await symlink(join(root, 'dist'), join(folder, 'node_modules/spillway/dist'), 'junction')
  return folder
}

describe('the commands of the documentation', () => {
  it.concurrent.each(stories.map((story, index) => ({ ...story, index })))(
    '$page',
    async ({ page, blocks, index }) => {
      const folder = await folderOf(index)
      for (const block of blocks) {
        const file = /^m?[jt]s (\S+\.\w+)$/.exec(block.info)?.[1]
        if (file) await writeFile(join(folder, file), block.text)
        for (const command of commandsOf(block)) {
          const reason = reasonAgainst(block, command)
          if (reason) {
            notRun.push(`${page}: ${command} (${reason})`)
            continue
          }
          const { status, said } = await run(command, folder)
          expect([0, 1], `${page}: ${command}\n${said}`).toContain(status)
        }
      }
    },
    240_000,
  )
})
