/**
 * How an axis writes its numbers (d3-format): six digits and no zeros behind them, so that 60 is not 6e+1, as with `g`, and two
 * ticks never read alike. Thousands are set apart; beyond a million, M and G keep labels short.
 */
export function axisFormat(values: Iterable<number | null>): string {
  let size = 0
  for (const value of values) if (value !== null) size = Math.max(size, Math.abs(value))
  if (size >= 1e6) return '.6~s'
  return size === 0 || size >= 1e-3 ? ',.6~r' : '.6~e'
}
