import { describe, expect, it } from 'vitest'
import {
  type Audit,
  audit,
  axioms,
  type ErrorCode,
  type EventJson,
  type Policy,
  parseEvent,
  proRata,
  SpillwayError,
  waterFilling,
} from '#models/index.js'
import { decimalOf, zero } from '#src/numeric/index.js'
import { instances } from '../../campaign.js'
import { badPolicies } from './bad-policies.js'
import { judge, verdicts } from './support.js'

/** 10,000 for the full campaign: `AUDIT_TRIALS=10000 npx vitest run test/analysis/audit`, a minute or two. */
const TRIALS = instances(60, 1000, process.env.AUDIT_TRIALS)
const SEED = Number(process.env.AUDIT_SEED ?? 1)

describe('water-filling', () => {
  it.each(axioms.map(({ name }) => name))(
    `keeps ${'%s'} over ${TRIALS} trials`,
    async (axiom) => {
      const { axioms: reports } = await audit(waterFilling(), { trials: TRIALS, seed: SEED, axioms: [axiom] })
      expect(reports, `seed ${SEED}`).toEqual([{ axiom, verdict: 'holds', trials: TRIALS }])
    },
    600_000,
  )
})

describe.each(Object.entries(badPolicies))('%s', (axiom, policy) => {
  it('can be broken, by a small and round book that shows it when it is run again', async () => {
    const [report] = (await audit(policy, { axioms: [axiom], trials: 1000 })).axioms
    expect(report).toMatchObject({ axiom, verdict: 'broken' })
    const { event, variant, says } = report!.counterexample!
    expect(says.match(/\.( |$)/g)).toHaveLength(2)
    expect(event.accounts.length).toBeLessThanOrEqual(4)
    expect(variant?.accounts.length ?? 0).toBeLessThanOrEqual(4)
    for (const json of variant === undefined ? [event] : [event, variant]) {
      const parsed = parseEvent(JSON.parse(JSON.stringify(json)))
      expect(parsed.demandSource).toBe('given')
    }
    expect(numbersIn(event).every((value) => String(value).replace(/[-.]/g, '').length <= 9)).toBe(true)
    expect(await judge(axiom, policy, reread(event), variant && reread(variant))).toBe(says)
    // And the optimum does not break on the very same books.
    if (axiom !== 'path-independence' && axiom !== 'consistency') {
      expect(await judge(axiom, waterFilling(), reread(event), variant && reread(variant))).toBeUndefined()
    }
  })
})

const reread = (event: EventJson): EventJson => JSON.parse(JSON.stringify(event)) as EventJson
const numbersIn = ({ accounts }: EventJson): (number | string)[] =>
  accounts.flatMap(({ equity, positions }) => [equity, ...positions.map(({ quantity }) => quantity)])

