import { type ConformanceCase, form } from './case.js'

const oo = Infinity

export const quadratic: Readonly<Record<string, ConformanceCase>> = {
  'diagonal, one column flat': {
    form: form({ cost: [1, 2], rows: [[1, [1, 1], oo]], quadratic: [[0, 0, 2]] }),
    status: 'optimal',
    objective: 1.75,
    x: [0.5, 0.5],
    prices: [2],
  },
  'off the diagonal': {
    form: form({
      cost: [-1, -2],
      rows: [[-oo, [1, 1], 0.5]],
      lower: [-oo, -oo],
      quadratic: [
        [0, 0, 2],
        [1, 0, 1],
        [1, 1, 2],
      ],
    }),
    status: 'optimal',
    objective: -0.8125,
    x: [-0.25, 0.75],
    prices: [-0.75],
  },
  'singular Q, many optima': {
    form: form({
      cost: [-2, -2],
      rows: [[-oo, [1, 1], 5]],
      lower: [-oo, -oo],
      quadratic: [
        [0, 0, 2],
        [1, 0, 2],
        [1, 1, 2],
      ],
    }),
    status: 'optimal',
    objective: -1,
  },
  'with an empty row': {
    form: form({
      cost: [-2, 0],
      rows: [
        [-1, [0, 0], 1],
        [-oo, [1, 0], 0.5],
      ],
      upper: [9, 9],
      quadratic: [
        [0, 0, 2],
        [1, 1, 2],
      ],
    }),
    status: 'optimal',
    objective: -0.75,
    x: [0.5, 0],
    prices: [0, -1],
  },
  'without rows': {
    form: form({
      cost: [-2, -2],
      lower: [-oo, -oo],
      quadratic: [
        [0, 0, 2],
        [1, 0, 1],
        [1, 1, 2],
      ],
    }),
    status: 'optimal',
    objective: -4 / 3,
    x: [2 / 3, 2 / 3],
  },
  'one budget, a box': {
    form: form({
      cost: [0, 0, 0],
      rows: [[6, [1, 1, 1], 6]],
      upper: [1, oo, oo],
      quadratic: [
        [0, 0, 2],
        [1, 1, 2],
        [2, 2, 6],
      ],
    }),
    status: 'optimal',
    objective: 1 + 3.75 ** 2 + 3 * 1.25 ** 2,
    x: [1, 3.75, 1.25],
    prices: [7.5],
  },
  'unbounded along a flat direction': {
    form: form({ cost: [0, -1], rows: [[-1, [1, 0], 1]], quadratic: [[0, 0, 2]] }),
    status: 'unbounded',
  },
  'nearly flat is not flat': {
    form: form({
      cost: [0, -1],
      rows: [[-1, [1, 0], 1]],
      quadratic: [
        [0, 0, 1],
        [1, 1, 1e-6],
      ],
    }),
    status: 'optimal',
    objective: -5e5,
  },
  'infeasible by weighing rows': {
    form: form({
      cost: [0, 0, 0],
      rows: [
        [1, [1, -1, 0], oo],
        [1, [0, 1, -1], oo],
        [1, [-1, 0, 1], oo],
      ],
      lower: [-oo, -oo, -oo],
      quadratic: [
        [0, 0, 2],
        [1, 1, 2],
        [2, 2, 2],
      ],
    }),
    status: 'infeasible',
  },
}
