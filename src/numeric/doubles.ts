/** at(0), …, at(count − 1) as doubles. `Float64Array.from` walks an iterator, which takes several times as long on a million. */
export function doublesOf(count: number, at: (i: number) => number): Float64Array {
  const values = new Float64Array(count)
  for (let i = 0; i < count; i++) values[i] = at(i)
  return values
}

/** column[indices[0]], column[indices[1]], …: a loop that stands once is compiled once, however often it is asked for. */
export function gathered(column: Float64Array, indices: ArrayLike<number>): Float64Array {
  const values = new Float64Array(indices.length)
  for (let i = 0; i < values.length; i++) values[i] = column[indices[i]]
  return values
}

/** The same of whole numbers. */
export function gatheredIntegers(column: Int32Array, indices: ArrayLike<number>): Int32Array {
  const values = new Int32Array(indices.length)
  for (let i = 0; i < values.length; i++) values[i] = column[indices[i]]
  return values
}
