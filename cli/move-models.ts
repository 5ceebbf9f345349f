import {
  type AdlEvent,
  bootstrapModel,
  type CovarianceParameters,
  gaussianModel,
  lognormalModel,
  type MoveModel,
  oneFactorModel,
  principalFactor,
  readCovariance,
  readHistory,
  readLoadings,
  studentTModel,
} from '../models/index.js'
import { checkCovariance } from '../models/moves/index.js'
import { toNumber } from '../src/numeric/index.js'
import type { Reader } from './command.js'
import { marketValues } from './market-values.js'
import { mistake } from './usage.js'

/** The parameters of move models; each model takes some. */
export interface ModelFlags {
  readonly covariance?: string
  readonly volatility?: string
  readonly correlation?: number
  readonly horizonDays?: number
  readonly drift?: string
  readonly degrees?: number
  readonly loadings?: string
  readonly factorVolatility?: number
  readonly idiosyncratic?: string
  readonly history?: string
  readonly block?: number
  readonly steps?: number
}

type Flag = keyof ModelFlags
type Make = (session: Reader, event: AdlEvent, flags: ModelFlags) => Promise<MoveModel>

const SPREAD: readonly Flag[] = ['covariance', 'volatility', 'correlation', 'horizonDays', 'drift']
const FACTOR: readonly Flag[] = ['loadings', 'factorVolatility', 'idiosyncratic']

/** How each model comes from the command line; a new one is a line here. */
const models: Readonly<Record<string, { readonly takes: readonly Flag[]; readonly make: Make }>> = {
  gaussian: { takes: SPREAD, make: async (...given) => gaussianModel(await spread(...given)) },
  lognormal: { takes: SPREAD, make: async (...given) => lognormalModel(await spread(...given)) },
  'student-t': { takes: [...SPREAD, 'degrees'], make: studentT },
  'one-factor': { takes: [...SPREAD, ...FACTOR], make: oneFactor },
  bootstrap: { takes: ['history', 'block', 'steps'], make: bootstrap },
}

export const modelNames: readonly string[] = Object.keys(models)

/** The model of these flags. A flag that the model does not take is refused: it would be a parameter without effect. */
export async function moveModel(session: Reader, name: string, event: AdlEvent, flags: ModelFlags): Promise<MoveModel> {
  const { takes, make } = models[name]
  for (const flag of [...SPREAD, ...FACTOR, 'degrees', 'history', 'block', 'steps'] as const) {
    if (flags[flag] === undefined || takes.includes(flag)) continue
    const cure = `Leave it out; ${name} takes ${takes.map(spelt).join(', ')}.`
    throw mistake('unneeded-flag', spelt(flag), flags[flag], `the model ${name} takes no such flag`, cure)
  }
  if (event.markets.length === 0) {
    throw mistake('no-markets', 'EVENT', 0, 'the event has no market', 'Give an event with at least one.')
  }
  return make(session, event, flags)
}

