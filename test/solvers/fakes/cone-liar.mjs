import { solvers } from '#src/solvers/index.js'

const [highs] = solvers
const cut = (form) => form.relaxation
const optimal = (form, value, dual) => ({
  claim: 'optimal',
  status: 'optimal',
  x: cut(form).linear.map(() => value),
  rowPrices: cut(form).rowLower.map(() => dual),
  coneDuals: form.cones.map(({ height }) => new Float64Array(2 * height.length).fill(dual)),
})
/** Words about cones that are never true, by the number of seconds that it is given: its linear programs are solved as they should be. */
const lies = {
  'a wrong point': (form) => optimal(form, 3, 1),
  'a point far away, with duals as large': (form) => optimal(form, 1e12, -1e9),
  'no numbers': (form) => optimal(form, Number.NaN, Number.NaN),
  'infinite duals': (form) => optimal(form, 0, Infinity),
  'no duals': (form) => ({ claim: 'optimal', status: 'optimal', x: cut(form).linear.map(() => 1) }),
  'too few of both': () => ({
    claim: 'optimal',
    status: 'optimal',
    x: new Float64Array(1),
    rowPrices: new Float64Array(0),
    coneDuals: [],
  }),
  'duals of nothing': (form) => ({ ...optimal(form, 0.5, 1), rowPrices: new Float64Array(0), coneDuals: [] }),
  infeasible: () => ({ claim: 'infeasible', status: 'infeasible' }),
  unbounded: () => ({ claim: 'unbounded', status: 'unbounded' }),
  'nothing, but an error': () => {
    throw new Error('no such cone')
  },
}

const honest = (form, { lie, ...settings }) => highs.answer(form, settings)

export const solver = {
  answer: (form, settings) => honest(form, { ...settings, ...highs.settingsToTry(form, {})[0] }),
  answerConic: async (form, { lie }) => lies[lie](form),
}
