import { describe, expect, it } from 'vitest'
import { objectiveSum, objectiveValue } from '#src/certificates/objective.js'
import { smallForm } from './small-form.js'

describe('the objective', () => {
  it('is ½ x’Qx + c x + offset', () => {
    const form = smallForm({
      linear: [3, -1],
      offset: 0.5,
      quadratic: [
        [0, 0, 2],
        [1, 0, 5],
        [1, 1, 8],
      ],
    })
    // ½ (2 · 4 + 2 · 5 · 2 · 3 + 8 · 9) + 6 − 3 + 0.5
    expect(objectiveValue(form, Float64Array.of(2, 3))).toBe(73.5)
    expect(objectiveSum(form, Float64Array.of(2, 3)).error).toBe(0)
    expect(objectiveValue(form, Float64Array.of(0, 0))).toBe(0.5)
    expect(objectiveValue(smallForm({ linear: [] }), new Float64Array(0))).toBe(0)
  })
})
