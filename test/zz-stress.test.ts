import { minMaxLeverage, parseEvent, solve, squaredLeverage } from 'spillway'
import { it } from 'vitest'
import { randomBook } from '/work/main/test/books.js'

it('stress', async () => {
  const kinds: Record<string, object> = {
    plain: {},
    ties: { ties: true },
    insolvents: { insolvents: true },
    wild: { wild: true },
    off: { offMark: true, insolvents: true },
    wildoff: { wild: true, offMark: true, insolvents: true, ties: true },
    multi: { markets: 4, holdings: 3, twoSided: true },
    multioff: { markets: 4, holdings: 3, twoSided: true, offMark: true, insolvents: true },
    multiwild: { markets: 3, holdings: 3, wild: true },
  }
  for (const [kind, o] of Object.entries(kinds).filter(([k]) => (process.env.K ?? k).split(',').includes(k))) {
    for (const objective of [minMaxLeverage(), squaredLeverage()].filter((o) => o.name.startsWith(process.env.O ?? '')))
      for (const solver of objective.name[0] === 'm'
        ? ['closed-form', 'highs', 'jslp', 'yalps', 'glpk']
        : ['closed-form', 'highs']) {
        const tally: Record<string, number> = {}
        const worst = 0
        let worstGap = 0
        let ms = 0
        for (let seed = 1; seed <= 15; seed++) {
          const ev = parseEvent(randomBook(seed, { accounts: 5 + seed * 3, ...o }))
          const t = performance.now()
          try {
            const s = await solve(ev, objective, { solver, timeLimitSeconds: 20 })
            tally[s.status] = (tally[s.status] ?? 0) + 1
            if (s.status === 'optimal') worstGap = Math.max(worstGap, s.relativeGap!)
            else if (process.env.V)
              console.log(kind, solver, seed, s.status, s.objective.value, s.bound, s.relativeGap, s.reason)
          } catch (e: any) {
            tally[e.code ?? e.message] = (tally[e.code ?? e.message] ?? 0) + 1
            if (process.env.V || !e.code) console.log(kind, solver, seed, String(e.stack).slice(0, 500))
          }
          ms += performance.now() - t
        }
        console.log(
          kind.padEnd(10),
          objective.name.slice(0, 7),
          solver.padEnd(12),
          JSON.stringify(tally),
          'gap',
          worstGap.toExponential(1),
          (ms / 15).toFixed(0) + 'ms',
        )
      }
  }
}, 600000)
