/**
 * Kendall's τ_b between two lists of numbers, group by group: pairs are compared within a group only, and counted over all groups,
 *
 *     τ_b = (C − D) / √((N − T_a) (N − T_b)),
 *
 * C concordant and D discordant pairs, N all pairs, T those tied in one list. 1 is the same order, −1 the opposite one;
 * `null` where one of the lists has nothing but ties. In O(n log n) (Knight 1966).
 */
export function rankAgreement(
  groups: readonly { readonly a: Float64Array; readonly b: Float64Array }[],
): number | null {
  let difference = 0
  let [untiedA, untiedB] = [0, 0]
  for (const { a, b } of groups) {
    const order = Array.from(a.keys()).sort((i, j) => a[i] - a[j] || b[i] - b[j])
    const pairs = (a.length * (a.length - 1)) / 2
    const tiedA = tiedPairs(order, (i, j) => a[i] === a[j])
    const tiedBoth = tiedPairs(order, (i, j) => a[i] === a[j] && b[i] === b[j])
    const values = Float64Array.from(order, (i) => b[i])
    const discordant = sortCountingSwaps(values)
    const tiedB = tiedPairs(Array.from(values.keys()), (i, j) => values[i] === values[j])
    difference += pairs - tiedA - tiedB + tiedBoth - 2 * discordant
    untiedA += pairs - tiedA
    untiedB += pairs - tiedB
  }
  if (untiedA === 0 || untiedB === 0) return null
  return difference / Math.sqrt(untiedA * untiedB)
}

/** Pairs in runs of neighbours that are equal. */
function tiedPairs(order: readonly number[], isEqual: (i: number, j: number) => boolean): number {
  let tied = 0
  let run = 0
  for (let at = 1; at < order.length; at++) {
    run = isEqual(order[at - 1], order[at]) ? run + 1 : 0
    tied += run
  }
  return tied
}

/** Sorts ascending by merging, and gives the pairs that stood the other way round. */
function sortCountingSwaps(values: Float64Array): number {
  let swaps = 0
  let from: Float64Array = values
  let to: Float64Array = new Float64Array(values.length)
  for (let width = 1; width < values.length; width *= 2) {
    for (let start = 0; start < values.length; start += 2 * width) {
      const middle = Math.min(start + width, values.length)
      const end = Math.min(start + 2 * width, values.length)
      let [left, right] = [start, middle]
      for (let at = start; at < end; at++) {
        const takesLeft = left < middle && (right >= end || from[left] <= from[right])
        if (!takesLeft) swaps += middle - left
        to[at] = takesLeft ? from[left++] : from[right++]
      }
    }
    ;[from, to] = [to, from]
  }
  if (from !== values) values.set(from)
  return swaps
}
