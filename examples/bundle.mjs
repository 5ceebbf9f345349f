/**
 * Makes the entries of the package start fast: commands, libraries and every thread are rewritten, in place, as a few
 * files that hold what they import. A process that would open five hundred files opens ten, and packages of which we use a
 * part are not installed whole. Every other file of the build stays as the compiler wrote it, for tests and readers.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, posix, relative, sep } from 'node:path'
import { rolldown } from 'rolldown'
import { bundleWeb } from './bundle-web.mjs'
import { licences } from './licences.mjs'

const ENTRIES = [
  'cli/main',
  'cli/sweep/worker',
  'models/index',
  'models/analysis/compare/threads/policy-thread',
  'src/index',
  'src/conformance/index',
]

/** What the thread of a solver loads. Threads share nothing with whoever starts them, so that these are bundled by themselves. */
const THREADS = [
  'src/solvers/worker',
  'src/solvers/load-package',
  'src/solvers/blocks/block-thread',
  'src/solvers/blocks/index',
  ...['clarabel', 'glpk', 'highs', 'jslp', 'kept-highs', 'scs', 'yalps'].map((name) => `src/solvers/${name}`),
  'src/solve/integers/proof-tree',
]

/** Packages that come along, without what nobody uses of them (the languages of the schema library). The others stay outside. */
const INLINED =
  /^(zod|commander|cli-table3|cli-progress|csv-parse|csv-stringify|ml-matrix|fraction\.js|pure-rand|picocolors|cephes|vega|vega-lite|hyparquet|hyparquet-compressors|hyparquet-writer)(\/|$)/

/** @param dist the folder that the compiler has filled */
export async function bundle(dist) {
  // First, since it starts from what the compiler wrote.
  await bundleWeb(dist)
  const modules = [...(await rewrite(dist, ENTRIES)), ...(await rewrite(dist, THREADS))]
  writeFileSync(join(dist, 'shared/LICENSES.txt'), licences(modules))
}

/** Bundles files in place; gives the modules that went into them. */
async function rewrite(dist, entries) {
  const build = await rolldown({
    cwd: dist, // The comments that name modules are the same wherever the build stands.
    input: Object.fromEntries(entries.map((entry) => [entry, join(dist, `${entry}.js`)])),
    platform: 'node',
    external: (id, importer) => isOfPackage(id) && !INLINED.test(id) && !importer?.includes('node_modules'),
    plugins: [ownAddress(dist), compilersMaps(dist)],
  })
  const { output } = await build.write({ dir: dist, chunkFileNames: 'shared/[name]-[hash].js', sourcemap: true })
  await build.close()
  for (const { fileName, moduleIds } of output) if (moduleIds?.every(isForeign)) dropMap(join(dist, fileName))
  return output.flatMap((file) => file.moduleIds ?? [])
}

const isOfPackage = (id) => !id.startsWith('.') && !id.startsWith('/') && !id.startsWith('\0') && !/^[A-Za-z]:/.test(id)
const isForeign = (id) => id.includes('node_modules') || id.startsWith('\0')

/** Threads and adapters are found from where their file stands, not from where its text has moved. */
function ownAddress(dist) {
  return {
    name: 'own-address',
    transform(code, id) {
      if (!id.startsWith(dist) || !code.includes('import.meta.url')) return null
      const file = relative(dist, id).split(sep).join('/')
      return { code: code.replaceAll('import.meta.url', `OWN_ADDRESS("${file}")`), map: null }
    },
    renderChunk(code, { fileName }) {
      if (!code.includes('OWN_ADDRESS(')) return null
      const address = (_, file) => `new URL("${posix.relative(posix.dirname(fileName), file)}", import.meta.url).href`
      return { code: code.replaceAll(/OWN_ADDRESS\("([^"]+)"\)/g, address), map: null }
    },
  }
}

/** A position in a bundle leads to the TypeScript that it came from. */
function compilersMaps(dist) {
  return {
    name: 'compilers-maps',
    load(id) {
      if (!id.startsWith(dist) || !existsSync(`${id}.map`)) return null
      return { code: readFileSync(id, 'utf8'), map: JSON.parse(readFileSync(`${id}.map`, 'utf8')) }
    },
  }
}

/** A file of other people's code alone: nobody needs to step through it in ours. */
function dropMap(file) {
  rmSync(`${file}.map`, { force: true })
  writeFileSync(file, readFileSync(file, 'utf8').replace(/\n\/\/# sourceMappingURL=.*\n?$/, '\n'))
}
