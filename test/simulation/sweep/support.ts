import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { folderWith } from '../../cli/support.js'
import { randomCrisis } from '../support.js'

/** A small sweep: two funds, drawn paths and paths of a file, four policies. */
export async function smallSweep(draws = 12): Promise<string> {
  const { event, paths, venue } = randomCrisis(30, { accounts: 14, rows: 4 })
  const plan = {
    format: 'spillway/plan@1',
    books: [{ name: 'book', event: 'event.json' }],
    paths: [
      { name: 'crash', model: 'lognormal', draws, steps: 5, horizonDays: 2, volatility: 4, correlation: 0.8 },
      'paths.json',
    ],
    policies: ['water-filling', 'pro-rata', 'queue-leverage', 'random'],
    venues: [{ name: 'house', file: 'venue.json', funds: [0, '50.5'] }],
    seeds: [1, 2],
  }
  const house = { ...venue, maintenance: { default: 0.01 }, response: 'none' }
  return folderWith({ 'plan.json': plan, 'event.json': event, 'paths.json': paths, 'venue.json': house })
}

/** All files of `merged/`, by name. */
export async function mergedFiles(folder: string): Promise<Record<string, string>> {
  const place = join(folder, 'merged')
  const names = (await readdir(place)).sort()
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(place, name), 'latin1')] as const)),
  )
}
