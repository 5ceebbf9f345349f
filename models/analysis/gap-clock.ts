/**
 * When a gap will be at its target, if it goes on falling by the same factor in the same time, as the levels of a proximal method
 * and rounds of cuts nearly do:
 *
 *     left = (t − t₀) · log(g/target) / log(g₀/g),   g₀ the first gap, at t₀, and g the last one, at t.
 */
export class GapClock {
  #first: { readonly gap: number; readonly at: number } | undefined

  /** @param target the relative gap to reach, above 0 */
  constructor(readonly target: number) {}

  /** Seconds left after a gap that was seen at a time, in milliseconds; undefined while nothing tells. */
  left(gap: number, at: number): number | undefined {
    const first = this.#first
    if (first === undefined && gap > 0 && Number.isFinite(gap)) this.#first = { gap, at }
    if (gap <= this.target) return 0
    if (first === undefined || !(gap < first.gap)) return undefined
    return ((at - first.at) / 1000) * (Math.log(gap / this.target) / Math.log(first.gap / gap))
  }
}
