import { z } from 'zod'

/** A schema as JSON Schema (2020-12), with its title. */
export function schemaText(title: string, schema: z.ZodType): string {
  return `${JSON.stringify({ title, ...z.toJSONSchema(schema) }, undefined, 2)}\n`
}
