import { mistake } from '../../book/place.js'

/** Throws `wrong-length` or `bad-number` where a list of a model is not one finite number per entry, or has one too small. */
export function checkNumbers(values: Float64Array | undefined, length: number, path: string, least = -Infinity): void {
  if (values === undefined) return
  if (values.length !== length) {
    const cure = 'Give one number per market, for a covariance one per pair of markets.'
    throw mistake(
      'wrong-length',
      path,
      `there are ${values.length} numbers where ${length} belong`,
      values.length,
      cure,
    )
  }
  const bad = values.findIndex((value) => !Number.isFinite(value) || value < least)
  if (bad < 0) return
  const range = least === -Infinity ? 'finite' : `finite and not below ${least}`
  throw mistake('bad-number', `${path}[${bad}]`, `must be ${range}`, values[bad], `Give a number that is ${range}.`)
}

/** Throws `bad-number` where an option is not a whole number between two others. */
export function checkWhole(value: number, least: number, most: number, path: string): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  const cure = `Give a whole number from ${least} to ${most}.`
  throw mistake('bad-number', path, 'is not a whole number in the range', value, cure)
}
