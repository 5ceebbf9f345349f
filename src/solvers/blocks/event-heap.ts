/** Events in order of time, for the kinks that a line meets: all are added, then taken one by one, often only the first few. */
export class EventHeap {
  readonly #time: Float64Array
  readonly #event: Int32Array
  #size = 0

  constructor(most: number) {
    this.#time = new Float64Array(most)
    this.#event = new Int32Array(most)
  }

  get size(): number {
    return this.#size
  }

  get firstTime(): number {
    return this.#time[0]
  }

  clear(): void {
    this.#size = 0
  }

  /** Call `order` after the last one. */
  add(time: number, event: number): void {
    this.#time[this.#size] = time
    this.#event[this.#size++] = event
  }

  order(): void {
    for (let i = (this.#size >> 1) - 1; i >= 0; i--) this.#sink(i, this.#time[i], this.#event[i])
  }

  /** The earliest event, taken out. */
  take(): number {
    const first = this.#event[0]
    const last = --this.#size
    if (last > 0) this.#sink(0, this.#time[last], this.#event[last])
    return first
  }

  #sink(from: number, time: number, event: number): void {
    const times = this.#time
    const events = this.#event
    const size = this.#size
    let at = from
    for (;;) {
      let child = 2 * at + 1
      if (child >= size) break
      if (child + 1 < size && times[child + 1] < times[child]) child++
      if (times[child] >= time) break
      times[at] = times[child]
      events[at] = events[child]
      at = child
    }
    times[at] = time
    events[at] = event
  }
}
