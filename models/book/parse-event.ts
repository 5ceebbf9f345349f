import { checkShape } from './check-shape.js'
import type { AdlEvent } from './event.js'
import { EventBuilder } from './event-builder.js'
import type { Place } from './place.js'
import { eventSchema } from './schema.js'

/**
 * Reads an event from a parsed JSON value (contract, section 2).
 *
 * @throws SpillwayError with the code of the first mistake and its place, such as `accounts[3].positions[0].market`.
 * @example parseEvent(JSON.parse(text)).demand
 */
export function parseEvent(json: unknown): AdlEvent {
  const event = checkShape(eventSchema, json, 'event')
  const builder = new EventBuilder(positionPlace)
  event.markets.forEach((row, k) => {
    builder.addMarket(row, (field) => `markets[${k}].${field}`)
  })
  event.accounts.forEach((row, i) => {
    builder.addAccount(row, (field) => `accounts[${i}].${field}`)
    row.positions.forEach((position, j) => {
      builder.addPosition(i, position, j, positionPlace(i, j))
    })
  })
  event.demand?.forEach((row, k) => {
    builder.addDemand(row, (field) => `demand[${k}].${field}`)
  })
  return builder.finish(event.demand === undefined ? 'derived' : 'given')
}

function positionPlace(account: number, position: number): Place {
  return (field) => `accounts[${account}].positions[${position}].${field}`
}
