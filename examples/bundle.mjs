/**
 * Makes the three entries of the package start fast: the command and the two libraries are rewritten, in place, as a few
 * files that hold what they import. A process that would open five hundred files opens ten. Every other file of the build
 * stays as the compiler wrote it, for tests, threads and readers.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { rolldown } from 'rolldown'

const ENTRIES = ['cli/main', 'models/index', 'src/index']

/** Packages that come along, without what nobody uses of them (the languages of the schema library). The others stay outside. */
const INLINED =
  /^(zod$|commander$|cli-table3$|cli-progress$|csv-parse$|csv-stringify\/|ml-matrix$|fraction\.js$|pure-rand\/|picocolors$)/

/** @param dist the folder that the compiler has filled */
export async function bundle(dist) {
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
  writeFileSync(join(dist, 'shared/LICENSES.txt'), licences(output.flatMap((file) => file.moduleIds ?? [])))
}

const isOfPackage = (id) => !id.startsWith('.') && !id.startsWith('/') && !id.startsWith('\0') && !/^[A-Za-z]:/.test(id)

/** Threads and adapters are found from where their file stands, not from where its text has moved. */
function withOwnAddress(code, id, dist) {
  if (!id.startsWith(dist) || !code.includes('import.meta.url')) return null
  const address = `new URL('../${relative(dist, id).split(sep).join('/')}', import.meta.url).href`
  return { code: code.replaceAll('import.meta.url', address), map: null }
}

/** The licences of the packages whose text now stands in ours, as they ask for; each text once. */
function licences(files) {
  const folders = files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file.split(sep).join('/')) ?? [])
  const namesByText = new Map()
  for (const folder of [...new Set(folders)].sort()) {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
    const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8')
    namesByText.set(text, [...(namesByText.get(text) ?? []), `${name} ${version} (${license})`])
  }
  const parts = [...namesByText].map(([text, names]) => `${names.join('\n')}\n\n${text}`)
  return `Files in this folder contain parts of these packages.\n\n${parts.join('\n----\n\n')}`
}
