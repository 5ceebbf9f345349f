import { mistake, type Place } from './place.js'

/** Reads yes or no from a cell: `true` or `false`, undefined for an empty one. Throws `bad-flag` for anything else. */
export function readFlag(text: string | undefined, place: Place, field: string): boolean | undefined {
  if (text === undefined || text === '') return undefined
  if (text === 'true' || text === 'false') return text === 'true'
  throw mistake('bad-flag', place(field), `${field} is yes or no`, text, 'Write true or false, or leave it empty.')
}
