import { describe, expect, it } from 'vitest'
import { decisionSpace } from '#models/book/decision-space.js'
import { type Certificate, parseAllocation, parseEvent } from '#models/book/index.js'
import { type CheckOptions, checkCertificate, objectiveOf } from '#models/proof/check-certificate.js'
import type { Claim, Claimant, PrepareOptions } from '#models/proof/claim.js'
import { outOfRange } from '#models/proof/evidence.js'
import type { ObjectiveInputs } from '#models/proof/inputs.js'
import { parseRatio } from '#src/numeric/index.js'
import { thrown } from './thrown.js'
import { best, book, cutsOf, factor, leverage, type Stated, squares, type Worked, worked } from './worked.js'

const TERMS = { lots: false, keepSolvent: false, demand: 'event', feasibility: 1e-9 }
const check = (
  { event, allocation, certificate }: Worked,
  custom: readonly Claimant[] = [],
  options: CheckOptions = {},
) => checkCertificate(event as never, allocation as never, certificate, custom, options)

/** An objective of the caller's own, worth 3 and bounded by 2. */
function own(
  change: Partial<Claim> | ((options: PrepareOptions) => Partial<Claim>) = {},
  inputs?: ObjectiveInputs,
): Claimant {
  return {
    name: 'own',
    ...(inputs && { inputs }),
    prepare: (event, options = {}) => ({
      space: decisionSpace(event, options),
      gapFloor: 1,
      value: () => parseRatio('3'),
      breaks: () => undefined,
      recheck: () => ({ bound: parseRatio('2'), prices: [] }),
      ...(typeof change === 'function' ? change(options) : change),
    }),
  }
}
const ownStated: Stated = { objective: 'own', value: '3', bound: '2', evidence: {} }

