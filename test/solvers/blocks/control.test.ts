import { describe, expect, it } from 'vitest'
import { type BlockProgress, solveBlocks } from '#src/solvers/blocks/solve-blocks.js'
import { runBlocks } from '#src/solvers/index.js'
import { lossBlocks } from '../../../benchmarks/loss-blocks.js'

const program = lossBlocks({ accounts: 600, markets: 12, moves: 120, seed: 3 })

describe('control of a run', () => {
  it('tells of every level, the gap falling to the tolerance', () => {
    const reported: BlockProgress[] = []
    const { status, counts } = solveBlocks(program, { tolerance: 1e-8, report: (progress) => reported.push(progress) })
    expect(status).toBe('solved')
    expect(reported.length).toBe(counts.levels)
    expect(reported[0].relativeGap).toBeGreaterThan(1e-3)
    expect(reported.at(-1)!.relativeGap).toBeLessThanOrEqual(1e-8)
  })

  it.each([0, 1, 5, 20, 60])('stopped after %i responses: a feasible point with a bound that holds', (most) => {
    const best = solveBlocks(program).value
    let asked = 0
    const { status, x, value, bound } = solveBlocks(program, { isStopped: () => asked++ >= most })
    expect(status).toBe('stopped')
    const sums = program.total.map((total) => -total)
    x.forEach((amount, v) => {
      expect(amount >= 0 && amount <= program.upper[v]).toBe(true)
      sums[program.row[v]] += amount
    })
    sums.forEach((gap, k) => {
      expect(Math.abs(gap)).toBeLessThanOrEqual(1e-12 * program.total[k])
    })
    expect(value).toBeGreaterThanOrEqual(best * (1 - 1e-12))
    expect(bound).toBeLessThanOrEqual(best * (1 + 1e-12))
  })

  it('gives the same bytes in a thread, and again', async () => {
    const here = solveBlocks(program, { tolerance: 1e-7 })
    for (let run = 0; run < 2; run++) expect(await runBlocks(program)).toEqual(here)
  })

  it('ends a thread on an aborted signal, and the next run is sound', async () => {
    const large = lossBlocks({ accounts: 3_000, markets: 20, moves: 100 })
    const controller = new AbortController()
    const run = runBlocks(large, { signal: controller.signal, onProgress: () => controller.abort() })
    await expect(run).rejects.toMatchObject({ code: 'cancelled' })
    expect((await runBlocks(program)).status).toBe('solved')
  })

  it('says before it starts that memory would not do', async () => {
    await expect(runBlocks(program, { memoryBytes: 1e6 })).rejects.toMatchObject({ code: 'too-large' })
    expect((await runBlocks(program)).status).toBe('solved')
  })

  it('hands over what there is at the time limit', async () => {
    const { status, value, bound } = await runBlocks(program, { timeLimitSeconds: 1e-6 })
    expect(status).toBe('stopped')
    expect(value).toBeGreaterThan(bound)
  })
})
