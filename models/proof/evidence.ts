import { SpillwayError } from '../../src/errors.js'
import { type Decimal, parseDecimal, parseRatio, type Ratio } from '../../src/numeric/index.js'
import type { DecisionSpace } from '../book/decision-space.js'
import { decimalPattern } from '../book/number.js'

/** Readers of the evidence in certificates: plain JSON from anywhere, so every shape and name is checked. */

/** The fault of evidence that cannot be read; what can be read and proves nothing is no fault. */
export function badEvidence(path: string, value: unknown, problem: string): SpillwayError {
  const cure = 'Use the certificate as `verify --certificate` wrote it.'
  return new SpillwayError({ code: 'bad-evidence', path: `certificate.${path}`, value, problem, cure })
}

/** Something stated under a name that means nothing here: it proves nothing, so what states it is not proved. */
export function unknownKey(path: string, value: unknown, problem: string): SpillwayError {
  const cure = 'Use the certificate as `verify --certificate` wrote it.'
  return new SpillwayError({ code: 'unknown-key', path: `certificate.${path}`, value, problem, cure })
}

/** A number that is out of the range in which it would prove anything: what states it is not proved. */
export function outOfRange(path: string, value: unknown, problem: string): SpillwayError {
  const cure = 'Use the certificate as `verify --certificate` wrote it.'
  return new SpillwayError({ code: 'evidence-range', path: `certificate.${path}`, value, problem, cure })
}

/** An object at a path that may have these fields and no others. */
export function onlyFields(value: unknown, path: string, names: readonly string[]): Fields {
  const fields = fieldsAt(value, path)
  const other = Object.keys(fields).find((key) => !names.includes(key))
  if (other === undefined) return fields
  throw unknownKey(`${path}.${other}`, fields[other], 'no evidence of this objective has a field of this name')
}

export type Fields = Readonly<Record<string, unknown>>

/**
 * A field of evidence that lists accounts, as it is handed from function to function within a process: by index of the account, and no object of
 * a hundred thousand names. It is written nowhere.
 */
export class FieldByAccount {
  /** @param values undefined where an account is not listed */
  constructor(readonly values: readonly unknown[]) {}
}

/** An object, at a path such as `evidence.prices`. */
export function fieldsAt(value: unknown, path: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw badEvidence(path, value, 'this must be an object')
}

/** A decimal in a string, at a path: spelled as in every file. */
export function decimalAt(value: unknown, path: string): Decimal {
  const decimal = typeof value === 'string' && decimalPattern.test(value) ? parseDecimal(value) : undefined
  if (decimal !== undefined) return decimal
  throw badEvidence(path, value, 'this must be a decimal in a string')
}

export function hasField(evidence: unknown, name: string): evidence is Readonly<Record<string, unknown>> {
  return typeof evidence === 'object' && evidence !== null && Object.hasOwn(evidence, name)
}

export function field(evidence: unknown, name: string): unknown {
  if (hasField(evidence, name)) return evidence[name]
  throw badEvidence(`evidence.${name}`, undefined, 'this field is missing')
}

/** The entries of an object. Who reads them looks at the key first: a key that means nothing outranks a value of the wrong type. */
export function entriesAt(evidence: unknown, name: string): [key: string, value: unknown][] {
  return Object.entries(fieldsAt(field(evidence, name), `evidence.${name}`))
}

export function textList(evidence: unknown, name: string): string[] {
  const value = field(evidence, name)
  if (Array.isArray(value) && value.every((entry): entry is string => typeof entry === 'string')) return value
  throw badEvidence(`evidence.${name}`, value, 'this must be a list of names')
}

export const decimalIn = (text: string, path: string): Decimal => decimalAt(text, `evidence.${path}`)

export function ratioIn(text: unknown, path: string): Ratio {
  if (typeof text === 'string' && /^-?\d{1,4000}(\/[1-9]\d{0,4000})?$/.test(text)) return parseRatio(text)
  throw badEvidence(`evidence.${path}`, text, 'this is no fraction')
}

/** Decimals by owner; owners that are not named have none. */
export function decimalsByOwner(space: DecisionSpace, evidence: unknown, name: string): Map<number, Decimal> {
  const given = field(evidence, name)
  if (given instanceof FieldByAccount) return decimalsOf(space, given, name)
  const find = ownerFinder(space)
  return new Map(
    entriesAt(evidence, name).map(([account, value]) => [
      find(account, `${name}.${account}`),
      decimalAt(value, `evidence.${name}.${account}`),
    ]),
  )
}

function decimalsOf({ owners }: DecisionSpace, { values }: FieldByAccount, name: string): Map<number, Decimal> {
  const found = new Map<number, Decimal>()
  owners.forEach((account, owner) => {
    if (values[account] !== undefined) found.set(owner, decimalAt(values[account], `evidence.${name}`))
  })
  return found
}

/** Decimals by demanded market; markets that are not named have none. */
export function decimalsByMarket(space: DecisionSpace, evidence: unknown, name: string): Map<number, Decimal> {
  return new Map(
    entriesAt(evidence, name).map(([market, value]) => [
      marketNamed(space, market, `${name}.${market}`),
      decimalAt(value, `evidence.${name}.${market}`),
    ]),
  )
}

export function marketNamed(space: DecisionSpace, name: string, path: string): number {
  const k = space.markets.findIndex(({ market }) => market.market === name)
  if (k < 0) throw unknownKey(`evidence.${path}`, name, 'nothing is demanded in a market of this name')
  return k
}

export function ownerFinder(space: DecisionSpace): (account: string, path: string) => number {
  const ownerOf = new Map(Array.from(space.owners, (account, owner) => [space.event.accounts.names[account], owner]))
  return (account, path) => {
    const owner = ownerOf.get(account)
    if (owner === undefined) throw unknownKey(`evidence.${path}`, account, 'no account of this name is eligible')
    return owner
  }
}

export function ownerName({ event, owners }: DecisionSpace, owner: number): string {
  return event.accounts.names[owners[owner]]
}
