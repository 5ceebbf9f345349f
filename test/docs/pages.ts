import { spawnSync } from 'node:child_process'
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { type InProcess, runCli, runModule } from '../in-process.js'

export const root = join(import.meta.dirname, '../..')

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
  readonly status: number
  readonly printed: string
}

const printed = ({ status, stdout, stderr }: InProcess): Run => ({ status, printed: `${stdout}${stderr}` })

/** Runs a command of `spillway`. */
export const runCommand = async (command: string, cwd: string): Promise<Run> =>
  printed(await runCli(wordsOf(command).slice(1), cwd))

/** Runs a module of Node. */
export const runFile = async (file: string, cwd: string): Promise<Run> =>
  printed(await runModule(resolve(cwd, file), cwd))

/** Runs a program of Node by its arguments, in a process of its own. */
export function run(args: readonly string[], cwd: string): Run {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' })
  return { status: status ?? 1, printed: `${stdout}${stderr}` }
}

function wordsOf(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? '',
  )
}
