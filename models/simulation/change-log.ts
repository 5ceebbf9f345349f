import type { Decimal } from '../../src/numeric/index.js'

/** What numbers of a list were before a step changed them. */
export class ChangeLog {
  private readonly indices: number[] = []
  private readonly before: Decimal[] = []

  /** @param count how many numbers the list has */
  constructor(private readonly count: number) {}

  note(index: number, before: Decimal): void {
    this.indices.push(index)
    this.before.push(before)
  }

  clear(): void {
    this.indices.length = 0
    this.before.length = 0
  }

  copy(): ChangeLog {
    const copy = new ChangeLog(this.count)
    this.indices.forEach((index, at) => {
      copy.note(index, this.before[at])
    })
    return copy
  }

  /** Visits each index whose value changed, once, with what stood there before its first change. */
  forEach(visit: (index: number, before: Decimal) => void): void {
    const isSeen = new Uint8Array(this.count)
    for (let at = 0; at < this.indices.length; at++) {
      const index = this.indices[at]
      if (isSeen[index] === 1) continue
      isSeen[index] = 1
      visit(index, this.before[at])
    }
  }
}
