import { parseEvent, solve } from 'spillway'
import { expect, it } from 'vitest'
import { type PlainEvent, randomBook } from '../../books.js'
import { gaussian, gaussianLoss } from './support.js'

/** A book large enough for the interior point to take its time. */
const SEED = 99
const event: PlainEvent = randomBook(SEED, { accounts: 1500, markets: 4, holdings: 4, twoSided: true })
const names = ['M0', 'M1', 'M2', 'M3']
const moves = gaussian(
  names,
  names.map((_, a) => names.map((__, b) => (a === b ? 0.04 : 0.02))),
)
const objective = gaussianLoss(moves)
const read = parseEvent(event)

it('stops between Newton steps when the caller aborts', async () => {
  const controller = new AbortController()
  const phases: string[] = []
  const onProgress = ({ phase }: { readonly phase: string }) => phases.push(phase)
  // The timer can only fire because the computation lets others run, and no solver was asked before it did.
  setTimeout(() => controller.abort(), 1)
  const answer = solve(read, objective, { signal: controller.signal, solver: 'highs', onProgress })
  await expect(answer).rejects.toMatchObject({ code: 'cancelled' })
  expect(phases).toEqual([])
})

it('hands over what it has when time runs out, with its proof', async () => {
  const { status, objective: found, bound } = await solve(read, objective, { timeLimitSeconds: 1e-3 })
  expect(bound!).toBeLessThanOrEqual(found.value!)
  expect(status).toBe('limit')
})
