import { type ConformanceCase, form } from './case.js'

const oo = Infinity

export const integer: Readonly<Record<string, ConformanceCase>> = {
  knapsack: {
    form: form({
      cost: [-5, -4],
      rows: [
        [-oo, [6, 4], 24],
        [-oo, [1, 2], 6],
      ],
      integer: [true, true],
    }),
    status: 'optimal',
    objective: -20,
    x: [4, 0],
  },
  mixed: {
    form: form({
      cost: [-1, -2.5],
      rows: [
        [-oo, [2, 3], 7.5],
        [-oo, [1, 0], 2.5],
      ],
      integer: [true, false],
    }),
    status: 'optimal',
    objective: -6.25,
    x: [0, 2.5],
  },
  'free y above |2x − 5|': {
    form: form({
      cost: [0, 1],
      rows: [
        [-5, [-2, 1], oo],
        [5, [2, 1], oo],
      ],
      lower: [-10, -oo],
      upper: [10, oo],
      integer: [true, false],
    }),
    status: 'optimal',
    objective: 1,
  },
  'negative lower bounds': {
    form: form({
      cost: [-1, 6, -3],
      rows: [[-oo, [0, 4, 0], 2]],
      lower: [-4, -3, 0],
      upper: [1, oo, 3],
      integer: [true, true, true],
    }),
    status: 'optimal',
    objective: -28,
    x: [1, -3, 3],
  },
  'fractional bounds': {
    form: form({
      cost: [-1, -1],
      rows: [[-oo, [1, 1], 3.7]],
      lower: [0.2, 0.2],
      upper: [2.9, 2.9],
      integer: [true, true],
    }),
    status: 'optimal',
    objective: -3,
  },
  'no integer between the bounds': {
    form: form({ cost: [1], rows: [[-9, [1], 9]], lower: [0.2], upper: [0.8], integer: [true] }),
    status: 'infeasible',
  },
  'parity, which no relaxation sees': {
    form: form({ cost: [1, 1], rows: [[1, [2, 4], 1]], upper: [5, 5], integer: [true, true] }),
    status: 'infeasible',
  },
  'a triangle without an integer point': {
    form: form({
      cost: [1, 1, 1],
      rows: [
        [1, [1, 1, 0], 1],
        [1, [0, 1, 1], 1],
        [1, [1, 0, 1], 1],
      ],
      upper: [1, 1, 1],
      integer: [true, true, true],
    }),
    status: 'infeasible',
  },
  'integer and unbounded': {
    form: form({ cost: [-1, 0], rows: [[-1, [1, -2], 1]], integer: [true, true] }),
    status: 'unbounded',
  },
  assignment: {
    form: form({
      cost: [4, 1, 3, 2, 0, 5, 3, 2, 2],
      rows: [
        [1, [1, 1, 1, 0, 0, 0, 0, 0, 0], 1],
        [1, [0, 0, 0, 1, 1, 1, 0, 0, 0], 1],
        [1, [0, 0, 0, 0, 0, 0, 1, 1, 1], 1],
        [1, [1, 0, 0, 1, 0, 0, 1, 0, 0], 1],
        [1, [0, 1, 0, 0, 1, 0, 0, 1, 0], 1],
        [1, [0, 0, 1, 0, 0, 1, 0, 0, 1], 1],
      ],
      upper: Array(9).fill(1),
      integer: Array(9).fill(true),
    }),
    status: 'optimal',
    objective: 5,
  },
}
