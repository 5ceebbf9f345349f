import { spawn } from 'node:child_process'
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'

export const root = join(import.meta.dirname, '../..')
const cli = join(root, 'dist/cli/main.js')

/** A fenced block: what stands after the fence, and the lines within. */
export interface Block {
  readonly info: string
  readonly text: string
}

export interface Page {
  /** Path from the root of the project. */
  readonly page: string
  readonly markdown: string
  readonly blocks: readonly Block[]
}

/** Every page that a reader of the repository meets: README and the folder docs. */
export async function allPages(): Promise<Page[]> {
  const names = await readdir(join(root, 'docs'), { recursive: true })
  const paths = [
    join(root, 'README.md'),
    ...names.filter((name) => name.endsWith('.md')).map((n) => join(root, 'docs', n)),
  ]
  return Promise.all(
    paths.sort().map(async (path) => {
      const markdown = await readFile(path, 'utf8')
      return { page: relative(root, path), markdown, blocks: blocksOf(markdown) }
    }),
  )
}

export function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(/^```([^\n]*)\n(.*?)^```$/gms)].map(([, info = '', text = '']) => ({ info, text }))
}

/** The name of the file that a block is (```js excess.mjs), if it is one. */
export const fileOf = ({ info }: Block): string | undefined => /^(?:[mc]?[jt]s|json|csv) (\S+\.\w+)$/.exec(info)?.[1]

/** A folder in which a page is acted out: the package as installed, and a copy of `examples/`. */
export async function stage(folder: string): Promise<void> {
  const installed = join(folder, 'node_modules/spillway')
  await mkdir(installed, { recursive: true })
  await cp(join(root, 'examples'), join(folder, 'examples'), { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
  await cp(join(root, 'package.json'), join(installed, 'package.json'))
  await symlink(join(root, 'dist'), join(installed, 'dist'), 'junction')
}

export interface Run {
  readonly status: number | null
  readonly printed: string
}

/** Runs a command of `spillway`, or another program of Node by its arguments. */
export function run(args: readonly string[], cwd: string): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    let printed = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8')
      stream.on('data', (chunk: string) => {
        printed += chunk
      })
    }
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, printed }))
  })
}

export const runCommand = (command: string, cwd: string): Promise<Run> => run([cli, ...wordsOf(command).slice(1)], cwd)

function wordsOf(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? '',
  )
}