describe('a certificate is proved', () => {
  it.each([leverage, squares, factor])('where everything that it states follows: $objective', (stated) => {
    expect(check(worked(stated))).toEqual({
      proved: true,
      verdict: 'optimal',
      value: Number(stated.value),
      bound: Number(stated.value),
      relativeGap: 0,
      objective: stated.objective,
      under: {
        objective: stated.objective,
        ...TERMS,
        ...(stated === factor && { loadings: { digest: expect.stringMatching(/^sha256:/) } }),
      },
    })
  })

  it('to be nearly as good as its bound, or not, by 1e-6 of the value', () => {
    const verdict = (bound: string, gapFloor = 1) => {
      const claimant = own({ gapFloor, recheck: () => ({ bound: parseRatio(bound), prices: [] }) })
      const { proved, verdict, relativeGap } = check(worked({ ...ownStated, bound }), [claimant])
      return [proved, verdict, relativeGap]
    }
    expect(verdict('2')).toEqual([true, 'suboptimal', 1 / 3])
    expect(verdict('2', 30)).toEqual([true, 'suboptimal', 1 / 30])
    expect(verdict('299999/100000')).toEqual([true, 'suboptimal', expect.closeTo(1e-5 / 3, 12)])
    expect(verdict('1499999/500000')).toEqual([true, 'optimal', expect.closeTo(2e-6 / 3, 12)])
    expect(verdict('3')).toEqual([true, 'optimal', 0])
    // A millionth of the value to the last digit.
    expect(verdict('2999997/1000000')).toEqual([true, 'optimal', 1e-6])
  })

  it('of infinities', () => {
    const asked = (value: string | null, bound: string | null, stated = [value, bound]) => {
      const ratio = (text: string | null) => (text === null ? undefined : parseRatio(text))
      const claimant = own({ value: () => ratio(value), recheck: () => ({ bound: ratio(bound), prices: [] }) })
      const found = check(worked({ ...ownStated, value: stated[0]!, bound: stated[1]! }), [claimant])
      return [found.proved, found.verdict ?? found.reason, found.value, found.bound, found.relativeGap]
    }
    expect(asked(null, null)).toEqual([true, 'optimal', null, null, 0])
    expect(asked(null, '2')).toEqual([true, 'suboptimal', null, 2, null])
    expect(asked(null, null, [null, '7'])).toEqual([true, 'optimal', null, null, 0])
    const [value, bound] = ['the value is not the one stated', 'the evidence does not prove the stated bound']
    expect(asked('3', '2', [null, '2'])).toEqual([false, value, 3, 2, 1 / 3])
    // Nothing is no infinity.
    expect(asked('0', '0', [null, '0'])).toEqual([false, value, 0, 0, 0])
    expect(asked(null, '2', ['3', '2'])).toEqual([false, value, null, 2, null])
    expect(asked(null, '2', [null, null])).toEqual([false, bound, null, 2, null])
    expect(asked('3', '2', ['3', '1'])).toEqual([true, 'suboptimal', 3, 2, 1 / 3])
    expect(asked('3', '2', ['3', '2000000000000000000001/1000000000000000000000'])).toEqual([false, bound, 3, 2, 1 / 3])
    expect(asked('3', '2', ['3000000000000000000001/1000000000000000000000', '2'])).toEqual([false, value, 3, 2, 1 / 3])
    expect(asked('3', '2', ['2999999999999999999999/1000000000000000000000', '2'])).toEqual([false, value, 3, 2, 1 / 3])
  })

  it('with the number of accounts that the value leaves out', () => {
    expect(check(worked(ownStated), [own({ notCounted: () => 2 })]).notCounted).toBe(2)
    for (const none of [{ notCounted: () => 0 }, {}])
      expect(check(worked(ownStated), [own(none)])).not.toHaveProperty('notCounted')
  })

  it('in exact arithmetic where that is asked for, and shows what it finds', () => {
    const asked: boolean[] = []
    const claimant = own(({ exact }) => {
      asked.push(exact === true)
      return {
        value: () => parseRatio(exact ? '2.5' : '3'),
        recheck: () => ({ bound: parseRatio(exact ? '2.25' : '2'), prices: [] }),
      }
    })
    const shown = (stated: Stated, options: CheckOptions) => {
      asked.length = 0
      const { proved, value, bound } = check(worked(stated), [claimant], options)
      return [proved, value, bound, asked.join()]
    }
    expect(shown(ownStated, {})).toEqual([true, 3, 2, 'false'])
    // What was rounded is judged by what it says, and shown nearer to the optimum.
    expect(shown(ownStated, { exact: true })).toEqual([true, 2.5, 2.25, 'false,true'])
    const exact = { ...ownStated, exact: true, value: '5/2', bound: '9/4' }
    for (const options of [{}, { exact: true }]) expect(shown(exact, options)).toEqual([true, 2.5, 2.25, 'true'])
  })

  it('about who stays solvent, and about lots, where it says so', () => {
    const asked: PrepareOptions[] = []
    const claimant = own((options) => {
      asked.push(options)
      return {}
    })
    const lotBook = { ...book, markets: [{ ...book.markets[0], lotSize: '1' }] }
    for (const lots of [true, false])
      for (const keepSolvent of [true, undefined] as const) {
        const files = worked({ ...ownStated, lots, ...(keepSolvent && { keepSolvent }) }, best, lotBook)
        expect(check(files, [claimant], { keepSolvent: keepSolvent === true })).not.toHaveProperty('reason')
        expect(asked.pop()).toEqual({ lots, keepSolvent: keepSolvent === true, exact: false })
      }
  })

  it('about the demand that its allocation fills', () => {
    // 8 of 10: {A, B} gives up 8, so 2000 − 1000 λ ≥ 800.
    const stated: Stated = { ...leverage, demand: 'filled', value: '2', bound: '6/5' }
    const files = worked(stated, cutsOf({ A: '6', B: '2' }))
    const found = check(files, [], { demand: 'filled' })
    expect(found).toMatchObject({
      proved: true,
      verdict: 'suboptimal',
      value: 2,
      bound: 1.2,
      under: { demand: 'filled', filled: [{ market: 'BTC', side: 'short', quantity: '8' }] },
    })
    expect(check(files).reason).toBe('demand is pinned to event, the certificate has filled')
    const { under } = check(worked(leverage))
    expect(under).not.toHaveProperty('filled')
  })
})

