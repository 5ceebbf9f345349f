import { describe, expect, it } from 'vitest'
import { parseAllocation, parseEvent } from '#models/book/index.js'
import type { Claimant, PrepareOptions } from '#models/proof/claim.js'
import { claimants } from '#models/proof/claims/index.js'
import { minMaxLeverageClaims } from '#models/proof/claims/min-max-leverage.js'
import { linearProofFrom, linearProofOf } from '#models/proof/linear-proof-of.js'
import { ratioText } from '#src/numeric/index.js'
import { thrown } from './thrown.js'
import {
  best,
  book,
  cutsOf,
  ellipsoid,
  ellipsoidBook,
  leverage,
  lossCuts,
  type Stated,
  squares,
  worked,
} from './worked.js'

describe('the linear program of a certificate', () => {
  const proofOf = (
    stated: Stated,
    allocation: typeof best | undefined = undefined,
    cuts = best,
    event: object = book,
  ) => {
    const { certificate } = worked(stated, cuts, event)
    return linearProofOf(parseEvent(event), certificate, [], allocation && parseAllocation(allocation))
  }

  it('says what it is about', () => {
    const { certificate } = worked(leverage)
    const digest = parseEvent(book).digest()
    const { bound, notes } = proofOf(leverage)
    expect(ratioText(bound)).toBe('1')
    expect(notes.slice(0, 3)).toEqual([
      'spillway: a lower bound on min-max-leverage',
      `event ${digest}`,
      `allocation ${certificate.allocation}: value 1, certified bound 1`,
    ])
    expect(proofOf({ ...leverage, value: null, bound: null }).notes[2]).toBe(
      `allocation ${certificate.allocation}: value infinite, certified bound infinite`,
    )
    // What follows are the claim's own notes, and nothing between.
    const own = (stated: Stated) =>
      claimants.get(stated.objective)!({}).prepare(parseEvent(book)).linearProof!(stated.evidence)
    for (const stated of [leverage, squares]) expect(proofOf(stated).notes.slice(3)).toEqual(own(stated).notes)
    // At the mark nobody ends below zero whom ADL closes.
    expect(proofOf({ ...leverage, keepSolvent: true }).notes[3]).toBe(
      'nothing is closed of an account that would end below zero',
    )
  })

  it('is about the demand that the allocation filled, where that is given', () => {
    const filled = cutsOf({ A: '6', B: '2' })
    const stated: Stated = { ...leverage, demand: 'filled', value: '2', bound: '6/5' }
    const proof = proofOf(stated, filled, filled)
    expect(ratioText(proof.bound)).toBe('6/5')
    expect(proof.notes[3]).toBe('the demand is what this allocation filled of that of the event')
    expect(thrown(() => proofOf(stated, undefined, filled))).toBe('missing-input allocation')
    expect(thrown(() => proofOf(stated, best, filled))).toBe('missing-input allocation')
    // Of the demand of the event no allocation is asked for.
    expect(ratioText(proofOf(leverage, cutsOf({ A: '1' })).bound)).toBe('1')
  })

  it('is not there for what is not linear', () => {
    expect(thrown(() => proofOf(ellipsoid, undefined, lossCuts, ellipsoidBook))).toBe('not-expressible objective')
    const { linearProof: _, ...claim } = minMaxLeverageClaims().prepare(parseEvent(book))
    expect(thrown(() => linearProofFrom('own', claim, {}))).toBe('not-expressible objective')
    const whole = minMaxLeverageClaims().prepare(parseEvent(book))
    expect(linearProofFrom('own', whole, leverage.evidence).notes).toEqual([
      'spillway: a lower bound on own',
      `event ${parseEvent(book).digest()}`,
      ...whole.linearProof!(leverage.evidence).notes,
    ])
  })

  it('is that of lots, of who stays solvent, and of exact arithmetic, where the certificate is', () => {
    const asked: PrepareOptions[] = []
    const { name, prepare } = minMaxLeverageClaims()
    const claimant: Claimant = {
      name,
      prepare(event, options = {}) {
        asked.push(options)
        return prepare(event, options)
      },
    }
    const event = { ...book, markets: [{ ...book.markets[0], lotSize: '1' }] }
    for (const lots of [true, false])
      for (const terms of [{}, { keepSolvent: true }, { exact: true }] as const) {
        linearProofOf(parseEvent(event), worked({ ...leverage, lots, ...terms }, best, event).certificate, [claimant])
        expect(asked.pop()).toEqual({ keepSolvent: false, exact: false, ...terms, lots })
      }
  })
})
