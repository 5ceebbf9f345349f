import { basename } from 'node:path'
import { z } from 'zod'
import type { ReadOptions } from '../book/file.js'
import { readJsonAs } from '../book/json-file.js'
import { jsonPath, mistake, suggest } from '../book/place.js'

/** Our fields by section: the needed ones first. */
export const sections = {
  accounts: {
    needed: ['account', 'equity'],
    optional: ['maintenanceMargin', 'walletBalance', 'openedAt', 'exempt', 'time'],
  },
  positions: {
    needed: ['account', 'market', 'quantity'],
    optional: ['side', 'entryPrice', 'maintenanceMargin', 'walletBalance', 'openedAt', 'time'],
  },
  marks: {
    needed: ['market', 'markPrice'],
    optional: ['adlPrice', 'lotSize', 'factorLoading', 'contractSize', 'inverse', 'settles', 'time'],
  },
  allocation: { needed: ['account', 'market', 'quantity'], optional: ['side', 'time'] },
  demand: { needed: ['market', 'side', 'quantity'], optional: ['time'] },
} as const

export type Section = keyof typeof sections

/** By section, from our field to the column that has it. */
export type TableMap = ReadonlyMap<Section, ReadonlyMap<string, string>>

const schema = z.record(z.string(), z.record(z.string(), z.string()))

/**
 * Reads a map: `{ "accounts": {column: field}, "positions": …, "marks": …, "allocation": …, "demand": … }`.
 *
 * @throws SpillwayError where a section or a field is not known, a needed field has no column, or one has two
 */
export async function readTableMap(file: string, options: ReadOptions): Promise<TableMap> {
  return readJsonAs(file, 'map', (json) => parseTableMap(json), options).catch((error: unknown) => {
    if ((error as { code?: string }).code !== 'file-missing') throw error
    throw mistake(
      'file-missing',
      basename(file),
      'there is no such map',
      file,
      'Check the path of --map, or create it.',
    )
  })
}

function parseTableMap(json: unknown): TableMap {
  const parsed = schema.safeParse(json)
  if (!parsed.success) {
    const [{ path }] = parsed.error.issues
    const cure = 'Write { "positions": { "column": "field", … }, … }; see docs/import.md.'
    throw mistake('bad-map', jsonPath(path, 'map'), 'a map has columns and fields by section', json, cure)
  }
  const map = new Map<Section, ReadonlyMap<string, string>>()
  for (const [name, columns] of Object.entries(parsed.data)) {
    if (!Object.hasOwn(sections, name)) {
      throw mistake(
        'unknown-field',
        jsonPath([name], 'map'),
        'no such section',
        name,
        suggest(name, Object.keys(sections)),
      )
    }
    const section = name as Section
    const { needed, optional } = sections[section]
    const known: readonly string[] = [...needed, ...optional]
    const byField = new Map<string, string>()
    for (const [column, field] of Object.entries(columns)) {
      const path = jsonPath([section, column], 'map')
      if (!known.includes(field)) throw mistake('unknown-field', path, 'no such field', field, suggest(field, known))
      if (byField.has(field)) throw mistake('duplicate-field', path, `two columns are ${field}`, field, 'Keep one.')
      byField.set(field, column)
    }
    const missing = needed.find((field) => !byField.has(field))
    if (missing !== undefined) {
      const cure = `Say which column is ${missing}.`
      throw mistake('missing-field', jsonPath([section], 'map'), `${missing} has no column`, Object.keys(columns), cure)
    }
    map.set(section, byField)
  }
  for (const section of ['accounts', 'positions', 'marks'] as const) {
    if (map.has(section)) continue
    const cure = 'An event needs accounts with equities, positions and marks.'
    throw mistake('missing-field', `map.${section}`, 'the map has no such section', Object.keys(parsed.data), cure)
  }
  return map
}
