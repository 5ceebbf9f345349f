import { mistake } from '../../book/place.js'

/** Part `index` (from 1) of `count` parts of the jobs. */
export interface Shard {
  readonly index: number
  readonly count: number
}

/** Every `count`-th job, so that parts are of one size and one kind. */
export const isInShard = ({ index, count }: Shard, number: number): boolean => (number - 1) % count === index - 1

const MOST_SHARDS = 1e6
const isShard = (index: number, count: number): boolean =>
  Number.isInteger(index) && Number.isInteger(count) && index >= 1 && index <= count && count <= MOST_SHARDS

/** Reads `I/N`, which counts from 1. */
export function parseShard(text: string): Shard {
  const [, index = Number.NaN, count = Number.NaN] = /^(\d{1,7})\/(\d{1,7})$/.exec(text)?.map(Number) ?? []
  if (isShard(index, count)) return { index, count }
  throw mistake(
    'bad-shard',
    '--shard',
    'this is no part of a whole',
    text,
    'Write I/N, with I from 1 to N, such as 3/7.',
  )
}

type Environment = Readonly<Record<string, string | undefined>>

/** Where arrays of jobs say which one this is, and how many there are; of the first of them that is set. */
const ARRAYS: readonly {
  readonly what: string
  readonly index: string
  readonly count?: string
  readonly least?: string
  readonly step?: string
}[] = [
  { what: 'Kubernetes', index: 'JOB_COMPLETION_INDEX' },
  {
    what: 'Slurm',
    index: 'SLURM_ARRAY_TASK_ID',
    count: 'SLURM_ARRAY_TASK_COUNT',
    least: 'SLURM_ARRAY_TASK_MIN',
    step: 'SLURM_ARRAY_TASK_STEP',
  },
  { what: 'AWS Batch', index: 'AWS_BATCH_JOB_ARRAY_INDEX', count: 'AWS_BATCH_JOB_ARRAY_SIZE' },
]

/**
 * The part that the environment of an array of jobs assigns; undefined outside of one. How many there are the environment says, or
 * `shards` (`--shards N`). Indices of Kubernetes and AWS Batch begin at 0, those of Slurm at its minimum.
 */
export function shardOfArray(environment: Environment, shards?: number): Shard | undefined {
  const array = ARRAYS.find(({ index }) => environment[index])
  if (array === undefined) return undefined
  const number = (name: string | undefined): number | undefined =>
    name !== undefined && environment[name] ? numberIn(environment, name) : undefined
  const index = numberIn(environment, array.index)
  const stated = number(array.count)
  const least = number(array.least) ?? 0
  const count = stated ?? shards
  if (count === undefined) {
    const problem = `${array.what} says which part this is, and not of how many`
    const cure = 'Add --shards N, the number of parts; or give --shard I/N.'
    throw mistake('missing-flag', '--shards', problem, `${array.index}=${index}`, cure)
  }
  if (shards !== undefined && shards !== count) {
    const problem = `${array.what} says that there are ${count} parts`
    throw mistake('conflicting-flags', '--shards', problem, shards, 'Leave it out, or give --shard I/N instead.')
  }
  const part = (index - least) / (number(array.step) || 1) + 1
  if (isShard(part, count)) return { index: part, count }
  const cure = `Let the array have ${count} indices, the first of them ${least}; or give --shard I/N.`
  throw mistake('bad-shard', array.index, `this is no index of ${count} parts that begin at ${least}`, index, cure)
}

function numberIn(environment: Environment, name: string): number {
  const text = environment[name] ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw mistake('bad-shard', name, 'this is no whole number', text, 'Set it to a whole number, or give --shard I/N.')
}
