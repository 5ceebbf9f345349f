import { SpillwayError } from '../../src/errors.js'

/** Where there are no files, whoever asks for one learns what to do instead. */
export function noFiles(path: unknown): never {
  throw new SpillwayError({
    code: 'no-file-system',
    path: 'path',
    value: path,
    problem: 'a browser has no files to read or write by path',
    cure: 'Read the text where you have it (fetch, a file that the user chose) and give its JSON to a function that parses: parseEvent, parseAllocation, parseMoves.',
  })
}
