import type { Decimal } from '../../src/numeric/index.js'
import { jsonPath, mistake, suggest } from '../book/place.js'

/** What a venue does with accounts that cannot keep their positions. */
export interface VenueRules {
  readonly insuranceFund: Decimal
  /** μ: of the markets that are named, and of all others. */
  readonly maintenance: ReadonlyMap<string, Decimal>
  readonly defaultMaintenance: Decimal
  readonly impact: Decimal
  readonly fee: Decimal
  readonly feeTo: 'fund' | 'outside'
  readonly adlPrice: 'bankruptcy' | 'mark'
  readonly surplusTo: 'account' | 'fund'
}

/** μ_k by market; a rate for a market that is not there is a mistake, for its market would get the default. */
export function maintenanceRates(
  { maintenance, defaultMaintenance }: VenueRules,
  markets: readonly string[],
): Decimal[] {
  for (const name of maintenance.keys()) {
    if (markets.includes(name)) continue
    const cure = `${suggest(name, markets)} Name markets of the event, and "default" for all others.`
    throw mistake('unknown-market', jsonPath(['maintenance', name], ''), 'the event has no such market', name, cure)
  }
  return markets.map((market) => maintenance.get(market) ?? defaultMaintenance)
}
