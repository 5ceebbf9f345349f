import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { jsonSchemaText } from '#models/book/index.js'
import { eventSchema } from '#models/book/schema.js'
import { goodEvent } from './support.js'

describe('the published JSON Schemas', () => {
  test.each(['event', 'allocation', 'certificate'] as const)(
    'docs/schema/%s.schema.json is what the code says',
    async (name) => {
      const published = new URL(`../../docs/schema/${name}.schema.json`, import.meta.url)
      const content = JSON.stringify(JSON.parse(await readFile(published, 'utf8')))
      expect(content, 'write it anew with jsonSchemaText').toBe(JSON.stringify(JSON.parse(jsonSchemaText(name))))
    },
  )

  test('tell good from bad by themselves', () => {
    const published = z.fromJSONSchema(JSON.parse(jsonSchemaText('event')))
    const good = goodEvent()
    for (const schema of [published, eventSchema]) {
      expect(schema.safeParse(good).success).toBe(true)
      expect(schema.safeParse({ ...good, demand: undefined }).success).toBe(true)
      expect(schema.safeParse({ ...good, extra: 1 }).success).toBe(false)
      expect(schema.safeParse({ ...good, format: 'spillway/event@2' }).success).toBe(false)
      expect(schema.safeParse({ ...good, markets: [{ market: 'A', markPrice: '1,000' }] }).success).toBe(false)
      expect(schema.safeParse({ ...good, markets: [{ market: 'A' }] }).success).toBe(false)
      expect(schema.safeParse({ ...good, demand: [{ market: 'A', side: 'buy', quantity: 1 }] }).success).toBe(false)
    }
  })
})
