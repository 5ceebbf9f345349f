/** Sorts `keys` ascending between two indices and carries `values` along: Shell's method with Ciura's gaps, in place. */
export function sortBreakpoints(keys: Float64Array, values: Float64Array, from: number, to: number): void {
  for (let gap = largestGap(to - from); gap > 0; gap = nextGap(gap)) {
    for (let i = from + gap; i < to; i++) {
      const key = keys[i]
      const value = values[i]
      let at = i
      for (; at >= from + gap && keys[at - gap] > key; at -= gap) {
        keys[at] = keys[at - gap]
        values[at] = values[at - gap]
      }
      keys[at] = key
      values[at] = value
    }
  }
}

const GAPS = [1, 4, 10, 23, 57, 132, 301, 701]

function largestGap(size: number): number {
  let gap = 1
  for (const next of GAPS) if (next < size) gap = next
  while (Math.floor(gap * 2.25) < size && gap >= 701) gap = Math.floor(gap * 2.25)
  return gap
}

function nextGap(gap: number): number {
  if (gap > 701) return Math.max(701, Math.floor(gap / 2.25))
  let next = 0
  for (const smaller of GAPS) if (smaller < gap) next = smaller
  return next
}
