import { SpillwayError } from '../errors.js'
import { fromTriplets, type SparseMatrix } from '../numeric/sparse-matrix.js'
import { aNumber, expectFields, isArrayLike, isObject, typed } from '../validation.js'

/**
 * The one standard form, n columns and m rows:
 *
 *     minimise ½ x'Qx + linear·x + offset   subject to   rowLower ≤ Ax ≤ rowUpper,  lower ≤ x ≤ upper,
 *     x_j whole where integer[j].
 *
 * Q is given by its lower triangle and is positive semidefinite (checked by `solveForm`). Bounds may be infinite.
 */
export interface StandardForm {
  readonly linear: Float64Array
  readonly quadratic: SparseMatrix
  readonly offset: number
  readonly matrix: SparseMatrix
  readonly rowLower: Float64Array
  readonly rowUpper: Float64Array
  readonly lower: Float64Array
  readonly upper: Float64Array
  readonly integer: Uint8Array
}

/** What callers hand in: plain arrays will do; `quadratic`, `integer` and `offset` may be left out. */
export interface FormInput {
  readonly linear: ArrayLike<number>
  readonly quadratic?: SparseMatrix
  readonly offset?: number
  readonly matrix: SparseMatrix
  readonly rowLower: ArrayLike<number>
  readonly rowUpper: ArrayLike<number>
  readonly lower: ArrayLike<number>
  readonly upper: ArrayLike<number>
  readonly integer?: ArrayLike<boolean | number>
}

const aList = typed('a list of numbers', isArrayLike)
const aMatrix = typed(
  'a matrix, as from `fromTriplets`',
  (value) =>
    isObject(value) &&
    [value.rows, value.columns].every((size) => Number.isInteger(size) && (size as number) >= 0) &&
    [value.starts, value.indices, value.values].every(isArrayLike),
)

const expectFormInput = expectFields<FormInput>({
  linear: aList,
  quadratic: aMatrix.optional(),
  offset: aNumber.optional(),
  matrix: aMatrix,
  rowLower: aList,
  rowUpper: aList,
  lower: aList,
  upper: aList,
  integer: typed('a list of true and false', isArrayLike).optional(),
})

/** What is handed in by mistake, and has the form as a part of it or is one step before it. */
function expectForm(input: unknown): void {
  if (isObject(input) && isObject(input.form) && 'recover' in input) {
    throw notAForm(input, 'this is what `canonicalize` gives', 'Hand over its `form`; `recover` takes the answer back.')
  }
  if (isObject(input) && 'variableBlocks' in input) {
    throw notAForm(
      input,
      'this is a program',
      'Hand over `canonicalize(program).form`; `recover` takes the answer back.',
    )
  }
  if (isObject(input) && 'cones' in input) {
    throw notAForm(
      input,
      'this form has cones, which no linear or quadratic form says',
      'Hand its program to `solveProgram`, which solves it and proves the answer.',
    )
  }
  expectFormInput('form', input)
}

function notAForm(value: unknown, problem: string, cure: string): SpillwayError {
  return new SpillwayError({ code: 'wrong-type', path: 'form', value, problem, cure })
}

/**
 * The standard form of arrays, its shapes and numbers validated once, at the boundary. Throws `SpillwayError` on
 * unknown and missing fields, wrong types, wrong lengths and NaN.
 */
export function standardForm(input: FormInput): StandardForm {
  expectForm(input)
  const columns = input.linear.length
  const rows = input.matrix.rows
  const quadratic = input.quadratic ?? fromTriplets(columns, columns, [])
  expectLength('matrix.columns', input.matrix.columns, columns)
  expectLength('quadratic.columns', quadratic.columns, columns)
  expectLength('quadratic.rows', quadratic.rows, columns)
  expectMatrix('matrix', input.matrix)
  expectMatrix('quadratic', quadratic)
  expectLowerTriangle(quadratic)
  const offset = input.offset ?? 0
  expectNumbers('offset', [offset], true)
  expectNumbers('matrix.values', input.matrix.values, true)
  expectNumbers('quadratic.values', quadratic.values, true)
  const integer = new Uint8Array(columns)
  if (input.integer !== undefined) {
    expectLength('integer', input.integer.length, columns)
    for (let j = 0; j < columns; j++) integer[j] = input.integer[j] ? 1 : 0
  }
  return {
    linear: numbers('linear', input.linear, columns, true),
    quadratic,
    offset,
    matrix: input.matrix,
    rowLower: numbers('rowLower', input.rowLower, rows, false),
    rowUpper: numbers('rowUpper', input.rowUpper, rows, false),
    lower: numbers('lower', input.lower, columns, false),
    upper: numbers('upper', input.upper, columns, false),
    integer,
  }
}

function numbers(path: string, values: ArrayLike<number>, length: number, finite: boolean): Float64Array {
  expectLength(path, values.length, length)
  expectNumbers(path, values, finite)
  return values instanceof Float64Array ? values : Float64Array.from(values)
}

export function expectLength(path: string, got: number, wanted: number): void {
  if (got === wanted) return
  throw new SpillwayError({
    code: 'form-shape',
    path,
    value: got,
    problem: `has length ${got} where the form has ${wanted}`,
    cure: 'Give every column a cost, two bounds and a column of the matrix; give every row two bounds.',
  })
}

function expectNumbers(path: string, values: ArrayLike<number>, finite: boolean): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (typeof value === 'number' && !Number.isNaN(value) && (!finite || Number.isFinite(value))) continue
    throw new SpillwayError({
      code: 'form-number',
      path: `${path}[${i}]`,
      value,
      problem: finite ? 'is not a finite number' : 'is not a number',
      cure: 'Only bounds may be infinite, and nothing may be NaN.',
    })
  }
}

/** Matrices of `fromTriplets` are sound; one put together by hand could send a solver outside its memory. */
function expectMatrix(path: string, { rows, columns, starts, indices, values }: SparseMatrix): void {
  let isSound = starts.length === columns + 1 && starts[0] === 0 && indices.length === values.length
  isSound &&= starts[columns] === values.length
  for (let j = 0; isSound && j < columns; j++) {
    isSound = starts[j] <= starts[j + 1]
    let last = -1
    for (let p = starts[j]; isSound && p < starts[j + 1]; p++) {
      isSound = indices[p] > last && indices[p] < rows
      last = indices[p]
    }
  }
  if (isSound) return
  throw new SpillwayError({
    code: 'form-matrix',
    path,
    value: `${rows} × ${columns}`,
    problem: 'is not compressed by columns: starts must ascend to the number of values, rows of a column ascend',
    cure: 'Build it with fromTriplets or fromCoordinates.',
  })
}

function expectLowerTriangle(quadratic: SparseMatrix): void {
  for (let j = 0; j < quadratic.columns; j++) {
    const first = quadratic.starts[j]
    if (first === quadratic.starts[j + 1] || quadratic.indices[first] >= j) continue
    throw new SpillwayError({
      code: 'form-triangle',
      path: `quadratic[${quadratic.indices[first]}, ${j}]`,
      value: quadratic.values[first],
      problem: 'stands above the diagonal',
      cure: 'Give the lower triangle of the symmetric matrix only.',
    })
  }
}
