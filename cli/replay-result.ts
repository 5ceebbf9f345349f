import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { ObjectiveInputs, Replay, WaveVerdict } from '../models/index.js'
import { type ReplayResult, replayResult } from '../reports/replay-result.js'
import { readSourceFacts } from './input-files.js'
import {
  describeInputs,
  type GivenInput,
  inputFiles,
  type JudgingFlags,
  ruleOf,
  settingsOf,
  versionsOf,
} from './verify-result.js'

interface Replayed {
  readonly folder: string
  readonly waves: readonly WaveVerdict[]
  readonly totals: Replay['totals']
  readonly inputs: ObjectiveInputs
  readonly flags: JudgingFlags
}

/** The result of a replay, and everything that it was computed from; digests of files only where it goes into one. */
export async function replayResultOf(
  { folder, waves, totals, inputs, flags }: Replayed,
  isDescribed: boolean,
  signal: AbortSignal,
): Promise<ReplayResult> {
  const { moves } = inputs
  const given: readonly GivenInput[] = [
    ...(isDescribed ? await filesOf(folder, waves) : []),
    ...inputFiles(flags, moves && (() => moves.digest())),
  ]
  return replayResult({
    folder: basename(folder),
    waves,
    totals,
    inputs: await describeInputs(given, isDescribed, signal),
    settings: settingsOf(flags, waves[0].objective),
    source: await readSourceFacts(folder),
    rule: ruleOf(flags),
    versions: Object.assign({}, ...waves.map(versionsOf)),
  })
}

/** The event and the allocation of each wave, where `readWaves` finds them. */
async function filesOf(folder: string, waves: readonly WaveVerdict[]): Promise<readonly GivenInput[]> {
  const isThere = (path: string): Promise<boolean> => stat(path).then(Boolean, () => false)
  const inner = join(folder, 'waves')
  const root = (await isThere(inner)) ? inner : folder
  const found = waves.map(async ({ name }): Promise<readonly GivenInput[]> => {
    const event = join(root, name)
    const json = join(event, 'allocation.json')
    return [
      { role: 'event', path: event },
      { role: 'allocation', path: (await isThere(json)) ? json : join(event, 'allocation.csv') },
    ]
  })
  return (await Promise.all(found)).flat()
}
