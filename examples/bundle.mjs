/**
 * Makes the three entries of the package start fast: the command and the two libraries are rewritten, in place, as a few
 * files that hold what they import. A process that would open five hundred files opens ten. Every other file of the build
 * stays as the compiler wrote it, for tests, threads and readers.
 */
import { writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { rolldown } from 'rolldown'
import { bundleWeb } from './bundle-web.mjs'
import { licences } from './licences.mjs'

const ENTRIES = ['cli/main', 'models/index', 'src/index', 'src/conformance/index']

/** Packages that come along, without what nobody uses of them (the languages of the schema library). The others stay outside. */
const INLINED =
  /^(zod$|commander$|cli-table3$|cli-progress$|csv-parse$|csv-stringify\/|ml-matrix$|fraction\.js$|pure-rand\/|picocolors$)/

/** @param dist the folder that the compiler has filled */
export async function bundle(dist) {
  // First, since it starts from what the compiler wrote.
  await bundleWeb(dist)
  const build = await rolldown({
    cwd: dist, // The comments that name modules are the same wherever the build stands.
    input: Object.fromEntries(ENTRIES.map((entry) => [entry, join(dist, `${entry}.js`)])),
    platform: 'node',
    external: (id, importer) => isOfPackage(id) && !INLINED.test(id) && !importer?.includes('node_modules'),
    plugins: [{ name: 'own-address', transform: (code, id) => withOwnAddress(code, id, dist) }],
  })
  // Entries and shared files all stand one folder deep: `withOwnAddress` relies on it.
  const { output } = await build.write({ dir: dist, chunkFileNames: 'shared/[name]-[hash].js' })
  await build.close()
  const deeper = output.find(
    ({ fileName, code }) => fileName.split('/').length > 2 && code?.includes('import.meta.url'),
  )
  if (deeper !== undefined) throw new Error(`${deeper.fileName} asks where it stands, deeper than shared files do`)
  writeFileSync(join(dist, 'shared/LICENSES.txt'), licences(output.flatMap((file) => file.moduleIds ?? [])))
}

const isOfPackage = (id) => !id.startsWith('.') && !id.startsWith('/') && !id.startsWith('\0') && !/^[A-Za-z]:/.test(id)

/** Threads and adapters are found from where their file stands, not from where its text has moved. */
function withOwnAddress(code, id, dist) {
  if (!id.startsWith(dist) || !code.includes('import.meta.url')) return null
  const address = `new URL('../${relative(dist, id).split(sep).join('/')}', import.meta.url).href`
  return { code: code.replaceAll('import.meta.url', address), map: null }
}
