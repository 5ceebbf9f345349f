import { expect, test } from 'vitest'
import { fraction } from '#cli/arguments.js'
import { inferReport } from '#cli/reports/infer-report.js'
import { roundedContracts } from '#reports/number-words.js'

test('contracts in a sentence are rounded for people; names and other numbers are not', () => {
  expect(roundedContracts('M is short by 3.90196078431372549 contracts (a gives 1)')).toBe(
    'M is short by 3.9019608 contracts (a gives 1)',
  )
  expect(roundedContracts('from 0 to 12345678901234567.5 contracts')).toBe('from 0 to 12345678901234567.5 contracts')
  expect(roundedContracts('account "1.23456789012" of 2.5 contracts')).toBe('account "1.23456789012" of 2.5 contracts')
})

test('a range says that its end is not in it', () => {
  expect(fraction('--tolerance')('0')).toBe(0)
  expect(() => fraction('--tolerance')('1')).toThrow(/not including, 1/)
})

test('a rule that explains nothing comes near nothing', () => {
  const row = { policy: 'p', options: {}, rule: 'p', rank: 1, rankAgreement: null, moneyMisplaced: 5 }
  const rest = { explainedBy: [], statistic: '', fills: 3, violations: [], remarks: [] }
  const said = (exactShare: number) => inferReport({ ...rest, rows: [{ ...row, exactShare }] }).split('\n')[0]
  expect(said(0)).toMatch(/No rule explains a single one of 3 fills/)
  expect(said(0.5)).toMatch(/p comes nearest, with 50 %/)
})
