import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const { resolve } = createRequire(import.meta.url)

/**
 * The version of an installed package, from its package.json; undefined when it is not installed. One whose entry is lost is
 * installed, so that loading it tells what is wrong. `import.meta.resolve` would do, but works from Node.js 20.6 on.
 */
export function packageVersion(entry: string): string | undefined {
  const version = known.get(entry) ?? readVersion(entry)
  if (version !== undefined) known.set(entry, version)
  return version
}

/** Of packages that were found: each solve asks, and what is installed stays while a process runs. */
const known = new Map<string, string>()

function readVersion(entry: string): string | undefined {
  for (const folder of candidates(entry)) {
    const file = join(folder, 'package.json')
    if (!existsSync(file)) continue
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version?: string }
    if (version !== undefined) return version
  }
  return undefined
}

/** The folders above the entry; where it does not resolve, those in which packages of its name are looked for. */
function candidates(entry: string): readonly string[] {
  try {
    const folders: string[] = []
    for (let folder = dirname(resolve(entry)); folder !== dirname(folder); folder = dirname(folder))
      folders.push(folder)
    return folders
  } catch {
    const name = entry.split('/', entry.startsWith('@') ? 2 : 1).join('/')
    return (resolve.paths(entry) ?? []).map((folder) => join(folder, name))
  }
}
