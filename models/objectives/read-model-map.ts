import { SpillwayError } from '../../src/errors.js'
import { readSolution, type SolutionFile as Solution } from '../../src/formats/index.js'
import { checkShape } from '../book/check-shape.js'
import type { ReadOptions } from '../book/file.js'
import { readJsonAs, readText } from '../book/json-file.js'
import { modelMapSchema } from '../book/model-map-schema.js'
import type { ModelMap } from './model-map.js'

/** A map as `export --map` writes it. Throws on everything else, and `broken-map` on a column of a pair that it does not list. */
export function parseModelMap(json: unknown): ModelMap {
  const map = checkShape(modelMapSchema, json, 'map')
  const pairs = new Set(map.pairs.map(({ account, market }) => JSON.stringify([account, market])))
  map.columns.forEach(({ account, market, contracts }, j) => {
    if (contracts === undefined || pairs.has(JSON.stringify([account, market]))) return
    throw new SpillwayError({
      code: 'broken-map',
      path: `columns[${j}]`,
      value: `${account}, ${market}`,
      problem: 'no such pair of account and market is listed',
      cure: 'Export the model again, with --map.',
    })
  })
  return map as ModelMap
}

/** Reads the map that was written beside an exported model. */
export async function readModelMap(path: string, options: ReadOptions = {}): Promise<ModelMap> {
  return readJsonAs(path, 'map', parseModelMap, options)
}

/** A solution file of another program; mistakes come with file and line. */
export async function readSolutionFile(path: string, options: ReadOptions = {}): Promise<Solution> {
  const text = await readText(path, options)
  try {
    return readSolution(text)
  } catch (error) {
    if (!(error instanceof SpillwayError)) throw error
    throw error.with({ location: `${path}:${/^line (\d+)$/.exec(error.path)?.[1] ?? 1}` })
  }
}
