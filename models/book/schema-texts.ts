import { certificateSchema } from './certificate-schema.js'
import { allocationSchema, eventSchema } from './schema.js'
import { schemaText } from './schema-text.js'

const schemas = {
  event: { title: 'An auto-deleveraging event: markets, accounts, demand', schema: eventSchema },
  allocation: { title: 'An allocation: contracts closed per account and market', schema: allocationSchema },
  certificate: { title: 'A certificate: value, bound and what proves them', schema: certificateSchema },
}

/** The published JSON Schema (2020-12) of a file format, as the text of `docs/schema/<name>.schema.json`. */
export function jsonSchemaText(name: 'event' | 'allocation' | 'certificate'): string {
  const { title, schema } = schemas[name]
  return schemaText(title, schema)
}
