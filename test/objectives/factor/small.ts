import type { FactorEvent } from './books.js'

/** A small event: markets as [price, loading?], accounts as [equity, holdings], demands as [side, quantity]. */
export function eventOf(
  markets: Readonly<Record<string, readonly [price: string, loading?: string]>>,
  accounts: Readonly<Record<string, readonly [equity: string, held: Readonly<Record<string, string>>]>>,
  demand: Readonly<Record<string, readonly [side: 'long' | 'short', quantity: string]>>,
): FactorEvent {
  return {
    format: 'spillway/event@1',
    markets: Object.entries(markets).map(([market, [markPrice, factorLoading]]) => ({
      market,
      markPrice,
      ...(factorLoading !== undefined && { factorLoading }),
    })),
    accounts: Object.entries(accounts).map(([account, [equity, held]]) => ({
      account,
      equity,
      positions: Object.entries(held).map(([market, quantity]) => ({ market, quantity })),
    })),
    demand: Object.entries(demand).map(([market, [side, quantity]]) => ({ market, side, quantity })),
  }
}
