import { describe, expect, it } from 'vitest'
import { FieldByAccount } from '#models/proof/evidence.js'
import { readEvidence, temperatureIn, writeEvidence } from '#models/proof/losses/evidence.js'
import { entropicPart, tailPart } from '#models/proof/losses/risk-measure.js'
import { screen } from '#models/proof/losses/screening.js'
import { type Decimal, toNumber, toText } from '#src/numeric/index.js'
import { randomFrom } from '../../books.js'
import { dec } from '../../certificates/decimals.js'
import { dualsOf, kinkedOf, movedOf, solventBook } from './book.js'

const texts = (values: readonly Decimal[]): readonly string[] => values.map(toText)
const SEED = 62_006

describe(`evidence of losses (seed ${SEED})`, () => {
  it('follow from evidence as it was written', () => {
    const random = randomFrom(SEED)
    const measure = [tailPart(1, 0.5)]
    for (let round = 0; round < 6; round++) {
      const { book } = movedOf(random)
      const found = screen(book)
      const own = dualsOf(random, book, found)
      const duals = {
        ...own,
        scenarioWeights: own.scenarioWeights.map((part) => part.map((_, s) => (s === 0 ? dec('0.25') : dec('0')))),
      }
      const read = readEvidence(book, found, measure, writeEvidence(book, found, measure, duals))
      expect(read.prices.map(toText)).toEqual(duals.prices.map(toText))
      expect(read.scenarioWeights.map((part) => part.map(toNumber))).toEqual(
        duals.scenarioWeights.map((part) => part.map(toNumber)),
      )
      expect(read.shares).toEqual(duals.shares)
      expect(read.solvency).toBeUndefined()
    }
  })

  it('of evidence that means nothing here are refused, each with its place', () => {
    const random = randomFrom(SEED)
    let { book } = movedOf(random)
    while (screen(book).counts.kinked < 2 || book.count < 2) ({ book } = movedOf(random))
    const found = screen(book)
    const [measure, entropic] = [[tailPart(1, 0.5)], [entropicPart(1, 0.5)]]
    const duals = {
      prices: book.space.markets.map(() => dec('1')),
      scenarioWeights: [book.weights.map(() => dec('0'))],
      shares: new Float64Array(found.kinkLoss.length).fill(1),
    }
    const good = JSON.parse(JSON.stringify(writeEvidence(book, found, measure, duals))) as Record<
      string,
      Record<string, unknown>
    >
    const [name] = Object.keys(good.shares)
    const first = String(book.moveIndices[0])
    const tail = { weight: '1', confidence: '0.5', masses: {} }
    const said = (change: object, parts = measure): unknown => {
      try {
        readEvidence(book, found, parts, { ...good, ...change })
      } catch (error) {
        const { code, path } = error as { code: string; path: string }
        return `${code} ${path.replace('certificate.evidence.', '')}`
      }
      return 'read'
    }
    expect(said({})).toBe('read')
    expect(said({ temperature: '1' })).toBe('unknown-key temperature')
    expect(said({ temperature: '1', tails: [tail] }, entropic)).toBe('read')
    expect(said({ solvency: {} })).toBe('unknown-key solvency')
    expect(said({ prices: { ...good.prices, Z: '1' } })).toBe('unknown-key prices.Z')
    expect(said({ prices: {} })).toMatch(/^bad-evidence prices\.M/)
    expect(said({ tails: {} })).toBe('bad-evidence tails')
    expect(said({ tails: [] })).toBe('bad-evidence tails')
    expect(said({ tails: [tail, tail] })).toBe('bad-evidence tails')
    expect(said({ tails: [{ ...tail, weight: '2' }] })).toBe('bad-evidence tails[0].weight')
    expect(said({ tails: [{ ...tail, confidence: '0.6' }] })).toBe('bad-evidence tails[0].confidence')
    expect(said({ tails: [{ ...tail, other: '2' }] })).toBe('unknown-key tails[0].other')
    expect(said({ tails: [{ ...tail, masses: { 99: '0' } }] })).toBe('unknown-key tails[0].masses.99')
    expect(said({ tails: [{ ...tail, masses: { [first]: '-1' } }] })).toBe('evidence-range tails[0].masses')
    expect(said({ tails: [{ ...tail, masses: { [first]: '99' } }] })).toBe('evidence-range tails[0].masses')
    expect(said({ shares: [] })).toBe('bad-evidence shares')
    expect(said({ shares: { nobody: {} } })).toBe('unknown-key shares.nobody')
    expect(said({ shares: { [name]: { 99: '1' } } })).toBe(`unknown-key shares.${name}.99`)
    expect(said({ shares: { [name]: { [first]: '1.00001' } } })).toBe(`evidence-range shares.${name}.${first}`)
    expect(said({ shares: { [name]: { [first]: '-0.1' } } })).toBe(`evidence-range shares.${name}.${first}`)
    expect(said({ shares: { [name]: { [first]: '0' } } })).toBe('read')
    expect(said({ shares: { [name]: { [first]: '1' } } })).toBe('read')
    expect(temperatureIn({})).toBeUndefined()
    expect(toText(temperatureIn({ temperature: '0.5' })!)).toBe('0.5')
    for (const wrong of ['0', '-1'])
      expect(() => temperatureIn({ temperature: wrong })).toThrow(expect.objectContaining({ code: 'evidence-range' }))
  })

  it('gives each pair its own share, and none to pairs that screening decides', () => {
    const random = randomFrom(SEED + 1)
    for (let round = 0; round < 4; round++) {
      const { book, accounts } = kinkedOf(random)
      const found = screen(book)
      const measure = [tailPart(1, 0.5)]
      const { owners } = book.space
      expect(owners.length).toBeLessThanOrEqual(accounts.length)
      const listed = Array.from(owners, () =>
        Object.fromEntries(
          Array.from(book.moveIndices, (index) => [String(index), random.pick(['0', '0.25', '1', '0.5'])]),
        ),
      )
      const names = Array.from(owners, (account) => book.space.event.accounts.names[account])
      const wanted = listed.flatMap((own, owner) =>
        Array.from(found.kinkMove.subarray(found.kinkStarts[owner], found.kinkStarts[owner + 1]), (s) =>
          Number(own[book.moveIndices[s]]),
        ),
      )
      const good = { prices: { M0: '1', M1: '2' }, tails: [{ weight: '1', confidence: '0.5', masses: {} }] }
      const shares = Object.fromEntries(names.map((name, owner) => [name, listed[owner]]))
      const read = readEvidence(book, found, measure, { ...good, shares })
      expect([...read.shares], `round ${round}`).toEqual(wanted)
      expect([texts(read.prices), read.scenarioWeights.map(texts)]).toEqual([['1', '2'], [book.weights.map(() => '0')]])
      // In place of names, by account of the event; and what is zero is not written.
      const values = book.space.event.accounts.names.map((name) => shares[name])
      expect([...readEvidence(book, found, measure, { ...good, shares: new FieldByAccount(values) }).shares]).toEqual(
        wanted,
      )
      const kept = listed.flatMap((own, owner) => {
        const moves = Array.from(found.kinkMove.subarray(found.kinkStarts[owner], found.kinkStarts[owner + 1]), (s) =>
          String(book.moveIndices[s]),
        ).filter((index) => own[index] !== '0')
        return moves.length === 0 ? [] : [[names[owner], Object.fromEntries(moves.map((index) => [index, own[index]]))]]
      })
      expect(writeEvidence(book, found, measure, read)).toEqual({ ...good, shares: Object.fromEntries(kept) })
    }
  })

  it('names the accounts that are kept solvent by rows', () => {
    const { book } = solventBook(randomFrom(SEED + 2))
    const found = screen(book)
    const measure = [tailPart(1, 0.5)]
    const duals = {
      prices: [dec('1'), dec('2')],
      scenarioWeights: [book.weights.map((_, s) => dec(s === 1 ? '2' : '0'))],
      shares: new Float64Array(found.kinkLoss.length),
    }
    const written = (solvency?: readonly Decimal[]) =>
      writeEvidence(book, found, measure, { ...duals, ...(solvency && { solvency }) }) as Record<string, unknown>
    expect(written([dec('0.7')])).toEqual({
      prices: { M0: '1', M1: '2' },
      tails: [{ weight: '1', confidence: '0.5', masses: { 1: '2' } }],
      shares: {},
      solvency: { row: '0.7' },
    })
    expect([written([dec('0')]).solvency, written([]).solvency, written().solvency]).toEqual([{}, {}, {}])
    const said = (solvency: unknown): unknown => {
      try {
        return readEvidence(book, found, measure, { ...written(), solvency }).solvency?.map(toText)
      } catch (error) {
        const { code, path } = error as { code: string; path: string }
        return `${code} ${path.replace('certificate.evidence.', '')}`
      }
    }
    expect([said({ row: '0.7' }), said({ row: '0' }), said({}), said(undefined)]).toEqual([
      ['0.7'],
      ['0'],
      ['0'],
      undefined,
    ])
    expect(said({ rich: '1' })).toBe('unknown-key solvency.rich')
    expect(said({ row: '-0.1' })).toBe('evidence-range solvency.row')
    expect(said({ row: 1 })).toBe('bad-evidence solvency.row')
    expect(said([])).toBe('bad-evidence solvency')
  })
})
