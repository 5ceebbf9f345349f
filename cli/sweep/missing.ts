import { SpillwayError } from '../../src/errors.js'

/** Numbers in short: `3, 5-9, 12`; they ascend. */
export function ranges(numbers: readonly number[]): string {
  const parts: string[] = []
  for (let from = 0; from < numbers.length; ) {
    let to = from
    while (numbers[to + 1] === numbers[to] + 1) to++
    parts.push(to === from ? String(numbers[from]) : `${numbers[from]}-${numbers[to]}`)
    from = to + 1
  }
  return parts.join(', ')
}

const SHOWN = 300

/** A sweep that is not done is not merged: means over the jobs that happen to be there would be of another sample. */
export function missingResults(folder: string, missing: readonly number[], jobs: number): SpillwayError {
  const text = ranges(missing)
  const named = text.length <= SHOWN ? text : `${text.slice(0, text.lastIndexOf(',', SHOWN))}, …`
  return new SpillwayError({
    code: 'results-missing',
    path: folder,
    value: missing.length,
    problem: `${missing.length} of ${jobs} jobs have no result: ${named}`,
    cure: `Run them: \`spillway sweep run ${folder}\` does all that are missing.`,
    fault: 'engine',
  })
}
