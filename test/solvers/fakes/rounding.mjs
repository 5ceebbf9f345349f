/**
 * Solves  min c·x,  Σ x ≥ b,  lower ≤ x ≤ upper  (c > 0) exactly, by filling the cheapest first, and then rounds its answer to
 * four places, as one real solver does to eight.
 */
export const solver = {
  answer: async (form) => {
    const x = form.lower.slice()
    let lacking = form.rowLower[0] - x.reduce((a, b) => a + b, 0)
    const cheapest = Array.from(x.keys()).sort((i, j) => form.linear[i] - form.linear[j])
    for (const j of cheapest) {
      const more = Math.min(Math.max(lacking, 0), form.upper[j] - x[j])
      x[j] += more
      lacking -= more
    }
    return { claim: 'optimal', status: 'optimal', x: x.map((value) => Math.round(value * 1e4) / 1e4) }
  },
}
