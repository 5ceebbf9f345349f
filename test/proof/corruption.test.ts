import { beforeAll, describe, expect, it } from 'vitest'
import { skipUnless } from '../notes.js'
import { type Certified, certified, objectives } from './certified.js'
import { type Case, hasPython, isProved, judge, type PythonVerdict } from './python.js'

/**
 * Every digit of event, allocation and certificate, changed by itself, for one small book and every objective: refused by `check` and by the
 * Python checker, but where the content is the same afterwards (there is no such digit in files without blanks and needless zeros).
 * A part of them here; all of them: EVERY=1 npx vitest run test/proof/corruption.test.ts
 */
const STEP = process.env.EVERY === '1' ? 1 : 37

const book = {
  format: 'spillway/event@1' as const,
  markets: [
    { market: 'M', markPrice: '100', adlPrice: '99.5' },
    { market: 'N', markPrice: '20' },
  ],
  accounts: [
    { account: 'a', equity: '310', positions: [{ market: 'M', quantity: '-10' }] },
    {
      account: 'b',
      equity: '700',
      positions: [
        { market: 'M', quantity: '-11' },
        { market: 'N', quantity: '30' },
      ],
    },
    { account: 'c', equity: '-1', positions: [{ market: 'M', quantity: '-2' }] },
  ],
  demand: [{ market: 'M', side: 'short' as const, quantity: '9' }],
}

/** The file with one digit changed. */
function* changed(text: string): Generator<string> {
  let count = 0
  for (let i = 0; i < text.length; i++) {
    if (!/\d/.test(text[i]) || count++ % STEP !== 0) continue
    yield text.slice(0, i) + ((Number(text[i]) + 1 + (i % 9)) % 10) + text.slice(i + 1)
  }
}

describe('a changed digit', () => {
  skipUnless(hasPython, 'there is no python3')
  const files = ['event', 'allocation', 'certificate'] as const
  /** By objective the files as they are, then those with a digit changed, and what the checker in Python says of all: one process of it. */
  const cases = new Map<string, readonly Case[]>()
  const theirs = new Map<string, readonly PythonVerdict[]>()
  beforeAll(async () => {
    for (const [name, make] of Object.entries(objectives)) {
      const made = (await certified({ book, lots: false, pinned: {} }, make(book, 7))) as Certified
      const texts = Object.fromEntries(files.map((file) => [file, JSON.stringify(made[file])]))
      const others = files.flatMap((file) => Array.from(changed(texts[file]), (text) => ({ ...texts, [file]: text })))
      cases.set(name, [texts, ...others] as unknown as Case[])
    }
    const verdicts = judge([...cases.values()].flat())
    for (const [name, own] of cases) theirs.set(name, verdicts.splice(0, own.length))
  }, 600_000)

  it.each(Object.keys(objectives))(
    'is refused in event, allocation and certificate of %s',
    (name) => {
      const [[, ...others], [whole, ...verdicts]] = [cases.get(name)!, theirs.get(name)!]
      expect(others.length).toBeGreaterThan(100 / STEP)
      expect(whole).toMatchObject({ proved: true })
      const accepted = others.filter((files, i) => verdicts[i].proved || isProved(files))
      expect(accepted).toEqual([])
    },
    600_000,
  )
})
