import type { Outcome } from '#models/analysis/audit/outcome.js'
import { runnerOf } from '#models/analysis/audit/outcome.js'
import { type AxiomReport, axioms, type EventJson, type Policy } from '#models/index.js'

/** The verdict of one axiom on a pair of events: undefined where it is kept. */
export async function judge(
  axiom: string,
  policy: Policy,
  event: EventJson,
  variant?: EventJson,
): Promise<string | undefined> {
  return axioms.find(({ name }) => name === axiom)!.judge(runnerOf(policy, { seed: 1 }), event, variant)
}

export async function outcomeOf(policy: Policy, event: EventJson): Promise<Outcome> {
  return runnerOf(policy, { seed: 1 })(event)
}

type Plain = readonly [account: string, equity: number, ...positions: (readonly [market: string, quantity: number])[]]

/** An event from a few numbers: longs in BTC are closed unless `demand` says otherwise. */
export function book(
  price: number,
  demand: Readonly<Record<string, number>>,
  ...accounts: readonly Plain[]
): EventJson {
  const held = accounts.flatMap(([, , ...positions]) => positions.map(([market]) => market))
  return {
    format: 'spillway/event@1',
    markets: [...new Set([...Object.keys(demand), ...held])].map((market) => ({ market, markPrice: price })),
    accounts: accounts.map(([account, equity, ...positions]) => ({
      account,
      equity,
      positions: positions.map(([market, quantity]) => ({ market, quantity })),
    })),
    demand: Object.entries(demand).map(([market, quantity]) => ({ market, side: 'long', quantity })),
  }
}

export const verdicts = (reports: readonly AxiomReport[]): Record<string, string> =>
  Object.fromEntries(reports.map(({ axiom, verdict }) => [axiom, verdict]))
