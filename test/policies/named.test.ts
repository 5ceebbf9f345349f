import { policies, policyNamed } from 'spillway'
import { describe, expect, it } from 'vitest'
import { parsePolicyText } from '#models/policies/index.js'

describe('names of policies', () => {
  it('carry options, and are spelled with those that differ from the defaults', () => {
    expect(policyNamed('hyperliquid').name).toBe('hyperliquid')
    expect(policyNamed('hyperliquid:side=literal:score=gain').name).toBe('hyperliquid:side=literal:score=gain')
    expect(policyNamed('hyperliquid:score=gain:side=side-adjusted').name).toBe('hyperliquid:score=gain')
    expect(policyNamed(' risk-aware-pro-rata:exponent=3:weight=power').name).toBe(
      'risk-aware-pro-rata:weight=power:exponent=3',
    )
    expect(policies.get('hyperliquid')!({ side: 'literal' }).name).toBe('hyperliquid:side=literal')
    expect(policies.get('risk-aware-pro-rata')!({ exponent: 3 }).name).toBe('risk-aware-pro-rata:exponent=3')
    expect(parsePolicyText('optimal:min-max-leverage'.replace('optimal:', 'x:a=')).options).toEqual({
      a: 'min-max-leverage',
    })
  })

  it('every policy answers to its name and lists its options with defaults among the values', () => {
    for (const [name, make] of policies) {
      expect(policyNamed(name).name).toBe(name)
      for (const { values, default: standard, range, summary } of make.options ?? []) {
        expect(summary).toMatch(/\S/)
        if (values === undefined) {
          expect(standard).toBeGreaterThanOrEqual(range![0])
          expect(standard).toBeLessThanOrEqual(range![1])
        } else expect(values).toContain(standard)
      }
    }
  })

  it.each([
    ['binanse', 'unknown-policy', 'Did you mean "binance"?'],
    ['', 'unknown-policy', 'There are: water-filling, '],
    ['nothing-like-it-at-all', 'unknown-policy', 'There are: water-filling, '],
    ['hyperliquid:sde=literal', 'unknown-policy-option', 'Did you mean "side"?'],
    ['pro-rata:side=literal', 'unknown-policy-option', 'It takes no options.'],
    ['water-filling:side=literal', 'unknown-policy-option', 'It takes no options.'],
    ['hyperliquid:side=left', 'bad-policy-option', 'Choose side-adjusted or literal.'],
    ['hyperliquid:side', 'bad-policy-option', 'hyperliquid:side=literal:score=gain'],
    ['hyperliquid:side=literal:side=literal', 'bad-policy-option', 'hyperliquid:side=literal:score=gain'],
    ['hyperliquid:=literal', 'bad-policy-option', 'hyperliquid:side=literal:score=gain'],
    ['hyperliquid:constructor=1', 'unknown-policy-option', '"side"'],
    ['risk-aware-pro-rata:exponent=two', 'bad-policy-option', 'from 0 to 10'],
    ['risk-aware-pro-rata:exponent=11', 'bad-policy-option', 'from 0 to 10'],
    ['risk-aware-pro-rata:exponent=', 'bad-policy-option', 'from 0 to 10'],
  ])('%s is refused', (text, code, cure) => {
    expect(() => policyNamed(text)).toThrow(expect.objectContaining({ code, cure: expect.stringContaining(cure) }))
  })
})
