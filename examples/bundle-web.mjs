/**
 * Makes the build that bundlers take (`web/README.md`), in `dist/web`: everything that it imports comes along, but for modules of Node,
 * which stay outside as `#node/…` and are what package.json says: those of Node, or what stands for them in a browser.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { dirname, join, relative, sep } from 'node:path'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { filesBelow } from './files-below.mjs'
import { licences } from './licences.mjs'

const { resolve } = createRequire(import.meta.url)
const highs = dirname(resolve('highs'))
const clarabel = join(dirname(resolve('cvxjs')), '../wasm/pkg/web')
const packageOf = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

/** The packages whose solvers come along, as solvers name them. */
const VERSIONED = ['highs', 'cvxjs', 'javascript-lp-solver', 'yalps']

/** Names stay as they are; comments and blanks go. */
const READABLE = { compress: true, mangle: false, codegen: { removeWhitespace: true } }

/** Packages that are installed with this one, of which a bundler takes what it needs. */
const INSTALLED = /^(fast-check|fraction\.js|pure-rand)(\/|$)/

/** @param dist the folder that the compiler has filled */
export async function bundleWeb(dist) {
  const built = {
    'built:highs.wasm': packed(join(highs, 'highs.wasm')),
    'built:clarabel.wasm': packed(join(clarabel, 'clarabel_wasm_bg.wasm')),
    'built:versions': Object.fromEntries(VERSIONED.map((name) => [name, versionOf(name)])),
  }
  const worker = await rolldown({
    input: join(dist, 'web/solver-worker.js'),
    platform: 'browser',
    plugins: [standIns(dist, built)],
  })
  const { output: thread } = await worker.generate({ format: 'iife', minify: true, codeSplitting: false })
  await worker.close()
  built['built:solver-worker'] = thread[0].code
  const nodes = filesBelow(join(dist, 'web/node')).filter((file) => file.endsWith('.js'))
  const entries = [...nodes, ...['index', 'modeling', 'conformance'].map((name) => join(dist, `web/${name}.js`))]
  const build = await rolldown({
    cwd: dist,
    input: Object.fromEntries(entries.map((file) => [relative(dist, file).replace(/\.js$/, ''), file])),
    platform: 'browser',
    external: (id, importer) => INSTALLED.test(id) && !importer?.includes('node_modules'),
    plugins: [standIns(dist, built)],
  })
  const { output } = await build.write({ dir: dist, chunkFileNames: 'web/shared/[name]-[hash].js', minify: READABLE })
  await build.close()
  const files = [...thread, ...output].flatMap((file) => file.moduleIds ?? [])
  writeFileSync(join(dist, 'web/shared/LICENSES.txt'), licences([...files, join(highs, 'x'), join(clarabel, 'x')]))
}

const packed = (file) => gzipSync(readFileSync(file), { level: 9 }).toString('base64')

/** By the folder that bears its name: `package.json` need not be an entry. */
function versionOf(name) {
  const path = resolve(name)
  return packageOf(path.slice(0, path.lastIndexOf(`node_modules/${name}`) + `node_modules/${name}`.length)).version
}

function standIns(dist, built) {
  return {
    name: 'stand-ins',
    async resolveId(source, importer) {
      if (source === 'built:clarabel') return join(clarabel, 'clarabel_wasm.js')
      // The face that this package has for browsers brings its own buffers.
      if (source === 'csv-stringify/sync') return this.resolve('csv-stringify/browser/esm/sync', importer)
      if (source.startsWith('built:')) return `\0${source}`
      if (isBuiltin(source)) return { id: `#node/${source.replace('node:', '')}`, external: true }
      if (!source.startsWith('.') || !importer?.startsWith(dist)) return null
      const file = relative(dist, join(dirname(importer), source))
      const standIn = join(dist, 'web', file)
      return /^(src|models)[\\/]/.test(file) && existsSync(standIn) ? standIn : null
    },
    load(id) {
      return id.startsWith('\0built:') ? `export default ${JSON.stringify(built[id.slice(1)])}` : null
    },
    transform(code, id) {
      if (id === join(dist, 'models/version.js')) return `export const version = '${packageOf('.').version}'`
      if (id.endsWith(`highs${sep}build${sep}highs.mjs`)) return highsWithoutNode(code)
      return code.includes('import.meta.url') ? code.replaceAll('import.meta.url', '""') : null
    },
  }
}

/** Its WebAssembly is given, and no file is looked for; a version of the package that is written otherwise ends the build. */
function highsWithoutNode(code) {
  const parts = [
    [/ENVIRONMENT_IS_NODE=globalThis\.process\?\.[^;]*;/, 'ENVIRONMENT_IS_NODE=false;'],
    [/const\{createRequire\}=await import\("node:module"\);var require=createRequire\(import\.meta\.url\)/, ''],
  ]
  for (const [part] of parts) if (!part.test(code)) throw new Error(`highs.mjs has no ${part}: see bundle-web.mjs`)
  return parts.reduce((text, [part, other]) => text.replace(part, other), code).replaceAll('import.meta.url', '""')
}
