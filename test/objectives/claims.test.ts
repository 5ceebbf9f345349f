import { objectives } from 'spillway'
import { expect, it } from 'vitest'
import { claimants } from '#models/proof/index.js'

it('every objective that is listed has a claim, so that `spillway check` takes what `spillway verify` writes', () => {
  expect(objectives.size).toBeGreaterThan(5)
  expect([...claimants.keys()]).toEqual([...objectives.keys()])
})
