import { type DifferenceRow, LEAST_DIFFERENT, LEAST_PATHS } from './merge.js'
import { measures } from './result.js'

/** One path that makes more than this of a difference is named: such a mean hangs on luck. */
const LARGE_SHARE = 0.25

/** Four digits, thousands set apart. */
export const short = (value: number): string => {
  const digits = Math.abs(value).toPrecision(4)
  return Number(digits).toLocaleString('en-US', { maximumSignificantDigits: 4, maximumFractionDigits: 20 })
}

/** What the sample can tell of two policies, in a plain sentence. */
export function differenceWords(row: DifferenceRow): string {
  const { policy, against, measure, mean, standardError, count, lower, higher, finding, largestShare } = row
  const what = measures.find(({ name }) => name === measure)?.title ?? measure
  const paths = `${count.toLocaleString('en-US')} ${count === 1 ? 'path' : 'paths'}`
  if (finding === 'same')
    return `${policy} and ${against} are the same in ${what} on ${count === 1 ? 'the one path' : `every one of ${paths}`}.`
  const different = lower + higher
  const size = `${short(Math.abs(mean))}${standardError === null ? '' : ` ± ${short(standardError)}`}`
  const one =
    largestShare > LARGE_SHARE && different > 1
      ? ` One path alone makes ${Math.round(100 * largestShare)} % of the difference.`
      : ''
  if (finding === 'open') {
    const why =
      count < LEAST_PATHS
        ? `${paths} ${count === 1 ? 'is' : 'are'} too few`
        : different < LEAST_DIFFERENT
          ? `only ${different} of ${paths} differ`
          : `the difference, ${size} (mean and standard error), is within the noise`
    return `In ${what}, ${policy} and ${against} cannot be told apart: ${why}.${one}`
  }
  const word = finding === 'less' ? 'less' : 'more'
  return `${policy} has ${size} ${word} ${what} than ${against} (mean and standard error over ${paths}): more than noise.${one}`
}
