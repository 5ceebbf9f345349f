import { it } from 'vitest'
import { solved } from './support.js'
import { randomHedges } from './hedges.js'
it('campaign', { timeout: 600000 }, async () => {
  const N = Number(process.env.N ?? 40)
  let bad = 0, mid = 0
  for (let seed = 1; seed <= N; seed++) {
    const { book, moves } = randomHedges(seed)
    const s = await solved(book, moves)
    const g = s.relativeGap!
    if (s.status !== 'optimal') bad++
    if (!(g <= 1e-9)) { mid++; process.stdout.write(`${seed} ${s.status} ${s.objective.value} gap ${g} markets ${moves.markets.length} acc ${book.accounts.length}\n`) }
  }
  process.stdout.write(`bad ${bad} above1e-9 ${mid} of ${N}\n`)
})
