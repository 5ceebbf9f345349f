/** A solver whose word depends on the first cost, and is never true. */
const lies = {
  1: (form) => ({
    claim: 'optimal',
    status: 'optimal',
    x: form.linear.map(() => 0),
    rowPrices: new Float64Array(form.matrix.rows),
  }),
  2: () => ({ claim: 'infeasible', status: 'infeasible' }),
  3: () => ({ claim: 'unbounded', status: 'unbounded' }),
  4: (form) => ({
    claim: 'optimal',
    status: 'optimal',
    x: form.linear.map(() => 9),
    rowPrices: form.rowLower.map(() => 1e6),
  }),
  5: (form) => ({ claim: 'optimal', status: 'optimal', x: form.linear.map(() => Number.NaN) }),
}
export const solver = { answer: async (form) => lies[form.linear[0]](form) }