describe('a certificate is refused', () => {
  const refused = (files: Worked, options: CheckOptions = {}, custom: readonly Claimant[] = []) => {
    const { reason, ...found } = check(files, custom, options)
    expect(found).toMatchObject({ proved: false, value: null, bound: null, relativeGap: null })
    expect(found).not.toHaveProperty('verdict')
    return reason
  }

  it('where it is about something else, or was changed', () => {
    const files = worked(leverage)
    expect(refused({ ...files, certificate: { ...files.certificate, value: '2' } })).toMatch(
      /^the certificate was changed/,
    )
    expect(refused(worked({ ...leverage, note: 1 } as Stated))).toBe(
      'the certificate has a field that nobody knows: note',
    )
    const [account, other] = book.accounts
    const moved = { ...book, accounts: [{ ...account, equity: '200.0000001' }, other] }
    expect(refused({ ...files, event: moved })).toBe('the certificate is about another event')
    expect(refused({ ...files, allocation: cutsOf({ A: '7', B: '3' }) })).toBe(
      'the certificate is about another allocation',
    )
    expect(check(files).under).toMatchObject(TERMS)
    expect(check({ ...files, event: moved }).under).toMatchObject(TERMS)
  })

  it('where something else is pinned', () => {
    const files = worked(leverage)
    expect(refused(files, { objective: 'squared-leverage' })).toBe(
      'objective is pinned to squared-leverage, the certificate has min-max-leverage',
    )
    expect(refused(files, { keepSolvent: true })).toBe('keepSolvent is pinned to true, the certificate has false')
    expect(refused(files, { lots: true })).toBe('lots is pinned to true, the certificate has false')
    expect(refused(files, { feasibility: 1e-6 })).toBe('feasibility is pinned to 0.000001, the certificate has 1e-9')
    expect(refused(worked({ ...leverage, feasibility: '1e-6' }))).toBe(
      'feasibility is pinned to 1e-9, the certificate has 0.000001',
    )
    expect(check(worked({ ...leverage, feasibility: '1e-6' }), [], { feasibility: 1e-6 }).proved).toBe(true)
    expect(check(files, [], { objective: 'min-max-leverage', lots: false, keepSolvent: false }).proved).toBe(true)
    // Of what nobody knows only the name is read, where another one is pinned.
    const unknown = worked({ ...leverage, objective: 'nothing' })
    expect(refused(unknown, { objective: 'min-max-leverage' })).toBe(
      'objective is pinned to min-max-leverage, the certificate has nothing',
    )
    expect(check(unknown, [], { objective: 'min-max-leverage' })).not.toHaveProperty('under')
    expect(check(unknown, [own()], { objective: 'own' }).reason).toBe(
      'objective is pinned to own, the certificate has nothing',
    )
    for (const options of [{}, { objective: 'nothing' }])
      expect(thrown(() => check(unknown, [], options))).toBe('unknown-objective certificate.objective')
    // Of the caller's own it is a pin like others.
    expect(refused(worked(ownStated), { objective: 'other' }, [own()])).toBe(
      'objective is pinned to other, the certificate has own',
    )
    expect(check(worked(ownStated), [own()], { objective: 'other' })).toHaveProperty('under')
  })

  it('where its objective works with other inputs', () => {
    const stated = { ...ownStated, inputs: { confidence: '0.5' } }
    expect(refused(worked(stated), {}, [own()])).toBe(
      'the certificate states confidence 0.5, its objective works with none',
    )
    expect(refused(worked(stated), {}, [own({}, { confidence: 0.6 })])).toMatch(/works with 0.6$/)
    expect(check(worked(stated), [own({}, { confidence: 0.5 })]).proved).toBe(true)
  })

  it('where the allocation breaks a rule, with the first of them', () => {
    const broken = (cuts: Readonly<Record<string, string>>) => refused(worked(leverage, cutsOf(cuts)))
    expect(broken({ A: '11' })).toMatch(/^the allocation breaks 2 rule\(s\), the first: \S+ A BTC$/)
    expect(broken({ A: '8' })).toMatch(/^the allocation breaks 1 rule\(s\), the first: \S+ BTC$/)
    expect(broken({ A: '8', B: '2.00000002' })).toMatch(/^the allocation breaks 1 rule/)
    expect(broken({ A: '8', B: '2', C: '1' })).toMatch(/^the allocation breaks/)
    // What is forgiven.
    const nearly = { ...leverage, value: '1', bound: '1' }
    expect(check(worked(nearly, cutsOf({ A: '8', B: '2.00000001' }))).proved).toBe(true)
    expect(check(worked(nearly, cutsOf({ A: '8', B: '2.0000001' }))).proved).toBe(false)
  })

  it('where the objective has an order that the allocation breaks', () => {
    const asked: unknown[] = []
    const claimant = own({
      breaks: (reductions, tolerance) => {
        asked.push(reductions.length, tolerance)
        return 'somebody else comes first'
      },
    })
    expect(refused(worked(ownStated), {}, [claimant])).toBe('somebody else comes first')
    expect(asked).toEqual([2, { digits: 1n, scale: 9 }])
  })

  it('where its evidence proves nothing, or says what nobody knows', () => {
    const failing = (error: unknown): Claimant =>
      own({
        recheck: () => {
          throw error
        },
      })
    const range = outOfRange('cuts', '7', 'is too much')
    expect(refused(worked(ownStated), {}, [failing(range)])).toBe(
      'what the certificate states proves nothing: certificate.cuts',
    )
    const files = worked({ ...leverage, evidence: { group: ['A', 'B'], note: 1 } })
    expect(refused(files)).toMatch(/^the certificate states what nobody knows: /)
    expect(check(files)).toHaveProperty('under')
    const fault = new Error('a fault of the program')
    expect(() => check(worked(ownStated), [failing(fault)])).toThrow(fault)
    const coded = Object.assign(new Error('of another class'), { code: 'evidence-range', path: 'x' })
    expect(() => check(worked(ownStated), [failing(coded)])).toThrow(coded)
  })
})

