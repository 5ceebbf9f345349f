import {
  add,
  chainOf,
  decimalOf,
  fairBound,
  moveBound,
  multiply,
  networkFill,
  roundedQuotient,
  subtract,
  thresholdsBetween,
  toNumber,
  toText,
  zero,
} from '../dist/src/index.js'
import { book } from './gen.mjs'

const [n, m, deg, mode] = process.argv.slice(2)
const b = book(+n, +m, +(deg || 3), 7, mode === 'u' ? (u) => 0.6 * u() : () => 0.3, mode !== 'g')
let t = performance.now()
const r = networkFill(b)
console.log(n, m, 'pairs', b.column.length, 'fill ms', Math.round(performance.now() - t), 'rounds', r.rounds, r.isExact)
const dec = (a) => Array.from(a, decimalOf)
const start = dec(b.start),
  weight = dec(b.weight),
  cap = dec(b.capacity),
  supply = dec(b.supply)
const level = dec(r.marketLevel)
const pairs = Array.from(start, () => [])
for (let p = 0; p < b.column.length; p++) pairs[b.column[p]].push([b.market[p], cap[p]])
const columns = start.map((a, i) => ({ start: a, weight: weight[i], pairs: pairs[i] }))
t = performance.now()
const bound = fairBound(
  columns,
  supply.map((s, k) => ({ least: s, most: s, level: level[k] })),
)
console.log('bound ms', Math.round(performance.now() - t))
t = performance.now()
const left = start.slice()
for (let p = 0; p < b.column.length; p++) left[b.column[p]] = subtract(left[b.column[p]], decimalOf(r.flow[p]))
let value = zero
for (let i = 0; i < left.length; i++)
  value = add(value, roundedQuotient(multiply(left[i], left[i]), weight[i], 30, 'up'))
console.log(
  'value ms',
  Math.round(performance.now() - t),
  toNumber(value),
  toNumber(bound),
  'rel',
  toNumber(subtract(value, bound)) / toNumber(value),
)
t = performance.now()
const links = chainOf(
  columns.map((c, i) => ({ ...c, left: left[i] })),
  supply,
  thresholdsBetween(level),
)
console.log(
  'chain ms',
  Math.round(performance.now() - t),
  'worst slack',
  Math.max(...links.map((l) => toNumber(l.slack))),
  Math.min(...links.map((l) => toNumber(l.slack))),
  'of',
  b.supply.reduce((x, y) => x + y),
)
console.log(
  links
    .slice(0, 5)
    .map((l) => [toText(l.threshold), l.columns, toNumber(l.sent), toNumber(l.slack)].join(' '))
    .join('\n'),
  (process.memoryUsage.rss() / 1e6) | 0,
  'MB',
)
