import { it } from 'vitest'
import { writeSync } from 'node:fs'
import { solved } from './support.js'
import { randomHedges } from './hedges.js'
const say = (t: string) => writeSync(2, t + '\n')
it('campaign', { timeout: 600000 }, async () => {
  const N = Number(process.env.N ?? 40), F = Number(process.env.F ?? 1)
  let bad = 0, mid = 0
  for (let seed = F; seed <= N; seed++) {
    const { book, moves } = randomHedges(seed)
    const t0 = Date.now()
    if (process.env.V) say(`seed ${seed}`)
    const s = await solved(book, moves)
    if (Date.now() - t0 > 1500) say(`slow ${seed} ${Date.now()-t0}`)
    const g = s.relativeGap!
    if (s.status !== 'optimal') bad++
    if (!(g <= 1e-9)) { mid++; say(`${seed} ${s.status} ${s.objective.value} gap ${g} markets ${moves.markets.length} acc ${book.accounts.length}`) }
    if (F === N) say(JSON.stringify({book, C: [...moves.covariance], r: s.reductions, p: s.prices, g}))
  }
  say(`bad ${bad} above1e-9 ${mid} of ${N}`)
})
