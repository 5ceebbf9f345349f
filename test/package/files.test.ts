import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'

/** What `npm pack` would take: nothing missing that it points to, and nothing asked for that is not installed with it. */
const root = join(import.meta.dirname, '../..')
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

const packed: string[] = (() => {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
  })
  const [report]: { files: { path: string }[] }[] = Object.values(JSON.parse(stdout))
  return report!.files.map(({ path }) => path)
})()
const code = packed.filter((path) => path.startsWith('dist/') && path.endsWith('.js'))
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8')

describe('the package', () => {
  it('has every file that its entries name, under every condition', () => {
    const targets = (value: unknown): string[] =>
      typeof value === 'string' ? [value] : Object.values(value as object).flatMap(targets)
    const named = [...targets(manifest.exports), ...Object.values<string>(manifest.bin)].map((path) =>
      path.replace('./', ''),
    )
    expect(named.length).toBeGreaterThan(10)
    expect(named.filter((path) => !packed.includes(path))).toEqual([])
  })

  it('imports only its own files, modules of Node and packages that are installed with it', async () => {
    const { metafile } = await build({
      entryPoints: code,
      absWorkingDir: root,
      outdir: 'nowhere',
      bundle: true,
      packages: 'external',
      // Shared code once: without it every entry would hold a copy of all that it imports.
      splitting: true,
      platform: 'node',
      format: 'esm',
      write: false,
      metafile: true,
      logLevel: 'silent',
    })
    expect(Object.keys(metafile.inputs).filter((path) => !packed.includes(path))).toEqual([])
    const outside = Object.values(metafile.inputs).flatMap(({ imports }) => imports.filter(({ external }) => external))
    const installed = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies), 'spillway']
    const isKnown = (target: string): boolean =>
      isBuiltin(target) ||
      target.startsWith('#node/') ||
      installed.some((name) => target === name || target.startsWith(`${name}/`))
    // The charts' library draws bitmaps with `canvas` where that happens to be installed; ours are not bitmaps.
    const OWN = ['canvas', '<runtime>']
    const unknown = new Set(outside.map(({ path }) => path).filter((path) => !isKnown(path) && !OWN.includes(path)))
    expect([...unknown]).toEqual([])
  })

  it('has types that import only its own types and packages that are installed with it', () => {
    const declarations = packed.filter((path) => path.startsWith('dist/') && path.endsWith('.d.ts'))
    expect(declarations.length).toBeGreaterThan(300)
    const missing = declarations.flatMap((path) =>
      [...textOf(path).matchAll(/(?:from|import\()\s*['"]([^'"]+)['"]/g)]
        .map(([, target]) => target!)
        .filter((target) =>
          target.startsWith('.')
            ? !packed.includes(join(dirname(path), target).replace(/\.js$/, '.d.ts'))
            : !isBuiltin(target) && !(target in manifest.dependencies),
        )
        .map((target) => `${path}: ${target}`),
    )
    expect(missing).toEqual([])
  })

  it('has source maps that lead to text', () => {
    let positions = 0
    for (const path of code) {
      const [, name] = /\n\/\/# sourceMappingURL=(\S+)\s*$/.exec(textOf(path)) ?? []
      if (name === undefined) continue
      const at = join(dirname(path), name)
      expect(packed, `${path} has a map`).toContain(at)
      const map: { sources: string[]; sourcesContent?: (string | null)[] } = JSON.parse(textOf(at))
      map.sources.forEach((source, i) => {
        const isThere = typeof map.sourcesContent?.[i] === 'string' || existsSync(join(root, dirname(at), source))
        expect(isThere, `${at}: ${source}`).toBe(true)
      })
      positions += map.sources.length
    }
    expect(positions).toBeGreaterThan(200)
  })

  it('names a TypeScript file and line where it throws', () => {
    const script = "import { parseEvent } from 'spillway'; parseEvent({})"
    const options = ['--enable-source-maps', '--input-type=module', '-e', script]
    const { stderr } = spawnSync(process.execPath, options, { cwd: root, encoding: 'utf8' })
    expect(stderr).toMatch(/models\/book\/[a-z-]+\.ts:\d+/)
  })

  it('is installed with few others', () => {
    expect(Object.keys(manifest.dependencies).length).toBeLessThanOrEqual(9)
  })
})
