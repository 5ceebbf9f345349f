import {
  combineDuals,
  isFixed,
  type LinearProof,
  type ProofIndices,
  type ProofStep,
} from '../certificates/linear-proof.js'
import { SpillwayError } from '../errors.js'
import { type Decimal, signOf } from '../numeric/decimal.js'
import { type Ratio, ratioOf, ratioText } from '../numeric/ratio.js'

/**
 * A proof as a VIPR 1.0 certificate (Cheung, Gleixner and Steffy 2017), in chunks: the linear program in exact numbers, the
 * relation to prove `range bound inf`, and the derivation. Every bound of a column is a row of its own, before the others. The
 * derivation of duals is one combination of rows and bounds (`lin`), divided by D in a second line where D ≠ 1.
 *
 * Numbers are integers or fractions in lowest terms: the public checker reads no decimals and expects them reduced. Throws
 * `no-derivation` where the duals do not prove the bound, which is a fault of whoever made them.
 */
export function viprText(proof: LinearProof): Generator<string> {
  const { columns, rows, notes } = Object(proof) as LinearProof
  if (![columns, rows, notes].every(isIterable)) {
    throw new SpillwayError({
      code: 'wrong-type',
      path: 'proof',
      value: proof,
      problem: 'this must be a linear proof',
      cure: 'Give what `linearProofOf` makes.',
    })
  }
  return derivation(proof)
}

const isIterable = (value: unknown): boolean => typeof value === 'object' && value !== null && Symbol.iterator in value

function* derivation(proof: LinearProof): Generator<string> {
  const columns = [...proof.columns]
  const combination = proof.steps === undefined ? combineDuals(proof) : undefined
  if (proof.steps === undefined && (combination === undefined || combination.value.compare(proof.bound) < 0)) {
    throw notDerived(proof.bound)
  }
  // The public checker takes no file without a constraint.
  const isEmpty = columns.every(({ lower, upper }) => lower === undefined && upper === undefined) && isNone(proof.rows)
  if (isEmpty) columns.push({ name: 'one', cost: { digits: 0n, scale: 0 }, lower: ONE, upper: ONE })
  for (const note of proof.notes) yield `% ${note.replace(/[\r\n]+/g, ' ')}\n`
  yield `VER 1.0\nVAR ${columns.length}\n`
  for (const { name } of columns) yield `${name}\n`
  const integers = columns.flatMap(({ isInteger }, j) => (isInteger ? [j] : []))
  yield `INT ${integers.length}\n`
  for (const j of integers) yield `${j}\n`
  const costs = columns.flatMap(({ cost }, j) => (signOf(cost) === 0 ? [] : [`${j} ${text(cost)}`]))
  yield `OBJ min\n${costs.length} ${costs.join(' ')}\n`

  const lowerAt = new Int32Array(columns.length).fill(-1)
  const upperAt = new Int32Array(columns.length).fill(-1)
  let bounds = 0
  columns.forEach((column, j) => {
    if (column.lower !== undefined) lowerAt[j] = bounds++
    if (column.upper !== undefined) upperAt[j] = isFixed(column) ? lowerAt[j] : bounds++
  })
  let rows = 0
  for (const _ of proof.rows) rows++
  yield `CON ${bounds + rows} ${bounds}\n`
  for (const [j, column] of columns.entries()) {
    const { name, lower, upper } = column
    if (isFixed(column)) yield `f_${name} E ${text(lower!)} 1 ${j} 1\n`
    else {
      if (lower !== undefined) yield `l_${name} G ${text(lower)} 1 ${j} 1\n`
      if (upper !== undefined) yield `u_${name} L ${text(upper)} 1 ${j} 1\n`
    }
  }
  for (const { name, sense, side, terms } of proof.rows) {
    yield `${name} ${sense} ${text(side)} ${terms.length}`
    for (const [column, value] of terms) yield ` ${column} ${text(value)}`
    yield '\n'
  }
  yield `RTP range ${ratioText(proof.bound)} inf\nSOL 0\n`

  const indices: ProofIndices = {
    lower: (j) => lowerAt[j],
    upper: (j) => upperAt[j],
    row: (i) => bounds + i,
    step: (s) => bounds + rows + s,
  }
  if (proof.steps !== undefined) {
    let count = 0
    for (const _ of proof.steps(indices)) count++
    yield `DER ${count}\n`
    for (const step of proof.steps(indices)) yield stepText(step)
    return
  }
  const { reduced, total, value } = combination!
  const isWhole = proof.divisor.digits === 1n && proof.divisor.scale === 0
  let used = 0
  for (const cost of reduced) if (signOf(cost) !== 0) used++
  for (const { dual } of proof.rows) if (signOf(dual) !== 0) used++
  yield `DER ${isWhole ? 1 : 2}\n`
  if (isWhole) yield `bound G ${text(total)} OBJ { lin ${used}`
  else {
    yield `scaled G ${text(total)} ${costs.length}`
    for (const [j, { cost }] of columns.entries()) {
      if (signOf(cost) !== 0) yield ` ${j} ${ratioText(ratioOf(cost).mul(ratioOf(proof.divisor)))}`
    }
    yield ` { lin ${used}`
  }
  for (const [j, cost] of reduced.entries()) {
    if (signOf(cost) !== 0) yield ` ${signOf(cost) > 0 ? lowerAt[j] : upperAt[j]} ${text(cost)}`
  }
  let index = bounds
  for (const { dual } of proof.rows) {
    if (signOf(dual) !== 0) yield ` ${index} ${text(dual)}`
    index++
  }
  yield ' } -1\n'
  if (isWhole) return
  yield `bound G ${ratioText(value)} OBJ { lin 1 ${indices.step(0)} ${ratioText(ratioOf(ONE, proof.divisor))} } -1\n`
}

const ONE: Decimal = { digits: 1n, scale: 0 }

const isNone = (entries: Iterable<unknown>): boolean => entries[Symbol.iterator]().next().done === true

function stepText({ name, sense, side, terms, reason }: ProofStep): string {
  const pairs = (list: readonly (readonly [number, Ratio])[]): string =>
    `${list.length}${list.map(([index, value]) => ` ${index} ${ratioText(value)}`).join('')}`
  const stated = `${name} ${sense} ${ratioText(side)} ${terms === undefined ? 'OBJ' : pairs(terms)}`
  if (reason.kind === 'assumed') return `${stated} { asm } -1\n`
  if (reason.kind === 'combined') return `${stated} { lin ${pairs(reason.multipliers)} } -1\n`
  return `${stated} { uns ${reason.cases.map((pair) => pair.join(' ')).join(' ')} } -1\n`
}

/** A decimal as a fraction in lowest terms: its denominator is a power of ten, so twos and fives are all that cancels. */
function text({ digits, scale }: Decimal): string {
  if (scale === 0 || digits === 0n) return String(digits)
  let numerator = digits
  let [twos, fives] = [scale, scale]
  while (twos > 0 && numerator % 2n === 0n) {
    numerator /= 2n
    twos--
  }
  while (fives > 0 && numerator % 5n === 0n) {
    numerator /= 5n
    fives--
  }
  if (twos === 0 && fives === 0) return String(numerator)
  return `${numerator}/${2n ** BigInt(twos) * 5n ** BigInt(fives)}`
}

function notDerived(bound: Ratio): SpillwayError {
  return new SpillwayError({
    code: 'no-derivation',
    path: 'vipr',
    value: ratioText(bound),
    problem: 'the rows and their duals do not come to the bound that was stated',
    cure: 'Keep the input and report it: this is a fault of the program.',
    fault: 'engine',
  })
}
