/** "Did you mean …?" when a known name is near, else the known names. */
export function suggest(name: string, known: readonly string[]): string {
  const near = nearest(name, known)
  if (near !== undefined) return `Did you mean ${JSON.stringify(near)}?`
  const shown = known.slice(0, 12).map((word) => JSON.stringify(word))
  const more = known.length > shown.length ? ', ...' : ''
  return known.length === 0 ? 'None are known.' : `Known: ${shown.join(', ')}${more}.`
}

/** The known name with the fewest edits, if few, or at most `most`; capitals and surrounding spaces count as nothing. */
export function nearest(name: string, known: Iterable<string>, most = Infinity): string | undefined {
  if (name.length > 100) return undefined
  const plain = name.trim().toLowerCase()
  let best: string | undefined
  let fewest = Math.min(most, Math.max(1, Math.floor(plain.length / 3))) + 1
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > 40) continue
    const count = edits(plain, candidate.trim().toLowerCase(), fewest)
    if (count < fewest) {
      fewest = count
      best = candidate
    }
  }
  return best
}

/** Levenshtein distance, given up at `limit`. */
function edits(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(swap, previous[j] + 1, row[j - 1] + 1))
    }
    previous = row
  }
  return previous[b.length]
}
