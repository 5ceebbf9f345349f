import type { Session } from './command.js'

/**
 * The same entries; an interrupt between two of them ends the walk, so that a long file which is being written leaves
 * the old one.
 */
export function* interruptible<Entry>(session: Session, entries: Iterable<Entry>): Generator<Entry> {
  for (const entry of entries) {
    session.checkpoint()
    yield entry
  }
}

/** The same for an answer that is in hand: time that is up by now is no reason to lose it. */
export function* inHand<Entry>({ signal }: Pick<Session, 'signal'>, entries: Iterable<Entry>): Generator<Entry> {
  for (const entry of entries) {
    signal.throwIfAborted()
    yield entry
  }
}
