import type { AdlEvent, Paths } from '../models/index.js'
import { compare, signOf, toNumber } from '../src/numeric/index.js'
import { number } from './table.js'

export interface SimulationRemark {
  readonly code: 'unneeded-input' | 'path-starts-elsewhere'
  readonly says: string
  readonly market?: string
}

/** What a careful person would say of an event and its paths before they meet. */
export function simulationRemarks(event: AdlEvent, { markets, paths }: Paths): readonly SimulationRemark[] {
  const quoted = event.given ?? event
  const remarks: SimulationRemark[] = []
  const isDemanded = event.demandSource === 'given' && event.demand.some(({ quantity }) => signOf(quantity) > 0)
  if (isDemanded) {
    const says = 'The demand of the event is not used: in a simulation it follows from prices, margins and the fund.'
    remarks.push({ code: 'unneeded-input', says })
  }
  const off = quoted.markets.find(({ markPrice, adlPrice }) => compare(markPrice, adlPrice) !== 0)
  if (off !== undefined) {
    const says = `The ADL price of ${off.market} is not used: the configuration says at which price an ADL closes.`
    remarks.push({ code: 'unneeded-input', says, market: off.market })
  }
  for (const { market, markPrice } of quoted.markets) {
    const mark = toNumber(markPrice)
    const first = paths[0].prices.values[markets.indexOf(market)]
    if (first === mark) continue
    const says = `${market} is at ${number(mark)} in the event and at ${number(first)} before the crisis in path ${paths[0].name}: prices of a path are prices, not moves.`
    remarks.push({ code: 'path-starts-elsewhere', says, market })
    break
  }
  return remarks
}
