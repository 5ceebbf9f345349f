/**
 * Policies and objectives as people call them; the names of the command line are for machines and stand beside them
 * where they are needed.
 */

const POLICIES: Readonly<Record<string, string>> = {
  'water-filling': 'Water-filling',
  'factor-water-filling': 'Water-filling in one factor',
  'pro-rata': 'Pro rata to size',
  'pro-rata-pnl': 'Pro rata to profit',
  'pro-rata-equity': 'Pro rata to equity',
  'capped-pro-rata': 'Pro rata, capped by profit',
  'risk-aware-pro-rata': 'Pro rata, more from the leveraged',
  'one-step-projection': 'Pro rata to squared size',
  'integer-pro-rata': 'Pro rata in whole lots',
  'gains-haircut': 'Haircut on gains',
  'queue-pnl-leverage': 'Queue by return × leverage',
  'queue-leverage': 'Queue by leverage',
  random: 'Random order',
  aevo: 'Aevo',
  binance: 'Binance',
  bitget: 'Bitget',
  bitmex: 'BitMEX',
  bybit: 'Bybit',
  drift: 'Drift',
  dydx: 'dYdX',
  ethereal: 'Ethereal',
  gate: 'Gate',
  hyperliquid: 'Hyperliquid',
  okx: 'OKX',
}

const OBJECTIVES: Readonly<Record<string, string>> = {
  'min-max-leverage': 'largest leverage',
  'squared-leverage': 'squared leverage',
  'factor-leverage': 'squared leverage in the factor',
  'expected-loss': 'expected loss',
  cvar: 'mean loss of the worst outcomes',
  evar: 'entropic value at risk',
  'worst-case-loss': 'worst loss',
  'ellipsoid-loss': 'worst losses over an ellipsoid',
}

const OPTIMAL = 'optimal:'

/**
 * "OKX (losers: divided)" for `okx:losers=divided`, "Least largest leverage" for `optimal:min-max-leverage`; a name of
 * one's own as it is.
 */
export function policyTitle(policy: string): string {
  if (policy.startsWith(OPTIMAL)) return `Least ${objectiveTitle(policy.slice(OPTIMAL.length))}`
  const [name, ...options] = policy.split(':')
  const known = Object.hasOwn(POLICIES, name) ? POLICIES[name] : undefined
  if (known === undefined) return policy
  const words = options.map((option) => option.replace('=', ': ').replaceAll('-', ' '))
  return words.length === 0 ? known : `${known} (${words.join(', ')})`
}

/** "largest leverage" for `min-max-leverage`; a name of one's own as it is. */
export const objectiveTitle = (objective: string): string =>
  Object.hasOwn(OBJECTIVES, objective) ? OBJECTIVES[objective] : objective
