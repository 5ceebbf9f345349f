export function rng(seed) {
  let s = seed | 0
  return () => {
    s = (s + 0x6d2b79f5) | 0
    let t = Math.imul(s ^ (s >>> 15), 1 | s)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
// book: columns n, markets m, avg pairs
export function book(n, m, deg, seed = 7, share = () => 0.3, mixed = true) {
  const u = rng(seed)
  const normal = () => Math.sqrt(-2 * Math.log(1 - u())) * Math.cos(2 * Math.PI * u())
  const beta = Array.from({ length: m }, () => (mixed ? 0.3 + u() * 1.5 * (u() < 0.15 ? -1 : 1) : 1))
  const side = Array.from({ length: m }, () => (mixed && u() < 0.3 ? 1 : -1)) // demanded side sign
  const column = [],
    market = [],
    capacity = []
  const weight = new Float64Array(n),
    start = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const e = Math.exp(7 + 2 * normal())
    weight[i] = e
    const held = 1 + Math.floor((2 * deg - 1) * u())
    const seen = new Set()
    for (let h = 0; h < held; h++) {
      const k = Math.floor(m * u() * u())
      if (seen.has(k)) continue
      seen.add(k)
      const sgn = u() < 0.5 ? 1 : -1
      const notional = ((e * Math.exp(0.7 + normal())) / held) * sgn
      start[i] += notional * beta[k]
      if (sgn === side[k]) {
        const b = sgn * beta[k]
        const c = Math.abs(notional * beta[k])
        column.push(i)
        market.push(k)
        capacity.push(c)
        if (b < 0) start[i] += c
      }
    }
  }
  const tot = new Float64Array(m)
  column.forEach((_, p) => (tot[market[p]] += capacity[p]))
  const rev = Array.from({ length: m }, (_, k) => side[k] * beta[k] < 0)
  const supply = tot.map((t, k) => {
    const q = share(u) * t
    return rev[k] ? t - q : q
  })
  return {
    column: Int32Array.from(column),
    market: Int32Array.from(market),
    capacity: Float64Array.from(capacity),
    weight,
    start,
    supply,
  }
}