const spelt = (flag: Flag): string => `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

function needed<Value>(value: Value | undefined, flag: Flag, cure: string): Value {
  if (value !== undefined) return value
  throw mistake('missing-flag', spelt(flag), undefined, 'this flag is needed', cure)
}

function refuse(flags: ModelFlags, others: readonly Flag[], beside: Flag): void {
  const found = others.find((flag) => flags[flag] !== undefined)
  if (found === undefined) return
  const cure = `Leave out one of ${spelt(found)} and ${spelt(beside)}.`
  throw mistake('conflicting-flags', spelt(found), flags[found], `${spelt(beside)} says this already`, cure)
}

/** Days over which a year's variance accrues; crypto never closes. */
const YEAR = 365
const COVARIANCE_CURE =
  'Give --covariance FILE (over the horizon), or --volatility (per year), --correlation and --horizon-days.'

/** The covariance over the horizon: of a file, or σ_k σ_l ρ Δ. */
export async function spread(session: Reader, event: AdlEvent, flags: ModelFlags): Promise<CovarianceParameters> {
  const markets = event.markets.map(({ market }) => market)
  const drift = flags.drift === undefined ? undefined : marketValues('--drift', flags.drift, event, -1)
  if (flags.covariance !== undefined) {
    refuse(flags, ['volatility', 'correlation', 'horizonDays'], 'covariance')
    const { covariance, mean } = await readCovariance(flags.covariance, markets, session.reading())
    const shift = drift ?? mean
    return { markets, covariance, ...(shift !== undefined && { drift: shift }) }
  }
  const m = markets.length
  const volatility = needed(flags.volatility, 'volatility', COVARIANCE_CURE)
  const deviation = marketValues('--volatility', volatility, event, 0)
  const years = needed(flags.horizonDays, 'horizonDays', COVARIANCE_CURE) / YEAR
  const correlation = m === 1 ? (flags.correlation ?? 1) : needed(flags.correlation, 'correlation', COVARIANCE_CURE)
  const least = -1 / Math.max(1, m - 1)
  if (!(correlation >= least && correlation <= 1)) {
    const cure = `Give a number from ${least === -1 ? '-1' : `-1/${m - 1}`} to 1: where all ${m} markets move against each other, less is impossible.`
    throw mistake(
      'not-positive-semidefinite',
      '--correlation',
      correlation,
      'is no correlation that all pairs of markets can have',
      cure,
    )
  }
  const covariance = new Float64Array(m * m)
  for (let k = 0; k < m; k++) {
    for (let l = 0; l < m; l++) {
      covariance[k * m + l] = deviation[k] * deviation[l] * (k === l ? 1 : correlation) * years
    }
  }
  const checked = checkCovariance(covariance, m, () => '--correlation', '--correlation')
  return { markets, covariance: checked, ...(drift !== undefined && { drift }) }
}

async function studentT(session: Reader, event: AdlEvent, flags: ModelFlags): Promise<MoveModel> {
  const degrees = needed(flags.degrees, 'degrees', 'Give the degrees of freedom, above 2, such as 4.')
  return studentTModel({ ...(await spread(session, event, flags)), degrees })
}

/** From loadings and the volatility of the factor, or the principal factor of a covariance. */
async function oneFactor(session: Reader, event: AdlEvent, flags: ModelFlags): Promise<MoveModel> {
  if (flags.covariance !== undefined || flags.volatility !== undefined) {
    refuse(flags, FACTOR, flags.covariance !== undefined ? 'covariance' : 'volatility')
    return oneFactorModel(principalFactor(await spread(session, event, flags)))
  }
  const cure = 'Give --factor-volatility (per year) and --horizon-days with loadings, or a covariance.'
  const years = needed(flags.horizonDays, 'horizonDays', cure) / YEAR
  const scale = needed(flags.factorVolatility, 'factorVolatility', cure) * Math.sqrt(years)
  refuse(flags, ['correlation'], 'factorVolatility')
  const own = marketValues('--idiosyncratic', flags.idiosyncratic ?? '0', event, 0)
  const loadings = await loadingsOf(session, event, flags)
  return oneFactorModel({
    markets: event.markets.map(({ market }) => market),
    loadings: loadings.map((beta) => beta * scale),
    idiosyncraticVariance: own.map((sigma) => sigma * sigma * years),
    ...(flags.drift !== undefined && { drift: marketValues('--drift', flags.drift, event, -1) }),
  })
}

/** β_k of every market: of the file, else of the event. */
async function loadingsOf(session: Reader, event: AdlEvent, { loadings }: ModelFlags): Promise<Float64Array> {
  const given = loadings === undefined ? undefined : await readLoadings(loadings, session.reading())
  return Float64Array.from((event.given ?? event).markets, ({ market, factorLoading }) => {
    const beta = given === undefined ? factorLoading && toNumber(factorLoading) : given.get(market)
    if (beta !== undefined) return beta
    const cure = 'Give --loadings FILE (market,factorLoading) that names every market of the event.'
    throw mistake('missing-market', loadings ?? '--loadings', market, 'this market has no loading', cure)
  })
}

async function bootstrap(session: Reader, event: AdlEvent, flags: ModelFlags): Promise<MoveModel> {
  const file = needed(flags.history, 'history', 'Give --history FILE: prices, one column per market.')
  const markets = event.markets.map(({ market }) => market)
  const history = await readHistory(file, markets, session.reading())
  const { block, steps } = flags
  return bootstrapModel({ history, ...(block !== undefined && { block }), ...(steps !== undefined && { steps }) })
}
