import { expect } from 'vitest'
import type { DecisionSpace } from '#models/book/decision-space.js'
import type { LinearProof, ProofRow } from '#src/certificates/index.js'
import { type Decimal, signOf, toText } from '#src/numeric/index.js'
import { type Fraction, minus, order, plus, sign, times, ZERO } from '../../fraction.js'
import { value } from '../derivation-fault.js'

/** A linear program by the names of its columns and rows, and what it says of a point. */
export interface Program {
  readonly columns: ReadonlyMap<string, LinearProof['columns'] extends Iterable<infer C> ? C : never>
  readonly rows: ReadonlyMap<string, ProofRow>
  /** Σ of a row's terms but of the columns left out. */
  sum(row: string, point: Point, without?: string): Fraction
  coefficient(row: string, column: string): Fraction
}
export type Point = ReadonlyMap<string, Fraction>

/** Reads a program and what must hold of any: names once, no term twice or of nothing, the same when it is walked over again, notes for people. */
export function programOf(proof: LinearProof): Program {
  const list = [...proof.columns]
  const columns = new Map(list.map((column) => [column.name, column]))
  const all = [...proof.rows]
  const rows = new Map(all.map((row) => [row.name, row]))
  expect([columns.size, rows.size]).toEqual([list.length, all.length])
  const plain = (row: ProofRow) => [
    row.name,
    row.sense,
    toText(row.side),
    toText(row.dual),
    row.terms.map(([j, a]) => [list[j].name, toText(a)]),
  ]
  expect([...proof.rows].map(plain)).toEqual(all.map(plain))
  for (const { name, terms } of all) {
    expect(new Set(terms.map(([j]) => j)).size, name).toBe(terms.length)
    expect(
      terms.filter(([, a]) => signOf(a) === 0),
      name,
    ).toEqual([])
  }
  for (const { name } of list) {
    const kind = /^(level|w|[A-Za-z])/.exec(name)![0]
    expect(proof.notes.join('\n'), name).toMatch(new RegExp(`(^|[^A-Za-z])${kind}(<| |:|$)`, 'm'))
  }
  return {
    columns,
    rows,
    sum: (row, point, without) =>
      rows.get(row)!.terms.reduce((sum, [j, a]) => {
        const { name } = list[j]
        if (name === without) return sum
        if (!point.has(name)) throw new Error(`${row} speaks of ${name}`)
        return plus(sum, times(value(a), point.get(name)!))
      }, ZERO),
    coefficient: (row, column) => {
      const term = rows.get(row)!.terms.find(([j]) => list[j].name === column)
      return term === undefined ? ZERO : value(term[1])
    },
  }
}

/** x_ik by name, of an allocation. */
export function pointOf({ owners, pairOwner, pairMarket, markets }: DecisionSpace, reductions: readonly Decimal[]) {
  return new Map(
    reductions.map((closed, pair) => [`x${owners[pairOwner[pair]]}_${markets[pairMarket[pair]].index}`, value(closed)]),
  )
}

/** How far a row is kept: Σ − side, of an equation or of a row that says at least. */
export function slack({ rows, sum }: Program, row: string, point: Point): Fraction {
  const { sense, side } = rows.get(row)!
  const over = minus(sum(row, point), value(side))
  expect(sense === 'E' ? Math.abs(sign(over)) : 0, row).toBe(0)
  expect(sense, row).not.toBe('L')
  return over
}

export const isEqual = (a: Fraction, b: Fraction): boolean => order(a, b) === 0
