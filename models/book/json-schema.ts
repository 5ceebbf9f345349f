import { z } from 'zod'
import { allocationSchema, eventSchema } from './schema.js'

const schemas = {
  event: { title: 'An auto-deleveraging event: markets, accounts, demand', schema: eventSchema },
  allocation: { title: 'An allocation: contracts closed per account and market', schema: allocationSchema },
}

/** The published JSON Schema (2020-12) of a file format, as the text of `docs/schema/<name>.schema.json`. */
export function jsonSchemaText(name: keyof typeof schemas): string {
  const { title, schema } = schemas[name]
  return schemaText(title, schema)
}

/** A schema as JSON Schema (2020-12), with its title. */
export function schemaText(title: string, schema: z.ZodType): string {
  return `${JSON.stringify({ title, ...z.toJSONSchema(schema) }, undefined, 2)}\n`
}
