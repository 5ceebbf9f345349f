/** Expected losses once more, from plain events, in doubles and by integration: nothing here is shared with the package. */
export interface PlainBook {
  readonly markets: readonly { market: string; markPrice: string | number; adlPrice?: string | number }[]
  readonly accounts: readonly {
    account: string
    equity: string | number
    positions: readonly { market: string; quantity: string | number }[]
  }[]
  readonly demand: readonly { market: string; side: string; quantity: string | number }[]
}

export interface PlainLaw {
  readonly markets: readonly string[]
  readonly mean: ArrayLike<number>
  readonly covariance: ArrayLike<number>
}

export type Closed = readonly { account: string; market: string; quantity: string | number }[]

/** E (−m − sZ)^+ by Simpson's rule over the part of the line where there is a loss. */
export function integrated(m: number, s: number): number {
  if (!(s > 0)) return Math.max(0, -m)
  const from = Math.min(-m / s, 38)
  const low = Math.min(-40, from - 1)
  const lossy = (z: number): number => (Math.max(0, -m - s * z) * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI)
  // Panels end at the kink and at the edge of the bulk, so that the integrand is smooth in each.
  const knots = [low, -12, -8, -4, -2, 0, 2, 4, 8, 12].filter((z) => z > low && z < from)
  return [low, ...knots].reduce((sum, a, i) => {
    const b = knots[i] ?? from
    return sum + simpson(lossy, a, b, 400)
  }, 0)
}

function simpson(f: (z: number) => number, a: number, b: number, panels: number): number {
  const h = (b - a) / panels
  let sum = f(a) + f(b)
  for (let i = 1; i < panels; i++) sum += f(a + i * h) * (i % 2 === 1 ? 4 : 2)
  return (sum * h) / 3
}

/** Equity after the ADL and signed notionals in the order of the law's markets, account by account. */
export function standing(book: PlainBook, law: PlainLaw, closed: Closed): { equity: number; exposure: number[] }[] {
  const market = new Map(book.markets.map((m) => [m.market, m]))
  const asked = new Map(book.demand.map((d) => [d.market, d.side === 'long' ? 1 : -1]))
  return book.accounts.map(({ account, equity, positions }) => {
    const mine = closed.filter((c) => c.account === account)
    let after = Number(equity)
    const exposure = law.markets.map((name) => {
      const held = Number(positions.find((p) => p.market === name)?.quantity ?? 0)
      const gone = Number(mine.find((c) => c.market === name)?.quantity ?? 0)
      const { markPrice, adlPrice = markPrice } = market.get(name)!
      const side = asked.get(name) ?? 0
      after -= gone * side * (Number(markPrice) - Number(adlPrice))
      return (held - side * gone) * Number(markPrice)
    })
    return { equity: after, exposure }
  })
}

export function expectedLoss(book: PlainBook, law: PlainLaw, closed: Closed): number {
  const n = law.markets.length
  return standing(book, law, closed).reduce((sum, { equity, exposure }) => {
    let m = equity
    let square = 0
    for (let a = 0; a < n; a++) {
      m += exposure[a] * law.mean[a]
      for (let b = 0; b < n; b++) square += exposure[a] * law.covariance[a * n + b] * exposure[b]
    }
    return sum + integrated(m, Math.sqrt(Math.max(0, square)))
  }, 0)
}

/** Shortfall of the book under one move. */
export function lossUnder(book: PlainBook, law: PlainLaw, closed: Closed, move: readonly number[]): number {
  return standing(book, law, closed).reduce(
    (sum, { equity, exposure }) =>
      sum + Math.max(0, -equity - exposure.reduce((total, y, k) => total + y * move[k], 0)),
    0,
  )
}
