import type { Writable } from 'node:stream'
import { SpillwayError } from '../src/errors.js'

/** Standard output that can be closed by its reader (`| head`): then the rest is dropped, without a word. */
export class Output {
  private isClosed = false

  constructor(private readonly stream: Writable) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw notWritten(error)
      this.isClosed = true
    })
  }

  /** Settles when all of it has left this process. */
  async write(pieces: Iterable<string>): Promise<void> {
    for (const chunk of inChunks(pieces)) {
      if (this.isClosed) return
      await new Promise<void>((resolve) => this.stream.write(chunk, () => resolve()))
    }
  }
}

function notWritten({ code, message }: NodeJS.ErrnoException): SpillwayError {
  return new SpillwayError({
    code: 'file-unusable',
    path: 'standard output',
    value: code ?? message,
    problem: 'the system took no more of it',
    cure: 'Make room, or write elsewhere.',
  })
}

const CHUNK = 1 << 16

/** Small pieces joined: one system call per 64 kB instead of one per line. */
export function* inChunks(pieces: Iterable<string>): Generator<string> {
  let chunk = ''
  for (const piece of pieces) {
    chunk += piece
    if (chunk.length < CHUNK) continue
    yield chunk
    chunk = ''
  }
  if (chunk !== '') yield chunk
}

/** The same pieces, the first already made: what a format cannot express shows before anything is printed. */
export function begun(pieces: Iterator<string>): Iterable<string> {
  let next = pieces.next()
  return {
    *[Symbol.iterator]() {
      for (; !next.done; next = pieces.next()) yield next.value
    },
  }
}
