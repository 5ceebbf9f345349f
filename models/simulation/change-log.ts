import type { Decimal } from '../../src/numeric/index.js'

/** What numbers of a list were before a step changed them. */
export class ChangeLog {
  private readonly places: number[] = []
  private readonly before: Decimal[] = []

  /** @param count how many numbers the list has */
  constructor(private readonly count: number) {}

  note(place: number, before: Decimal): void {
    this.places.push(place)
    this.before.push(before)
  }

  clear(): void {
    this.places.length = 0
    this.before.length = 0
  }

  copy(): ChangeLog {
    const copy = new ChangeLog(this.count)
    this.places.forEach((place, at) => {
      copy.note(place, this.before[at])
    })
    return copy
  }

  /** Each place that changed, once, with what stood there before its first change. */
  *changes(): Generator<readonly [place: number, before: Decimal]> {
    const isSeen = new Uint8Array(this.count)
    for (let at = 0; at < this.places.length; at++) {
      const place = this.places[at]
      if (isSeen[place] === 1) continue
      isSeen[place] = 1
      yield [place, this.before[at]]
    }
  }
}
