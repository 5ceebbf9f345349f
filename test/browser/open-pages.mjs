#!/usr/bin/env node
/**
 * Serves folders and opens the page of each in headless chromium:
 *
 *     node test/browser/open-pages.mjs [--picture FILE.png] FOLDER ... --without-workers FOLDER ...
 *
 * Prints a line of JSON a page: what its table and its last sentence say, how many workers it started, and every complaint of the
 * console. A page asks its own server only. Where there is no chromium it says so, and skips.
 */
import { createReadStream, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { chromium, open } from '../pages/chromium.mjs'

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }
const words = process.argv.slice(2)
const pictureAt = words.indexOf('--picture')
const picture = pictureAt < 0 ? undefined : words.splice(pictureAt, 2)[1]
const withoutAt = words.indexOf('--without-workers')
const pages = words
  .map((folder, at) => ({ folder, hasWorkers: withoutAt < 0 || at < withoutAt }))
  .filter(({ folder }) => folder !== '--without-workers')

const program = chromium()
if (program === undefined) {
  console.log('SKIPPED: there is no chromium here (apt-get install chromium, or CHROMIUM=path); no page was opened.')
  process.exit(0)
}

/** Before the page's own scripts: counts its workers, or takes them away. */
const COUNTED = `globalThis.workersStarted = 0
globalThis.Worker = class extends Worker { constructor(...given) { super(...given); globalThis.workersStarted++ } }`
const WITHOUT = 'globalThis.workersStarted = 0; delete globalThis.Worker'

/** A guard against a page that never ends. */
const LONGEST_MS = Number(process.env.LONGEST_MS ?? 120_000)

/** What the page shows once it is at its end. */
const READ = `new Promise((done) => {
  const look = () => {
    const end = document.getElementById('end').textContent
    if (end.startsWith('Solving') && performance.now() < ${LONGEST_MS}) return setTimeout(look, 20)
    const rows = [...document.querySelectorAll('tr')].map((row) => [...row.cells].map((cell) => cell.textContent))
    done(JSON.stringify({ rows, end, workers: globalThis.workersStarted }))
  }
  look()
})`

const scratch = mkdtempSync(join(tmpdir(), 'spillway-browser-'))
const browser = open(program, scratch)
try {
  for (const page of pages) console.log(await shown(page))
} finally {
  await browser.close()
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
}

async function shown({ folder, hasWorkers }) {
  const server = createServer(({ url }, response) => {
    const path = new URL(url, 'http://localhost').pathname
    const file = join(folder, path === '/' ? 'index.html' : path)
    if (!existsSync(file)) return response.writeHead(404).end()
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' })
    createReadStream(file).pipe(response)
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  const address = `http://127.0.0.1:${server.address().port}/`
  const problems = []
  const { send, close } = await browser.tab(({ method, params }) => {
    if (method === 'Runtime.exceptionThrown')
      problems.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text)
    if (method === 'Runtime.consoleAPICalled') problems.push(params.args.map(({ value }) => value).join(' '))
    if (method === 'Log.entryAdded' && !params.entry.url?.endsWith('favicon.ico')) problems.push(params.entry.text)
    if (
      method === 'Network.requestWillBeSent' &&
      !params.request.url.startsWith(address) &&
      !/^(data|blob):/.test(params.request.url)
    )
      problems.push(`asks the network for ${params.request.url}`)
  })
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`)
  await send('Page.addScriptToEvaluateOnNewDocument', { source: hasWorkers ? COUNTED : WITHOUT })
  const loaded = browser.once('Page.loadEventFired')
  await send('Page.navigate', { url: address })
  await loaded
  const { result } = await send('Runtime.evaluate', { expression: READ, awaitPromise: true })
  if (picture !== undefined) {
    const { data } = await send('Page.captureScreenshot')
    writeFileSync(picture, Buffer.from(data, 'base64'))
  }
  await close()
  await new Promise((done) => {
    server.close(done)
    server.closeAllConnections()
  })
  return JSON.stringify({ ...JSON.parse(result.value), problems })
}
