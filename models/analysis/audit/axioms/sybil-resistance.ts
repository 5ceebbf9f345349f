import type { Arbitrary } from 'fast-check'
import { add, type Decimal, zero } from '../../../../src/numeric/index.js'
import type { Axiom, FastCheck, Scope, Trial } from '../axiom.js'
import { type AccountSketch, accountSketches, bookOf, type Sketch, sketches } from '../books.js'
import { inWords, isAbove, slackOf } from '../compare.js'
import { eventOf, type PlainAccount, type PlainBook, replacing } from '../plain-book.js'

/**
 * Σ_j (c_j − x_j) over the parts ≤ c − x of the whole. The parts are drawn, and the account is their sum: so they are
 * round, and as uneven as can be, or one the multiple of the other.
 */
export const sybilResistance: Axiom = {
  name: 'sybil-resistance',
  statement: 'Nobody keeps more of a position by splitting an account, position and equity, into several.',
  domain:
    'One market, nothing else held; every account and every part can pay at the mark and at the ADL price. Parts hold the side that the whole holds, at its entry price.',
  trials,
  async judge(run, event, variant) {
    const isPart = (name: string): boolean => !event.accounts.some(({ account }) => account === name)
    const owner = event.accounts.find(({ account }) => !variant!.accounts.some((other) => other.account === account))!
    const whole = (await run(event)).shareOf(owner.account)!
    const parts = (await run(variant!)).shares.filter(({ account }) => isPart(account))
    const sum = (of: (part: (typeof parts)[number]) => Decimal): Decimal => parts.map(of).reduce(add, zero)
    const kept = sum((part) => part.kept)
    if (!isAbove(kept, whole.kept, slackOf(whole))) return undefined
    const [held, before, after] = inWords(whole.held, whole.kept, kept)
    const names = parts.map(({ account }) => account).join(' and ')
    return `Account ${owner.account} holds ${held} and keeps ${before} of it. Split into ${names}, its owner keeps ${after}.`
  },
}

function trials(fc: FastCheck, scope: Scope): Arbitrary<Trial> {
  const part = accountSketches(fc, scope)
  const even = fc
    .tuple(part, fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 3 }))
    .map(([base, times]) => times.map((n) => ({ ...base, digits: base.digits * n })))
  const parts = fc.oneof(fc.array(part, { minLength: 2, maxLength: 3 }), even)
  return fc.record({ sketch: sketches(fc, scope), parts, index: fc.nat({ max: 9 }) }).map(split)
}

function split({ sketch, parts, index }: { sketch: Sketch; parts: readonly AccountSketch[]; index: number }): Trial {
  const at = index % (sketch.accounts.length + 1)
  const alike = parts.map((part) => ({
    ...part,
    isOpposite: false,
    entry: parts[0].entry,
    marginRate: parts[0].marginRate,
    day: parts[0].day,
  }))
  const apart = bookOf({ ...sketch, accounts: sketch.accounts.toSpliced(at, 0, ...alike) })
  const drawn = apart.accounts.slice(at, at + parts.length)
  const name = drawn[0].account
  const whole: PlainAccount = {
    ...drawn[0],
    equity: drawn.map(({ equity }) => equity).reduce(add),
    positions: [
      { ...drawn[0].positions[0], quantity: drawn.map(({ positions }) => positions[0].quantity).reduce(add) },
    ],
  }
  const pieces = drawn.map((account, j) => ({ ...account, account: `${name}${j + 1}` }))
  const others: PlainBook = { ...apart, accounts: apart.accounts.toSpliced(at + 1, parts.length - 1) }
  return {
    event: eventOf(replacing(others, at, [whole])),
    variant: eventOf(replacing(others, at, pieces)),
  }
}
