import { schemaText } from '../book/schema-text.js'
import { pathsSchema } from './paths-schema.js'
import { venueSchema } from './venue-schema.js'

/** The published JSON Schema, the text of `docs/schema/paths.schema.json`. */
export function pathsSchemaText(): string {
  return schemaText('Paths of prices, step by step', pathsSchema)
}

/** The published JSON Schema, the text of `docs/schema/venue.schema.json`. */
export function venueSchemaText(): string {
  return schemaText('A venue: insurance fund, margins, liquidation, ADL price, responses', venueSchema)
}
