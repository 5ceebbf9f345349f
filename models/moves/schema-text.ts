import { schemaText } from '../book/schema-text.js'
import { movesSchema } from './schema.js'

/** The published JSON Schema, the text of `docs/schema/moves.schema.json`. */
export function movesSchemaText(): string {
  return schemaText('Price moves: scenarios with weights, or jointly normal moves', movesSchema)
}
