/** A slow stand-in for development: to be replaced by src/closed-forms/network-fill.ts. */
export interface NetworkFillInput {
  readonly column: Int32Array
  readonly market: Int32Array
  readonly capacity: Float64Array
  readonly weight: Float64Array
  readonly start: Float64Array
  readonly supply: Float64Array
}

export function networkFill({ column, market, capacity, weight, start, supply }: NetworkFillInput): {
  flow: Float64Array
  level: Float64Array
} {
  const flow = new Float64Array(capacity.length)
  const pairsOf: number[][] = Array.from(supply, () => [])
  market.forEach((k, p) => {
    pairsOf[k]!.push(p)
  })
  const exposure = start.slice()
  pairsOf.forEach((pairs, k) => {
    const total = pairs.reduce((sum, p) => sum + capacity[p]!, 0)
    for (const p of pairs) {
      flow[p] = total > 0 ? (capacity[p]! * supply[k]!) / total : 0
      exposure[column[p]!]! -= flow[p]!
    }
  })
  for (let sweep = 0; sweep < 3000; sweep++) {
    let change = 0
    pairsOf.forEach((pairs, k) => {
      if (pairs.length === 0) return
      const base = pairs.map((p) => exposure[column[p]!]! + flow[p]!)
      const sent = (level: number): number =>
        pairs.reduce(
          (sum, p, i) => sum + Math.min(capacity[p]!, Math.max(0, base[i]! - level * weight[column[p]!]!)),
          0,
        )
      const points = pairs
        .flatMap((p, i) => [base[i]! / weight[column[p]!]!, (base[i]! - capacity[p]!) / weight[column[p]!]!])
        .sort((a, b) => a - b)
      let low = 0
      let high = points.length - 1
      while (high - low > 1) {
        const middle = (low + high) >> 1
        if (sent(points[middle]!) >= supply[k]!) low = middle
        else high = middle
      }
      const [a, b] = [points[low]!, points[high]!]
      const [atA, atB] = [sent(a), sent(b)]
      const level = atA === atB ? a : a + ((b - a) * (atA - supply[k]!)) / (atA - atB)
      pairs.forEach((p, i) => {
        const next = Math.min(capacity[p]!, Math.max(0, base[i]! - level * weight[column[p]!]!))
        change = Math.max(change, Math.abs(next - flow[p]!) / (Math.abs(base[i]!) + capacity[p]! + 1e-300))
        exposure[column[p]!] = base[i]! - next
        flow[p] = next
      })
    })
    if (change < 1e-15) break
  }
  return { flow, level: exposure.map((z, i) => z / weight[i]!) }
}
