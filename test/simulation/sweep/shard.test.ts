import { describe, expect, it } from 'vitest'
import { isInShard, parseShard, type Shard, shardOfArray } from '#models/simulation/index.js'

const slurm = { SLURM_ARRAY_TASK_ID: '7', SLURM_ARRAY_TASK_MIN: '5', SLURM_ARRAY_TASK_COUNT: '3' }

describe('parts of a sweep', () => {
  it('of any number hold each job once', () => {
    for (const count of [1, 2, 3, 7, 50]) {
      const parts = Array.from({ length: count }, (_, k): Shard => ({ index: k + 1, count }))
      for (let job = 1; job <= 40; job++) expect(parts.filter((part) => isInShard(part, job))).toHaveLength(1)
    }
  })

  it.each([
    ['1/1', { index: 1, count: 1 }],
    ['7/7', { index: 7, count: 7 }],
  ])('%s', (text, shard) => {
    expect(parseShard(text)).toEqual(shard)
  })

  it.each(['0/3', '4/3', '1', '1/0', '-1/3', '1.5/3', '1/3/5', ' 1/3'])('%j is none', (text) => {
    expect(() => parseShard(text)).toThrow(expect.objectContaining({ code: 'bad-shard' }))
  })

  it.each([
    ['no array', {}, undefined, undefined],
    ['an empty variable', { JOB_COMPLETION_INDEX: '' }, undefined, undefined],
    ['Kubernetes', { JOB_COMPLETION_INDEX: '1' }, 3, { index: 2, count: 3 }],
    ['Slurm', slurm, undefined, { index: 3, count: 3 }],
    ['Slurm, the same number of parts given', slurm, 3, { index: 3, count: 3 }],
    ['Slurm by steps', { ...slurm, SLURM_ARRAY_TASK_STEP: '2' }, undefined, { index: 2, count: 3 }],
    ['Slurm from 0', { SLURM_ARRAY_TASK_ID: '0', SLURM_ARRAY_TASK_COUNT: '2' }, undefined, { index: 1, count: 2 }],
    ['AWS', { AWS_BATCH_JOB_ARRAY_INDEX: '3', AWS_BATCH_JOB_ARRAY_SIZE: '4' }, undefined, { index: 4, count: 4 }],
  ])('of %s', (_, environment, shards, shard) => {
    expect(shardOfArray(environment, shards)).toEqual(shard)
  })

  it.each([
    ['missing-flag', { JOB_COMPLETION_INDEX: '1' }, undefined],
    ['bad-shard', { JOB_COMPLETION_INDEX: '3' }, 3],
    ['bad-shard', { SLURM_ARRAY_TASK_ID: 'x', SLURM_ARRAY_TASK_COUNT: '2' }, undefined],
    ['bad-shard', { ...slurm, SLURM_ARRAY_TASK_ID: '4' }, undefined],
    ['conflicting-flags', slurm, 4],
  ])('refuses with %s %j', (code, environment, shards) => {
    expect(() => shardOfArray(environment, shards)).toThrow(expect.objectContaining({ code }))
  })
})
