import type { WriteStream } from 'node:tty'
import { SingleBar } from 'cli-progress'
import type { ReadProgress } from '../models/index.js'

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const FRAME_MS = 100
const CLEAR_LINE = '\r\u001B[K'
const MEGABYTE = 1e6

/** What is going on, in the last line of a terminal, and gone when it is over. Elsewhere it shows nothing. */
export class Progress {
  private bar: SingleBar | undefined
  private file = ''
  private timer: NodeJS.Timeout | undefined
  private readonly started = performance.now()

  constructor(
    private readonly stream: WriteStream,
    private readonly isShown: boolean,
  ) {}

  /** A bar of the bytes of a file. */
  readonly read = ({ file, done, total }: ReadProgress): void => {
    if (!this.isShown) return
    if (this.bar === undefined || this.file !== file) {
      this.clear()
      this.file = file
      this.bar = new SingleBar({
        stream: this.stream,
        format: 'reading {file} [{bar}] {read} of {size} MB',
        barsize: 30,
        clearOnComplete: true,
        linewrap: true,
      })
      this.bar.start(total, 0, sizes(file, 0, total))
    }
    this.bar.update(done, sizes(file, done, total))
  }

  /**
   * A line with the clock of the whole command. The first is drawn at once: what follows may not let go of the thread
   * for a while.
   */
  phase(phase: string): void {
    this.clear()
    if (!this.isShown) return
    let frame = 0
    const draw = (): void => {
      const seconds = ((performance.now() - this.started) / 1000).toFixed(1)
      this.stream.write(`${CLEAR_LINE}${FRAMES[frame++ % FRAMES.length]} ${phase} ${seconds} s`)
    }
    draw()
    this.timer = setInterval(draw, FRAME_MS)
    this.timer.unref()
  }

  clear(): void {
    if (this.timer !== undefined) {
      clearInterval(this.timer)
      this.stream.write(CLEAR_LINE)
      this.timer = undefined
    }
    this.bar?.stop()
    this.bar = undefined
  }
}

function sizes(file: string, done: number, total: number): object {
  return { file, read: (done / MEGABYTE).toFixed(1), size: (total / MEGABYTE).toFixed(1) }
}
