import { z } from 'zod'
import { isObject } from '../../src/validation.js'
import { readShape } from './check-shape.js'
import type { AdlEvent } from './event.js'
import { EventBuilder } from './event-builder.js'
import { EXPECTED_EVENT, refuseOthers } from './looks-like.js'
import { Mistakes } from './mistakes.js'
import { jsonPath, type Place } from './place.js'
import { accountSchema, demandSchema, eventSchema, marketSchema, positionSchema } from './schema.js'

/** Rows are checked one by one, so that a mistake in one does not hide those of the next. */
const frameSchema = eventSchema.extend({
  markets: z.array(z.unknown()),
  accounts: z.array(z.unknown()),
  demand: z.array(z.unknown()).nullish(),
})
const accountRowSchema = accountSchema.extend({ positions: z.array(z.unknown()) })

/**
 * Reads an event from a parsed JSON value (docs/formats.md).
 *
 * @throws SpillwayError with code and place of the first mistake, such as `accounts[3].positions[0].market`; where there are several,
 * `errors` has the first twenty.
 * @example parseEvent(JSON.parse(text)).demand
 */
export function parseEvent(json: unknown): AdlEvent {
  refuseOthers(json, 'event', EXPECTED_EVENT)
  const mistakes = new Mistakes()
  const builder = new EventBuilder(positionPlace, mistakes)
  readShape(frameSchema, json, [], mistakes, 'event')
  const frame = isObject(json) ? json : {}
  if (frame.format !== 'spillway/event@1') mistakes.throwAny()
  if (!Array.isArray(frame.markets)) builder.lacks('markets')

  let above: string | undefined
  /** Checks the fields of each row and hands it on, without those that are wrong: the builder finds what else is. */
  const eachRow = <Schema extends z.ZodObject>(
    path: readonly PropertyKey[],
    rows: unknown,
    schema: Schema,
    take: (row: z.output<Schema>, n: number, place: Place) => void,
  ): void => {
    if (!Array.isArray(rows)) return
    rows.forEach((row: unknown, n) => {
      mistakes.subject = () => subjectOf(row, above)
      const good = readShape(schema, row, [...path, n], mistakes)
      if (isObject(row)) take(good ?? usable(schema, row), n, (field) => jsonPath([...path, n, field], ''))
    })
  }

  eachRow(['markets'], frame.markets, marketSchema, (row, _, place) => builder.addMarket(row, place))
  eachRow(['accounts'], frame.accounts, accountRowSchema, (row, i, place) => {
    const account = builder.addAccount(row, place)
    above = subjectOf(row, undefined)
    eachRow(['accounts', i, 'positions'], row.positions, positionSchema, (position, j, positionAt) => {
      builder.addPosition(account, position, j, positionAt)
    })
    above = undefined
  })
  eachRow(['demand'], frame.demand, demandSchema, (row, _, place) => builder.addDemand(row, place))
  return builder.finish(Array.isArray(frame.demand) ? 'given' : 'derived')
}

/** A row by the names in it: `account "alice", market "BTC"`. */
function subjectOf(row: unknown, above: string | undefined): string | undefined {
  const { account, market } = isObject(row) ? row : {}
  const own = typeof account === 'string' ? `account ${JSON.stringify(account)}` : undefined
  const other = typeof market === 'string' ? `market ${JSON.stringify(market)}` : undefined
  const names = [above, own, other].filter((name) => name !== undefined)
  return names.length === 0 ? undefined : names.join(', ')
}

/**
 * What is left of a row with mistakes: its numbers and texts, and the positions; names that are missing are empty,
 * other fields are absent. Its type promises more, for a builder that is going to throw and takes an absent number for
 * one that was complained of.
 */
function usable<Schema extends z.ZodObject>(schema: Schema, row: Readonly<Record<string, unknown>>): z.output<Schema> {
  const kept = Object.entries(row).filter(
    ([name, value]) =>
      typeof value === 'string' || typeof value === 'number' || (name === 'positions' && Array.isArray(value)),
  )
  const fields = Object.fromEntries(kept)
  for (const name of ['account', 'market']) {
    if (name in schema.shape && typeof fields[name] !== 'string') fields[name] = ''
  }
  return fields as z.output<Schema>
}

function positionPlace(account: number, position: number): Place {
  return (field) => `accounts[${account}].positions[${position}].${field}`
}
