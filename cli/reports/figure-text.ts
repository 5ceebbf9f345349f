import type { VerifyResult } from '../../reports/verify-result.js'
import { count, gap, leverage, rounded } from '../table.js'

type Figure = VerifyResult['figures'][string]

/** A figure of a result as text, to so many digits; – where there is none. */
export function figureText(figure: Figure | undefined, digits?: number): string {
  if (figure === undefined || figure.state === 'unknown') return '–'
  const { value, unit } = figure
  if (unit === 'leverage') return leverage(value, digits)
  if (unit === 'accounts') return value === null ? '–' : count(value)
  if (unit === 'share') return gap(value)
  return rounded(value, digits ?? 6)
}