describe('audit', () => {
  const few = ['anonymity', 'sybil-resistance', 'risk-optimality']

  it('gives the same for the same seed, and other books for another', async () => {
    const run = (seed: number): Promise<Audit> =>
      audit(badPolicies.continuity!, { seed, trials: 60, axioms: ['sybil-resistance', 'continuity'] })
    const found = await Promise.all([7, 7, 1, 2].map(run))
    expect(found[0]).toEqual(found[1])
    const trials = found.map(({ axioms: reports }) => reports.map((report) => report.trials).join())
    expect(new Set(trials).size).toBeGreaterThan(1)
  })

  it('takes names, and judges the axioms that are asked for, in their order', async () => {
    const { policy, seed, axioms: reports } = await audit('pro-rata', { trials: 50, axioms: few.toReversed() })
    expect([policy, seed]).toEqual(['pro-rata', 1])
    expect(verdicts(reports)).toEqual({ anonymity: 'holds', 'sybil-resistance': 'holds', 'risk-optimality': 'broken' })
    expect(reports.map(({ axiom }) => axiom)).toEqual(few)
  })

  it('takes policies that answer later', async () => {
    const late: Policy = { ...proRata(), allocate: async (space, context) => proRata().allocate(space, context) }
    expect((await audit(late, { trials: 30 })).axioms).toEqual((await audit('pro-rata', { trials: 30 })).axioms)
  })

  it.each([
    [
      'throws',
      () => {
        throw new TypeError('no such thing')
      },
      'threw on this book: no such thing',
    ],
    ['gives nothing', () => undefined, 'something that is no list'],
    ['gives too few', () => [], '0 reductions for 1 positions'],
    ['gives doubles', ({ capacity }: { capacity: Float64Array }) => [...capacity], 'no exact decimal'],
  ])('a policy that %s breaks what it is asked', async (_, allocate, says) => {
    const policy = { ...proRata(), name: 'wrong', allocate: allocate as unknown as Policy['allocate'] }
    const { axioms: reports } = await audit(policy, { trials: 30, axioms: ['demand-met', 'path-independence'] })
    for (const { verdict, counterexample } of reports) {
      expect(verdict).toBe('broken')
      expect(counterexample!.says).toContain(says)
    }
  })

  const refused = async (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => 'nothing',
      (error: unknown) => (error instanceof SpillwayError ? error.code : `${error}`),
    )

  it('refuses what makes no sense', async () => {
    expect(await refused(audit('water-filing'))).toBe('unknown-policy')
    expect(await refused(audit('pro-rata', { axioms: ['fairness'] }))).toBe('unknown-axiom')
    for (const trials of [0, 1.5, Number.NaN]) expect(await refused(audit('pro-rata', { trials }))).toBe('option-value')
    expect(await refused(audit('pro-rata', { seed: -1 }))).toBe('option-value')
    for (const policy of [undefined, {}, { name: 'x' }, { name: '', allocate: () => [] }]) {
      expect(await refused(audit(policy as unknown as Policy))).toBe('bad-policy')
    }
  })

  it('says when a policy is not the same twice', async () => {
    let runs = 0
    const unsteady: Policy = {
      ...proRata(),
      allocate: (space, context) =>
        runs++ === 5 ? Array.from(space.capacity, () => zero) : proRata().allocate(space, context),
    }
    expect(await refused(audit(unsteady, { trials: 30, axioms: ['demand-met'] }))).toBe('policy-unsteady')
  })

  it('passes on what is no break: a missing input, a broken solver, an interrupt', async () => {
    const failing = (code: ErrorCode, fault: 'input' | 'engine'): Policy => ({
      ...proRata(),
      allocate() {
        throw new SpillwayError({ code, path: 'x', value: 1, problem: 'y', cure: 'z', fault })
      },
    })
    expect(await refused(audit(failing('policy-input', 'input'), { trials: 5 }))).toBe('policy-input')
    expect(await refused(audit(failing('engine-failed', 'engine'), { trials: 5 }))).toBe('engine-failed')
    const stop = new AbortController()
    const start = performance.now()
    const long = audit('pro-rata', {
      trials: 1e6,
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    })
    expect(await refused(long)).toBe('cancelled')
    expect(performance.now() - start).toBeLessThan(5000)
  })

  it('hands over the seed and the loadings of the book', async () => {
    const seen = new Set<string>()
    const curious: Policy = {
      ...proRata(),
      allocate(space, context) {
        seen.add(`${context?.seed} ${context?.loadings?.get('BTC')}`)
        return proRata().allocate(space, context)
      },
    }
    await audit(curious, { trials: 3, seed: 9, axioms: ['risk-optimality'] })
    expect([...seen]).toEqual(['9 1'])
  })
})

describe('a policy that is off by rounding', () => {
  it('is not accused of it, and of more it is', async () => {
    const shifted = (share: number): Policy => ({
      ...waterFilling(),
      allocate(space, context) {
        const reductions = [...(waterFilling().allocate(space, context) as { digits: bigint; scale: number }[])]
        // From the first position to the last, a share of the smaller.
        if (space.markets.length !== 1 || reductions.length < 2) return reductions
        const size = Math.min(space.capacity[0], space.capacity[reductions.length - 1]) * share
        const moved = decimalOf(Number(size.toPrecision(3)))
        reductions[0] = { ...plus(reductions[0], moved, 1n) }
        reductions[reductions.length - 1] = { ...plus(reductions[reductions.length - 1], moved, -1n) }
        return reductions
      },
    })
    const { axioms: fine } = await audit(shifted(1e-12), {
      trials: 100,
      axioms: ['anonymity', 'risk-optimality', 'eligible-side'],
    })
    expect(fine.map(({ verdict }) => verdict)).toEqual(['holds', 'holds', 'holds'])
    const { axioms: wrong } = await audit(shifted(1e-6), {
      trials: 100,
      axioms: ['anonymity', 'risk-optimality', 'eligible-side'],
    })
    expect(wrong.map(({ verdict }) => verdict)).toEqual(['broken', 'broken', 'broken'])
  })
})

function plus(a: { digits: bigint; scale: number }, b: { digits: bigint; scale: number }, sign: bigint) {
  const scale = Math.max(a.scale, b.scale)
  return { digits: a.digits * 10n ** BigInt(scale - a.scale) + sign * b.digits * 10n ** BigInt(scale - b.scale), scale }
}
