import { join } from 'node:path'
import { expect, it } from 'vitest'
import { errorOf, folderWith, jsonOf, spillwayHere } from '../../cli/support.js'
import { eventOf } from './small.js'

/** The command line: the closed form by default, the quadratic program when asked, both held together by `verify`. */
const event = eventOf(
  { M: ['2', '1'], N: ['5', '-0.5'] },
  { A: ['10', { M: '4', N: '2' }], B: ['20', { M: '9', N: '3' }], C: ['5', { M: '6', N: '1' }] },
  { M: ['long', '7'], N: ['long', '2'] },
)

it('solve and verify know factor-leverage', async () => {
  const folder = await folderWith({
    'event.json': event,
    'bare.json': { ...event, markets: event.markets.map(({ factorLoading: _, ...rest }) => rest) },
  })
  const [place, out] = [join(folder, 'event.json'), join(folder, 'closed.csv')]
  const objective = ['--objective', 'factor-leverage', '--json']
  const solved = await spillwayHere(['solve', place, ...objective, '--out', out])
  expect(solved).toMatchObject({ status: 0 })
  const answer = jsonOf(solved)
  const range = {
    loadings: 'event',
    minBefore: expect.any(Number),
    maxBefore: expect.any(Number),
    minAfter: expect.any(Number),
    maxAfter: expect.any(Number),
  }
  expect(answer).toMatchObject({ status: 'optimal', solver: { name: 'closed-form' }, factorLeverage: range })
  expect(answer.leverage).toEqual({ maxBefore: 17 / 5, maxAfter: expect.any(Number) })
  const bySolver = jsonOf(await spillwayHere(['solve', place, ...objective, '--solver', 'highs']))
  expect(bySolver).toMatchObject({ status: 'optimal', solver: { name: 'highs' } })
  const verdict = await spillwayHere(['verify', place, out, ...objective])
  expect(verdict.status).toBe(0)
  expect(jsonOf(verdict)).toMatchObject({
    verdict: 'optimal',
    factorLeverage: { ...range, minOptimal: expect.any(Number), maxOptimal: expect.any(Number) },
    accounts: { overReduced: 0, underReduced: 0 },
    methods: [{ solver: 'closed-form' }, { solver: 'highs' }],
  })
  const words = await spillwayHere(['solve', place, '--objective', 'factor-leverage'])
  expect(words.stdout).toMatch(/in the factor +from .+× … .+× → .+ \(loadings of the event\)/)
  const report = await spillwayHere(['verify', place, out, '--objective', 'factor-leverage', '--solver', 'closed-form'])
  expect(report.stdout).toContain('leverage in the factor')
  const bare = await spillwayHere(['solve', join(folder, 'bare.json'), ...objective])
  expect(bare.status).toBe(2)
  expect(errorOf(bare).code).toBe('missing-input')
}, 30_000)
