#!/usr/bin/env node
/**
 * Opens pages in headless chromium and pictures each at 1280 and 390 pixels, light and dark, and as printed:
 *
 *     node test/pages/screenshots.mjs [--out FOLDER] [--sheets N] [PAGE.html ...]
 *
 * Without pages it makes those of the examples with the built command. It fails on console messages, on anything a page asks of the
 * network, on a page wider than its window, and on one that fills more sheets of A4 than `--sheets` says. Where there is no chromium it says so, and skips.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { chromium, open } from './chromium.mjs'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** As a screen or a sheet shows it; a sheet is A4 between margins of a centimetre, in CSS pixels. */
const VIEWS = [
  { name: 'wide-light', width: 1280, media: 'screen', scheme: 'light' },
  { name: 'wide-dark', width: 1280, media: 'screen', scheme: 'dark' },
  { name: 'narrow-light', width: 390, media: 'screen', scheme: 'light' },
  { name: 'narrow-dark', width: 390, media: 'screen', scheme: 'dark' },
  { name: 'print', width: 718, media: 'print', scheme: 'light' },
]

const words = process.argv.slice(2)
const option = (name) => {
  const at = words.indexOf(name)
  return at < 0 ? undefined : words.splice(at, 2)[1]
}
const folder = option('--out')
const out = folder && resolve(folder)
const sheets = Number(option('--sheets') ?? Infinity)
const program = chromium()
if (program === undefined) {
  console.log('SKIPPED: there is no chromium here (apt-get install chromium, or CHROMIUM=path); no page was opened.')
  process.exit(0)
}
const scratch = mkdtempSync(join(tmpdir(), 'spillway-pages-'))
const pages = words.length > 0 ? words.map((page) => resolve(page)) : examplePages(scratch)
const problems = []
const browser = open(program, scratch)
try {
  for (const page of pages) problems.push(...(await pictures(page)))
} finally {
  await browser.close()
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
}
for (const problem of problems) console.log(`PROBLEM ${problem}`)
console.log(`${pages.length} pages in ${VIEWS.length} views, ${problems.length} problems`)
process.exit(problems.length === 0 ? 0 : 1)

/** The views of a page, one after the other in one tab: a tab is a process, and each view loads the page anew. */
async function pictures(page) {
  const problems = []
  let found = []
  const { send, close } = await browser.tab(({ method, params }) => {
    if (method === 'Runtime.exceptionThrown') found.push(params.exceptionDetails.text)
    if (method === 'Runtime.consoleAPICalled') found.push(params.args.map(({ value }) => value).join(' '))
    if (method === 'Log.entryAdded') found.push(params.entry.text)
    if (method === 'Network.requestWillBeSent' && !/^(file|data|about):/.test(params.request.url)) {
      found.push(`asks the network for ${params.request.url}`)
    }
  })
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`)
  for (const view of VIEWS) {
    found = []
    const title = `${basename(page, '.html')}.${view.name}`
    found.push(...(await picture(send, page, view, title)))
    problems.push(...found.map((what) => `${title}: ${what}`))
  }
  await close()
  return problems
}

/** What is wrong with how one view looks. */
async function picture(send, page, { width, media, scheme }, title) {
  const found = []
  const features = [{ name: 'prefers-color-scheme', value: scheme }]
  await send('Emulation.setEmulatedMedia', { media, features })
  await send('Emulation.setDeviceMetricsOverride', { width, height: 900, deviceScaleFactor: 1, mobile: width < 500 })
  const loaded = browser.once('Page.loadEventFired')
  await send('Page.navigate', { url: pathToFileURL(page).href })
  await loaded
  const { result } = await send('Runtime.evaluate', {
    expression: 'JSON.stringify([document.documentElement.scrollWidth, document.documentElement.scrollHeight])',
  })
  const [across, down] = JSON.parse(result.value)
  if (across > width) found.push(`is ${across} pixels wide in a window of ${width}`)
  if (out !== undefined) {
    mkdirSync(out, { recursive: true })
    const clip = { x: 0, y: 0, width: Math.max(across, width), height: down, scale: 1 }
    const shot = await send('Page.captureScreenshot', { captureBeyondViewport: true, clip })
    writeFileSync(join(out, `${title}.png`), Buffer.from(shot.data, 'base64'))
  }
  if (media === 'print' && (out !== undefined || sheets !== Infinity)) {
    const margins = { marginTop: 0.4, marginBottom: 0.4, marginLeft: 0.4, marginRight: 0.4 }
    const { data } = await send('Page.printToPDF', { paperWidth: 8.27, paperHeight: 11.69, ...margins })
    const pdf = Buffer.from(data, 'base64')
    if (out !== undefined) writeFileSync(join(out, `${title}.pdf`), pdf)
    const count = pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0
    if (count > sheets || count === 0) found.push(`fills ${count} sheets, not ${sheets}`)
  }
  return found
}

/** A page of each command that writes one. */
function examplePages(folder) {
  const spillway = (...args) => {
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'dist/cli/main.js'), ...args, '--quiet'])
    if (status === null || status > 1) throw new Error(`spillway ${args.join(' ')}: ${stderr}`)
  }
  const book = (name) => join(root, 'examples/books', name)
  const inFolder = (name) => join(folder, name)
  writeFileSync(inFolder('queue.csv'), 'account,market,quantity\n3,BTC,3\n4,BTC,7\n')
  writeFileSync(inFolder('short.csv'), 'account,market,quantity\n3,BTC,3\n4,BTC,6\n')
  spillway('verify', book('paper.json'), inFolder('queue.csv'), '--html', inFolder('suboptimal.html'))
  spillway('verify', book('paper.json'), inFolder('short.csv'), '--html', inFolder('infeasible.html'))
  spillway('solve', book('paper.json'), '--out', inFolder('best.csv'))
  spillway('verify', book('paper.json'), inFolder('best.csv'), '--html', inFolder('optimal.html'))
  spillway('compare', book('paper.json'), '--html', inFolder('compare.html'))
  const crisis = [book('crisis.json'), '--paths', book('crisis-paths.json'), '--config', book('crisis-venue.json')]
  spillway('simulate', ...crisis, '--policies', 'pro-rata,water-filling', '--html', inFolder('simulate.html'))
  return ['suboptimal', 'infeasible', 'optimal', 'compare', 'simulate'].map((name) => inFolder(`${name}.html`))
}
