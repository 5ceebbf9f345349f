import { Option, type Command as Program } from 'commander'
import {
  type AdlEvent,
  bootstrapPaths,
  type CovarianceParameters,
  jumpDiffusionPaths,
  lognormalPaths,
  type PathModel,
  readHistory,
  replayPaths,
  studentTPaths,
} from '../models/index.js'
import { choices, numberOf, path, positive, whole } from './arguments.js'
import type { Reader } from './command.js'
import { type ModelFlags, spread } from './move-models.js'
import { mistake } from './usage.js'

/** The parameters of path models; each takes some. */
export interface PathModelFlags
  extends Pick<
    ModelFlags,
    'covariance' | 'volatility' | 'correlation' | 'horizonDays' | 'drift' | 'degrees' | 'history' | 'block'
  > {
  readonly steps?: number
  readonly jumps?: number
  readonly jumpMean?: number
  readonly jumpDeviation?: number
}

type Flag = Exclude<keyof PathModelFlags, 'steps'>
type Make = (session: Reader, event: AdlEvent, flags: PathModelFlags, steps: number) => Promise<PathModel>

const SPREAD: readonly Flag[] = ['covariance', 'volatility', 'correlation', 'horizonDays', 'drift']
const JUMPS: readonly Flag[] = ['jumps', 'jumpMean', 'jumpDeviation']

/** How each model comes from the command line; a new one is a line here. */
const models: Readonly<Record<string, { readonly takes: readonly Flag[]; readonly make: Make }>> = {
  lognormal: {
    takes: SPREAD,
    make: async (session, event, flags, steps) => lognormalPaths(await perStep(session, event, flags, steps), steps),
  },
  'student-t': {
    takes: [...SPREAD, 'degrees'],
    make: async (session, event, flags, steps) => {
      const degrees = needed(flags.degrees, 'degrees', 'Give the degrees of freedom, above 2, such as 4.')
      return studentTPaths({ ...(await perStep(session, event, flags, steps)), degrees }, steps)
    },
  },
  'jump-diffusion': {
    takes: [...SPREAD, ...JUMPS],
    make: async (session, event, flags, steps) => {
      const jumps = needed(flags.jumps, 'jumps', 'Give how many are expected on a path, such as 1.')
      const jumpMean = needed(flags.jumpMean, 'jumpMean', 'Give the mean jump in logarithms, such as -0.1.')
      const { jumpDeviation = 0 } = flags
      const spreadOfStep = await perStep(session, event, flags, steps)
      return jumpDiffusionPaths({ ...spreadOfStep, jumps: jumps / steps, jumpMean, jumpDeviation }, steps)
    },
  },
  bootstrap: {
    takes: ['history', 'block'],
    make: async (session, event, flags, steps) =>
      bootstrapPaths(await history(session, event, flags), steps, flags.block ?? 1),
  },
  replay: {
    takes: ['history'],
    make: async (session, event, flags, steps) => replayPaths(await history(session, event, flags), steps),
  },
}

export const pathModelNames: readonly string[] = Object.keys(models)

const DEFAULT_STEPS = 12

/** Whether a model draws one path only, whatever the seed. */
export const isCertain = (name: string): boolean => name === 'replay'

export function addPathModelFlags(command: Program): Program {
  const number = (flag: string) => (text: string) => numberOf(flag, text)
  return command
    .addOption(new Option('--model <name>', `instead of --paths: ${pathModelNames.join(', ')}`).argParser(modelNamed))
    .option('--steps <count>', `of each path (default: ${DEFAULT_STEPS})`, whole('--steps', 1, 1e5))
    .option('--horizon-days <days>', 'how far a whole path reaches', positive('--horizon-days'))
    .option('--volatility <values>', 'per year, as a ratio: 0.6 is 60 %; one for all, or BTC=0.6,ETH=0.75')
    .option('--correlation <number>', 'of every two markets', number('--correlation'))
    .option('--covariance <file>', 'of logarithmic moves over the whole path', path('--covariance'))
    .option('--drift <values>', 'over the whole path (default: 0)')
    .option('--degrees <number>', 'student-t: degrees of freedom, above 2', number('--degrees'))
    .option('--jumps <number>', 'jump-diffusion: jumps expected on a path', number('--jumps'))
    .option('--jump-mean <number>', 'jump-diffusion: mean logarithm of a jump, such as -0.1', number('--jump-mean'))
    .option('--jump-deviation <number>', 'jump-diffusion: its deviation (default: 0)', number('--jump-deviation'))
    .option(
      '--history <file>',
      'bootstrap, replay: prices, CSV with one column per market, the oldest first',
      path('--history'),
    )
    .option('--block <rows>', 'bootstrap: rows that stay together (default: 1)', whole('--block', 1, 1e6))
}

/** The model of these flags. A flag that the model does not take is refused: it would be a parameter without effect. */
export async function pathModel(
  session: Reader,
  name: string,
  event: AdlEvent,
  flags: PathModelFlags,
): Promise<PathModel> {
  const { takes, make } = models[name]
  const unneeded = givenPathFlags(flags).find((flag) => !takes.includes(flag))
  if (unneeded !== undefined) {
    const cure = `Leave it out; ${name} takes ${takes.map(spelt).join(', ')}.`
    throw mistake('unneeded-flag', spelt(unneeded), flags[unneeded], `the model ${name} takes no such flag`, cure)
  }
  if (event.markets.length === 0) {
    throw mistake('no-markets', 'EVENT', 0, 'the event has no market', 'Give an event with at least one.')
  }
  return make(session, event, flags, flags.steps ?? DEFAULT_STEPS)
}

/** The flags of models that were given. */
export function givenPathFlags(flags: PathModelFlags): readonly Flag[] {
  return [...SPREAD, 'degrees' as const, ...JUMPS, 'history' as const, 'block' as const].filter(
    (flag) => flags[flag] !== undefined,
  )
}

export const spelt = (flag: string): string => `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

function modelNamed(name: string): string {
  if (pathModelNames.includes(name)) return name
  throw mistake('unknown-model', '--model', name, 'no model of paths has this name', choices(name, pathModelNames))
}

function needed<Value>(value: Value | undefined, flag: Flag, cure: string): Value {
  if (value !== undefined) return value
  throw mistake('missing-flag', spelt(flag), undefined, 'this flag is needed', cure)
}

/** What the flags say of a whole path, for one step of it: steps know nothing of each other, so that variances add up. */
async function perStep(
  session: Reader,
  event: AdlEvent,
  flags: PathModelFlags,
  steps: number,
): Promise<CovarianceParameters> {
  const { markets, covariance, drift } = await spread(session, event, flags)
  return {
    markets,
    covariance: covariance.map((entry) => entry / steps),
    ...(drift && { drift: drift.map((entry) => entry / steps) }),
  }
}

async function history(session: Reader, event: AdlEvent, { history: file }: PathModelFlags) {
  const name = needed(file, 'history', 'Give --history FILE: prices, one column per market.')
  return readHistory(
    name,
    event.markets.map(({ market }) => market),
    session.reading(),
  )
}
