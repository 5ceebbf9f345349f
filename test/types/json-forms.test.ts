import { describe, expectTypeOf, it } from 'vitest'
import type { z } from 'zod'
import type { certificateSchema } from '#models/book/certificate-schema.js'
import type { AllocationJson, Certificate, EventJson } from '#models/book/index.js'
import type { allocationSchema, eventSchema } from '#models/book/schema.js'
import type { MovesJson, PathsJson, VenueJson } from '#models/index.js'
import type { movesSchema } from '#models/moves/schema.js'
import type { pathsSchema } from '#models/simulation/paths-schema.js'
import type { ModelParameters } from '#models/simulation/sweep/plan.js'
import type { planSchema } from '#models/simulation/sweep/plan-schema.js'
import type { venueSchema } from '#models/simulation/venue-schema.js'

/** Written types of JSON forms are those that the schemas read, field by field. Compiled by `npm run typecheck`. */
describe('the types of JSON forms', () => {
  it('are those of their schemas', () => {
    expectTypeOf<EventJson>().toEqualTypeOf<z.infer<typeof eventSchema>>()
    expectTypeOf<AllocationJson>().toEqualTypeOf<z.infer<typeof allocationSchema>>()
    expectTypeOf<Certificate>().toEqualTypeOf<z.infer<typeof certificateSchema>>()
    expectTypeOf<MovesJson>().toEqualTypeOf<z.infer<typeof movesSchema>>()
    expectTypeOf<PathsJson>().toEqualTypeOf<z.infer<typeof pathsSchema>>()
    expectTypeOf<VenueJson>().toEqualTypeOf<z.infer<typeof venueSchema>>()
    type Paths = z.infer<typeof planSchema>['paths'][number]
    expectTypeOf<ModelParameters>().toEqualTypeOf<Omit<Paths, 'name' | 'file' | 'model' | 'draws'>>()
  })
})
