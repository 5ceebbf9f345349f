import { type ConformanceCase, form } from './case.js'

const oo = Infinity

/** x4..x7 of Beale, Kuhn and Marshall and Suurballe: LPs on which a careless simplex method turns in circles. */
const beale: ConformanceCase['form'] = form({
  cost: [-0.75, 150, -0.02, 6],
  rows: [
    [-oo, [0.25, -60, -0.04, 9], 0],
    [-oo, [0.5, -90, -0.02, 3], 0],
    [-oo, [0, 0, 1, 0], 1],
  ],
})
const kuhnRows: readonly (readonly [number, readonly number[], number])[] = [
  [-oo, [-2, -9, 1, 9], 0],
  [-oo, [1 / 3, 1, -1 / 3, -2], 0],
]
const marshallRows: readonly (readonly [number, readonly number[], number])[] = [
  [-oo, [0.5, -5.5, -2.5, 9], 0],
  [-oo, [0.5, -1.5, -0.5, 1], 0],
]

export const linear: Readonly<Record<string, ConformanceCase>> = {
  'two rows, both prices': {
    form: form({
      cost: [1, 2],
      rows: [
        [3, [1, 1], oo],
        [-1, [1, -1], 1],
      ],
      lower: [-oo, -oo],
    }),
    status: 'optimal',
    objective: 4,
    x: [2, 1],
    prices: [1.5, -0.5],
  },
  'production (a maximum, minimised)': {
    form: form({
      cost: [-3, -5],
      rows: [
        [-oo, [1, 0], 4],
        [-oo, [0, 2], 12],
        [-oo, [3, 2], 18],
      ],
    }),
    status: 'optimal',
    objective: -36,
    x: [2, 6],
    prices: [0, -1.5, -1],
  },
  'degenerate vertex': {
    form: form({
      cost: [-1, -1],
      rows: [
        [-oo, [1, 0], 1],
        [-oo, [0, 1], 1],
        [-oo, [1, 1], 2],
        [-oo, [1, 2], 3],
      ],
    }),
    status: 'optimal',
    objective: -2,
    x: [1, 1],
  },
  'many optima': {
    form: form({ cost: [1, 1, 1], rows: [[2, [1, 1, 1], oo]] }),
    status: 'optimal',
    objective: 2,
    prices: [1],
  },
  'cycling, Beale': { form: beale, status: 'optimal', objective: -0.05, x: [0.04, 0, 1, 0] },
  'cycling, Kuhn, bounded': {
    form: form({ cost: [-2, -3, 1, 12], rows: [...kuhnRows, [-oo, [2, 3, -1, -12], 2]] }),
    status: 'optimal',
    objective: -2,
  },
  'cycling, Marshall and Suurballe, x0 ≤ 1': {
    form: form({ cost: [-10, 57, 9, 24], rows: [...marshallRows, [-oo, [1, 0, 0, 0], 1]] }),
    status: 'optimal',
    objective: -1,
    x: [1, 0, 1, 0],
  },
  'Marshall and Suurballe without the last row': {
    form: form({ cost: [-10, 57, 9, 24], rows: marshallRows }),
    status: 'unbounded',
  },
  'free columns': {
    form: form({
      cost: [1, 0],
      rows: [
        [-5, [1, -2], oo],
        [5, [1, 2], oo],
      ],
      lower: [-oo, -oo],
    }),
    status: 'optimal',
    objective: 0,
    x: [0, 2.5],
    prices: [0.5, 0.5],
  },
  'only upper bounds': {
    form: form({ cost: [-1, 2], rows: [[-4, [1, 1], oo]], lower: [-oo, -oo], upper: [3, 1] }),
    status: 'optimal',
    objective: -17,
    x: [3, -7],
    prices: [2],
  },
  'ranged row, upper side': {
    form: form({ cost: [-1, -2], rows: [[1, [1, 1], 4]] }),
    status: 'optimal',
    objective: -8,
    x: [0, 4],
    prices: [-2],
  },
  'ranged row, lower side': {
    form: form({ cost: [1, 2], rows: [[1, [1, 1], 4]] }),
    status: 'optimal',
    objective: 1,
    x: [1, 0],
    prices: [1],
  },
  'fixed columns': {
    form: form({ cost: [1, 1, 1], rows: [[10, [1, 2, 3], oo]], lower: [2, 0, 1], upper: [2, oo, 1] }),
    status: 'optimal',
    objective: 5.5,
    x: [2, 2.5, 1],
    prices: [0.5],
  },
  'every column fixed': {
    form: form({ cost: [1, 1], rows: [[3, [1, 1], 3]], lower: [1, 2], upper: [1, 2] }),
    status: 'optimal',
    objective: 3,
    x: [1, 2],
  },
  'empty rows and columns': {
    form: form({
      cost: [1, -1, 0],
      rows: [
        [-1, [0, 0, 0], 2],
        [2, [1, 0, 0], oo],
        [-oo, [0, 0, 0], oo],
      ],
      upper: [9, 5, 7],
    }),
    status: 'optimal',
    objective: -3,
    prices: [0, 1, 0],
  },
  'an empty row that cannot be kept': { form: form({ cost: [1], rows: [[1, [0], 2]] }), status: 'infeasible' },
  'a row without bounds': {
    form: form({
      cost: [1, 1],
      rows: [
        [-oo, [1, -1], oo],
        [2, [1, 1], oo],
      ],
    }),
    status: 'optimal',
    objective: 2,
    prices: [0, 1],
  },
  'explicit zero coefficients': {
    form: form({
      cost: [0, -7],
      rows: [
        [-oo, [0, 1], 3],
        [-oo, [0, 0], 3],
        [-oo, [1, 0], 3],
      ],
      keepZeros: true,
    }),
    status: 'optimal',
    objective: -21,
    prices: [-7, 0, 0],
  },
  'tiny costs': {
    form: form({
      cost: [1e-9, 2e-9],
      rows: [
        [1, [1, 1], oo],
        [0.25, [0, 1], oo],
      ],
    }),
    status: 'optimal',
    objective: 1.25e-9,
    x: [0.75, 0.25],
    prices: [1e-9, 1e-9],
  },
  'rows of very different size': {
    form: form({
      cost: [1, 1],
      rows: [
        [3e9, [1e9, 2e9], oo],
        [2e-9, [2e-9, 1e-9], oo],
      ],
    }),
    status: 'optimal',
    objective: 5 / 3,
    x: [1 / 3, 4 / 3],
  },
  'large money': {
    form: form({
      cost: [1, 1.5],
      rows: [
        [8.4e9, [1, 1], 8.4e9],
        [-oo, [1, 0], 5e9],
      ],
    }),
    status: 'optimal',
    objective: 1.01e10,
    x: [5e9, 3.4e9],
    prices: [1.5, -0.5],
  },
  'an offset': {
    form: form({ cost: [1], rows: [[2, [1], oo]], offset: -10 }),
    status: 'optimal',
    objective: -8,
    x: [2],
  },
  'optimum zero': {
    form: form({
      cost: [1, 1, 0],
      rows: [
        [0, [1, 0, 0.1], oo],
        [0, [0, 1, -0.3], oo],
      ],
      lower: [0, 0, -oo],
    }),
    status: 'optimal',
    objective: 0,
  },
  'infeasible, seen from one row': {
    form: form({ cost: [1, 1], rows: [[3, [1, 1], oo]], upper: [1, 1] }),
    status: 'infeasible',
  },
  'infeasible only by weighing rows': {
    form: form({
      cost: [1, 1, 1],
      rows: [
        [1, [1, -1, 0], oo],
        [1, [0, 1, -1], oo],
        [1, [-1, 0, 1], oo],
      ],
      lower: [-oo, -oo, -oo],
    }),
    status: 'infeasible',
  },
  'crossed bounds': { form: form({ cost: [1], rows: [[0, [1], 5]], lower: [3], upper: [2] }), status: 'infeasible' },
  'crossed row': { form: form({ cost: [1], rows: [[5, [1], 4]] }), status: 'infeasible' },
  unbounded: { form: form({ cost: [-1, -1], rows: [[-1, [1, -1], 1]] }), status: 'unbounded' },
  'unbounded along a free column': {
    form: form({ cost: [1, 1], rows: [[-1, [1, 2], 4]], lower: [-oo, -oo] }),
    status: 'unbounded',
  },
  'no rows': {
    form: form({ cost: [1, -1], lower: [-2, 0], upper: [3, 4] }),
    status: 'optimal',
    objective: -6,
    x: [-2, 4],
  },
  'no rows, unbounded': { form: form({ cost: [1, -1] }), status: 'unbounded' },
  'no columns': { form: form({ cost: [], rows: [[-1, [], 1]], offset: 3 }), status: 'optimal', objective: 3, x: [] },
  'no columns, a row that cannot be kept': { form: form({ cost: [], rows: [[1, [], 2]] }), status: 'infeasible' },
}
