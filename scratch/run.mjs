import { networkFill } from '../dist/src/closed-forms/network-fill.js'
import { book } from './gen.mjs'

const [n, m, deg, mode] = process.argv.slice(2)
const b = book(+n, +m, +(deg || 3), 7, mode === 'u' ? (u) => 0.6 * u() : () => 0.3, mode !== 'g')
const t = performance.now()
const r = networkFill(b)
console.log(n, m, 'pairs', b.column.length, 'ms', Math.round(performance.now() - t), 'rounds', r.rounds, r.isExact)
const t2 = performance.now()
networkFill(b)
console.log('again', Math.round(performance.now() - t2))
console.log([...new Set(r.marketLevel)].length, 'levels', (process.memoryUsage.rss() / 1e6) | 0, 'MB')
console.log(globalThis.T, globalThis.CG, globalThis.S)