describe('a certificate cannot be checked', () => {
  it('where bounds of its objective are not re-checked', () => {
    const { recheck: _, ...claim } = own().prepare(parseEvent(book))
    expect(thrown(() => check(worked(ownStated), [{ name: 'own', prepare: () => claim }]))).toBe(
      'no-evidence certificate.objective',
    )
  })

  it('with what is no option, and no objective', () => {
    const files = worked(leverage)
    const given = (custom: unknown, options: unknown = {}) =>
      thrown(() =>
        checkCertificate(files.event as never, files.allocation, files.certificate, custom as never, options as never),
      )
    expect(given({ feasibility: 1 })).toBe('wrong-type custom')
    expect(given([{ name: 'own' }])).toBe('wrong-type custom[0]')
    expect(given([own(), 7])).toBe('wrong-type custom[1]')
    expect(given([], { feasability: 1 })).toBe('unknown-option options.feasability')
    for (const [name, value] of Object.entries({
      ...{ objective: 7, confidence: '0.5', moves: 1, loadings: 'x', lots: 'no' },
      ...{ keepSolvent: 0, demand: 1, exact: 'yes', feasibility: '1e-9' },
    }))
      expect(given([], { [name]: value })).toBe(`option-value options.${name}`)
    expect(given([], { feasibility: -1 })).toMatch(/options.feasibility$/)
  })

  it('by a name that nobody has; own objectives come before those that are known', () => {
    const { certificate } = worked(leverage)
    const mine: Claimant = { ...own(), name: 'min-max-leverage' }
    expect(objectiveOf(certificate, [mine]).objective).toBe(mine)
    expect(objectiveOf(certificate, [own()]).objective.name).toBe('min-max-leverage')
    expect(objectiveOf(worked(factor).certificate, []).stated).toHaveProperty('loadings')
    expect(thrown(() => objectiveOf({ ...certificate, objective: 'toString' } as Certificate, []))).toBe(
      'unknown-objective certificate.objective',
    )
  })

  it('reads events, allocations and certificates as they are, and as JSON', () => {
    const { event, allocation, certificate } = worked(leverage)
    expect(checkCertificate(parseEvent(event), parseAllocation(allocation), certificate).proved).toBe(true)
  })
})
