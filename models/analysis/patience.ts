import { SpillwayError } from '../../src/errors.js'
import { cancelled } from './method-errors.js'

/** Throws where a signal is aborted: the reason where it is a `SpillwayError`, else `cancelled`. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortOf(signal)
}

function abortOf(signal: AbortSignal): SpillwayError {
  return signal.reason instanceof SpillwayError ? signal.reason : cancelled()
}

const LONG_MS = 2 ** 30

/**
 * What a promise of somebody else's gives. Until it settles the process is kept alive, which a promise that nobody settles would
 * end without a word; when the signal aborts it is waited for no longer.
 */
export async function patiently<T>(promise: PromiseLike<T>, signal: AbortSignal | undefined): Promise<T> {
  throwIfAborted(signal)
  const awake = setInterval(() => undefined, LONG_MS)
  let stop = (): void => undefined
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(abortOf(signal!))
    signal?.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    clearInterval(awake)
    signal?.removeEventListener('abort', stop)
  }
}
