// One entry for each statement that a checker must verify: above three hundred lines they would be apart from what they have in common.
import type { Certificate } from 'spillway'
import { seal } from '#models/book/index.js'
import { parseRatio } from '#src/numeric/index.js'
import type { Certified } from './certified.js'
import type { Case } from './python.js'

export interface Forgery {
  readonly what: string
  /** Whether it may be true by chance (a book of equal accounts does not mind a swap): then checkers only have to agree. */
  readonly mayHold: boolean
  readonly files: Case
}

type Evidence = Record<string, unknown>
type Texts = Record<string, string>

/** Certificates that are right in all but one statement, sealed anew: one for each statement that a checker must verify. */
export function forgeriesOf(base: Certified, others: readonly Certified[]): Forgery[] {
  const { digest: _, ...content } = base.certificate
  const list: Forgery[] = []
  const forge = (what: string, change: Partial<Record<keyof Certificate, unknown>>, mayHold = false): void => {
    const certificate = seal({ ...content, ...change } as Omit<Certificate, 'digest'>)
    list.push({ what, mayHold, files: { ...base, certificate } })
  }
  const file = (what: string, files: Partial<Case>): void => {
    list.push({ what, mayHold: false, files: { ...base, ...files } })
  }
  forgeNumbers(content, forge)
  forgeTerms(content, forge)
  const evidence = content.evidence as Evidence
  for (const other of others) {
    const { objective, inputs, evidence: theirs } = other.certificate
    if (objective === content.objective) continue
    forge(`evidence of ${objective}`, { evidence: theirs }, sharesInputs(objective, content.objective))
    if (!sharesInputs(objective, content.objective)) forge(`the name of ${objective}`, { objective, inputs })
  }
  forge('a field that nobody knows', { evidence: { ...evidence, note: {} } })
  if ('group' in evidence) forgeGroup(base, evidence, forge)
  if ('multipliers' in evidence) forgeMultipliers(base, evidence, forge)
  if ('levels' in evidence && !('group' in evidence)) forgeLevels(base, evidence, forge)
  if ('tails' in evidence) forgeTails(content, evidence, forge)
  if ('cuts' in evidence) forgeCuts(content, evidence, forge)
  if (content.objective === 'evar') forgeTemperature(evidence, forge)
  if (content.objective === 'ellipsoid-loss') forgeEllipsoid(base, evidence, forge)
  file('a changed digit', { certificate: { ...base.certificate, value: `${content.value}1` } })
  file('a key twice', { certificate: JSON.stringify(base.certificate).replace('{', '{"bound":"0",') })
  file('moves under a key twice', {
    certificate: JSON.stringify(base.certificate).replace('"inputs":{', '"inputs":{},"inputs":{'),
  })
  const [first, ...rest] = base.event.accounts
  file('another event', {
    event: { ...base.event, accounts: [{ ...first, equity: `${Number(first.equity) + 1}.125` }, ...rest] },
  })
  file('a market renamed', {
    event: { ...base.event, markets: base.event.markets.map((own) => ({ ...own, market: `${own.market}'` })) },
  })
  const [row, ...rows] = base.allocation.reductions
  if (row !== undefined) {
    const changed = { ...row, quantity: `${row.quantity}${row.quantity.includes('.') ? '' : '.'}0001` }
    file('another allocation', { allocation: { ...base.allocation, reductions: [changed, ...rows] } })
    file('a row twice', { allocation: { ...base.allocation, reductions: [row, row, ...rows] } })
    file('a row less', { allocation: { ...base.allocation, reductions: rows } })
    file('a row below zero', {
      allocation: { ...base.allocation, reductions: [{ ...row, quantity: `-${row.quantity}` }, ...rows] },
    })
  }
  return list
}

type Forge = (what: string, change: Partial<Record<keyof Certificate, unknown>>, mayHold?: boolean) => void

/** Risk measures are equal where all moves are one; leverage of one account may be any of them. */
const sharesInputs = (one: string, other: string): boolean => 'moves' in INPUTS[one] && 'moves' in INPUTS[other]
const INPUTS: Readonly<Record<string, object>> = {
  'min-max-leverage': {},
  'squared-leverage': {},
  'factor-leverage': { loadings: true },
  'expected-loss': { moves: true },
  cvar: { moves: true },
  evar: { moves: true },
  'worst-case-loss': { moves: true },
  'ellipsoid-loss': { gaussian: true },
}

function forgeNumbers({ value, bound }: Omit<Certificate, 'digest'>, forge: Forge): void {
  const changed = (text: string, factor: string, more: string): string =>
    parseRatio(text).mul(parseRatio(factor)).add(parseRatio(more)).toFraction()
  if (bound !== null) {
    forge('a bound above the evidence', { bound: changed(bound, '10001/10000', '1/1000000') })
    forge('an infinite bound', { bound: null })
    forge('an exotic spelling', { bound: `+${bound}` })
    forge('a decimal point', { bound: `${bound}.0` })
    forge('an exponent', { bound: '0e0' })
    forge('a divisor of zero', { bound: `${bound.split('/')[0]}/0` })
    forge('a space', { bound: ` ${bound}` })
    forge('digits that are not ASCII', { bound: bound.replace(/\d/, '\u0661') })
  }
  if (value === null) forge('a finite value', { value: '1000' })
  else {
    forge('an infinite value', { value: null })
    forge('a value that is too small', { value: changed(value, '999/1000', '-1/1000') })
    forge('a value that is too large', { value: changed(value, '1001/1000', '1/1000') })
    forge('a value a little too large', { value: changed(value, '1', `1/${10n ** 300n}`) })
    forge('a value a little too small', { value: changed(value, '1', `-1/${10n ** 300n}`) })
    forge('digits of the value that are not ASCII', { value: value.replace(/\d/, '\u0661') })
  }
}

function forgeTerms(content: Omit<Certificate, 'digest'>, forge: Forge): void {
  forge('forgiveness of its own', { feasibility: '0.5' })
  forge('forgiveness that is no number', { feasibility: 'much' })
  forge('an event of another digest', { event: `sha256:${'0'.repeat(64)}` })
  forge('an allocation of another digest', { allocation: `sha256:${'0'.repeat(64)}` })
  forge('an objective that nobody has', { objective: 'least-luck' })
  forge('a field that no certificate has', { note: '1' } as never)
  forge('lots that are not yes or no', { lots: 'no' })
  forge('other lots', { lots: !content.lots }, true)
  forge('another rule for who ends below zero', { keepSolvent: content.keepSolvent === true ? undefined : true })
  forge('the same, said otherwise', { keepSolvent: false })
  forge('another demand', { demand: content.demand === 'filled' ? undefined : 'filled' })
  forge('the demand of the event, said otherwise', { demand: 'event' })
  forge('an input that nobody knows', { inputs: { ...content.inputs, stress: '2' } })
  const { moves, confidence, loadings } = content.inputs as { moves?: Evidence; confidence?: string; loadings?: Texts }
  if (confidence === undefined)
    forge('a confidence that nobody asks for', { inputs: { ...content.inputs, confidence: '0.5' } })
  else {
    const { confidence: _, ...without } = content.inputs
    forge('no confidence', { inputs: without })
    forge('another confidence', { inputs: { ...content.inputs, confidence: '0.1' } }, true)
    forge('a confidence that is no number', { inputs: { ...content.inputs, confidence: 'high' } })
  }
  if (loadings !== undefined) {
    const doubled = Object.fromEntries(Object.entries(loadings).map(([name, own]) => [name, String(2 * Number(own))]))
    forge('other loadings', { inputs: { ...content.inputs, loadings: doubled } }, true)
    forge('loadings that are no numbers', { inputs: { ...content.inputs, loadings: { ...loadings, M0: 'one' } } })
    // Where nothing is demanded none is needed.
    forge('no loadings', { inputs: { ...content.inputs, loadings: {} } }, true)
  }
  if (moves !== undefined) forgeMoves(content, moves, forge)
}

function forgeMoves(content: Omit<Certificate, 'digest'>, moves: Evidence, forge: Forge): void {
  const given = (what: string, change: object, mayHold = false): void =>
    forge(what, { inputs: { ...content.inputs, moves: { ...moves, ...change } } }, mayHold)
  const markets = moves.markets as string[]
  given('a market of the moves less', { markets: markets.slice(1) })
  given('a market of the moves twice', { markets: markets.map(() => markets[0]) }, markets.length === 1)
  given('moves of another format', { format: 'spillway/moves@2' })
  given('moves with a field that nobody knows', { note: 1 })
  const rows = moves.moves as (number | string)[][] | undefined
  if (rows === undefined) return
  given('moves of another file', { moves: rows.map((row) => row.map((own) => Number(own) / 2)) }, true)
  given('moves that are too wide', { moves: rows.map((row) => [...row, 0]) })
  given('a weight below zero', { weights: rows.map((_, s) => (s === 0 ? -1 : 1)) })
  given('a weight less', { weights: rows.slice(1).map(() => 1) })
  given('no weight', { weights: rows.map(() => 0) })
}

function forgeGroup({ event }: Certified, evidence: Evidence, forge: Forge): void {
  const group = evidence.group as string[]
  const demanded = new Set((event.demand ?? []).map(({ market }) => market))
  const apart = event.accounts.find(({ positions }) => !positions.some(({ market }) => demanded.has(market)))
  const change = (own: object): object => ({ evidence: { ...evidence, ...own } })
  if (group.length > 0) forge('an account twice in the group', change({ group: [...group, group[0]] }))
  forge('a group outside the book', change({ group: [...group, 'nobody'] }))
  if (apart && event.demand)
    forge('an account that holds nothing demanded', change({ group: [...group, apart.account] }))
  forge('a group that is no list', change({ group: 'all' }))
  forge('a group that is a text of names', change({ group: Object.fromEntries(group.map((own) => [own, 1])) }))
  forge('another group', change({ group: group.slice(1) }), true)
  forge('an empty group', change({ group: [] }), true)
  if ('levels' in evidence) {
    const levels = evidence.levels as Texts
    const raised = Object.fromEntries(Object.entries(levels).map(([name, own]) => [name, `${own.split('/')[0]}9`]))
    forge('raised levels', change({ levels: raised }), true)
    forge('a level of no market', change({ levels: { ...levels, nowhere: '1' } }))
    forge(
      'a level that is no fraction',
      change({ levels: Object.fromEntries(Object.keys(levels).map((k) => [k, '1.5'])) }),
      Object.keys(levels).length === 0,
    )
  } else forge('levels of no lots', change({ levels: {} }), evidence.levels === undefined && 'group' in evidence)
}

function forgeMultipliers({ event }: Certified, evidence: Evidence, forge: Forge): void {
  const entries = Object.entries(evidence.multipliers as Texts)
  const swapped = entries.map(([account], i) => [account, entries[(i + 1) % entries.length][1]])
  const change = (own: object): object => ({ evidence: { ...evidence, ...own } })
  forge('swapped accounts', change({ multipliers: Object.fromEntries(swapped) }), true)
  forge('a dual of nobody', change({ multipliers: { ...Object.fromEntries(entries), nobody: '1' } }))
  forge(
    'duals that are numbers',
    change({ multipliers: Object.fromEntries(entries.map(([account]) => [account, 1])) }),
    entries.length === 0,
  )
  forge('a price of no market', change({ prices: { ...(evidence.prices as Texts), nowhere: '1' } }))
  const prices = Object.entries(evidence.prices as Texts)
  const turned = Object.fromEntries(prices.map(([market, price]) => [market, `-${price}`.replace('--', '')]))
  forge('prices below zero', change({ prices: turned }), true)
  const rotated = prices.map(([market], k) => [market, prices[(k + 1) % prices.length][1]])
  forge('relabelled markets', change({ prices: Object.fromEntries(rotated) }), true)
  const apart = event.markets.find(({ market }) => !prices.some(([name]) => name === market))
  if (apart)
    forge(
      'a price of a market that is not demanded',
      change({ prices: { ...(evidence.prices as Texts), [apart.market]: '1' } }),
    )
}

function forgeLevels({ event }: Certified, evidence: Evidence, forge: Forge): void {
  const levels = Object.entries(evidence.levels as Texts)
  const rotated = levels.map(([market], k) => [market, levels[(k + 1) % levels.length][1]])
  forge('relabelled markets', { evidence: { levels: Object.fromEntries(rotated) } }, true)
  if (levels.length > 0) forge('no levels', { evidence: { levels: {} } })
  forge('a level of no market', { evidence: { levels: { ...Object.fromEntries(levels), nowhere: '1' } } })
  const apart = event.markets.find(({ market }) => !levels.some(([name]) => name === market))
  if (apart)
    forge('a level of a market that is not demanded', {
      evidence: { levels: { ...Object.fromEntries(levels), [apart.market]: '1' } },
    })
}

function forgeTails({ bound }: Omit<Certificate, 'digest'>, evidence: Evidence, forge: Forge): void {
  const [tail] = evidence.tails as { weight: string; confidence: string; masses: Texts }[]
  const change = (own: object): object => ({ evidence: { ...evidence, ...own } })
  const weights = Object.entries(tail.masses)
  const times = (factor: number): Texts =>
    Object.fromEntries(weights.map(([s, mass]) => [s, parseRatio(mass).mul(factor).toString(60).replace(/\(.*/, '')]))
  const raised = parseRatio(bound as string)
    .mul(2)
    .add(1)
    .toFraction()
  if (weights.length > 0) {
    forge('weights below zero', change({ tails: [{ ...tail, masses: times(-1) }] }))
    forge('weights that sum to too much', change({ tails: [{ ...tail, masses: times(1000) }] }))
    forge('the same, and the bound of them', { bound: raised, ...change({ tails: [{ ...tail, masses: times(3) }] }) })
    forge(
      'weights of other moves',
      change({
        tails: [
          { ...tail, masses: Object.fromEntries(weights.map(([s], t) => [s, weights[(t + 1) % weights.length][1]])) },
        ],
      }),
      true,
    )
  }
  forge('a tail of another confidence', change({ tails: [{ ...tail, confidence: '0.25' }] }))
  forge('a tail of another weight', change({ tails: [{ ...tail, weight: '2' }] }))
  forge('a tail twice', change({ tails: [tail, tail] }))
  forge('a move that is not there', change({ tails: [{ ...tail, masses: { ...tail.masses, 99: '1' } }] }))
  forge('a weight of no decimal', change({ tails: [{ ...tail, masses: { 0: 'much' } }] }))
  const shares = evidence.shares as Record<string, Texts>
  forge('shares of nobody', change({ shares: { ...shares, nobody: {} } }))
  for (const [account, own] of Object.entries(shares).slice(0, 1)) {
    const [s] = Object.keys(own)
    forge('a share above one', change({ shares: { ...shares, [account]: { ...own, [s]: '1.5' } } }))
    forge('a share below zero', change({ shares: { ...shares, [account]: { ...own, [s]: '-0.5' } } }))
    forge('a share of a move that is not there', change({ shares: { ...shares, [account]: { ...own, 99: '0.5' } } }))
    forge('no shares', change({ shares: {} }), true)
  }
  const prices = evidence.prices as Texts
  forge('a price of no market', change({ prices: { ...prices, nowhere: '1' } }))
  if (Object.keys(prices).length > 0) forge('no prices', change({ prices: {} }))
}

function forgeCuts({ bound }: Omit<Certificate, 'digest'>, evidence: Evidence, forge: Forge): void {
  const cuts = evidence.cuts as { account: string; tau: string; direction: Texts }[]
  const change = (own: object): object => ({ evidence: { ...evidence, ...own } })
  if (cuts.length === 0) return
  forge('a cut too few', change({ cuts: cuts.slice(1) }))
  forge('a cut twice', change({ cuts: [...cuts, cuts[0]] }))
  forge('a cut of nobody', change({ cuts: cuts.map((cut, i) => (i === 0 ? { ...cut, account: 'nobody' } : cut)) }))
  forge('a threshold too far', change({ cuts: cuts.map((cut) => ({ ...cut, tau: '11' })) }))
  const directions = (of: (text: string) => string): object =>
    change({
      cuts: cuts.map((cut) => ({
        ...cut,
        direction: Object.fromEntries(Object.entries(cut.direction).map(([k, v]) => [k, of(v)])),
      })),
    })
  forge(
    'directions beyond all measure',
    directions(() => '1e101'),
  )
  forge(
    'directions turned',
    directions((v) => `-${v}`.replace('--', '')),
    true,
  )
  if (bound !== '0')
    forge('directions too long, and the bound of them', {
      bound: parseRatio(bound as string)
        .mul(2)
        .toFraction(),
      ...directions((v) => `${v}e3`),
    })
  const rotated = cuts.map((cut, i) => ({ ...cuts[(i + 1) % cuts.length], account: cut.account }))
  forge('cuts of other accounts', change({ cuts: rotated }), true)
}

/** Of a value that follows from a temperature: another one, none, and the value that a worse one would give. */
function forgeTemperature(evidence: Evidence, forge: Forge): void {
  const { temperature, ...without } = evidence as Evidence & { readonly temperature?: string }
  const given = (what: string, own: unknown, mayHold = false): void =>
    forge(what, { evidence: { ...without, temperature: own } }, mayHold)
  given('a temperature of zero', '0')
  given('a temperature that is no decimal', 'warm')
  given('a temperature that is a number', 1)
  given('a temperature as a fraction', '1/2')
  if (temperature === undefined) return
  const [{ masses }] = evidence.tails as { readonly masses: Texts }[]
  const [heaviest] = Object.entries(masses).sort(([, a], [, b]) => Number(b) - Number(a))
  given('a temperature below zero', `-${temperature}`)
  given('a temperature a little off', `${temperature}${temperature.includes('.') ? '' : '.'}1`)
  // The largest loss may be the value, to the last digit, where the temperature is next to nothing.
  forge('no temperature', { evidence: without }, true)
  if (heaviest !== undefined) {
    const [tail] = evidence.tails as object[]
    const all = Object.values(masses).reduce((sum, mass) => sum + Number(mass), 0)
    const alone = { ...tail, masses: { [heaviest[0]]: String(all) } }
    forge('all mass on one move', { evidence: { ...evidence, tails: [alone] } }, true)
  }
}

function forgeEllipsoid({ event, certificate: { bound, inputs } }: Certified, evidence: Evidence, forge: Forge): void {
  const moves = evidence.moves as { account: string; share: string; direction: Texts }[]
  const change = (own: object): object => ({ evidence: { ...evidence, ...own } })
  const { moves: given } = inputs as { readonly moves: { readonly gaussian: { readonly covariance: number[][] } } }
  const other = (gaussian: object): object => ({ inputs: { ...inputs, moves: { ...given, gaussian } } })
  const { covariance } = given.gaussian
  forge(
    'another covariance',
    other({ ...given.gaussian, covariance: covariance.map((row) => row.map((v) => v * 2)) }),
    true,
  )
  forge(
    'a covariance that is none',
    other({ ...given.gaussian, covariance: covariance.map((row) => row.map((v) => -v)) }),
  )
  forge('a covariance too small', other({ ...given.gaussian, covariance: covariance.slice(1) }))
  forge('another mean', other({ ...given.gaussian, mean: covariance.map(() => -0.25) }), true)
  const prices = evidence.prices as Texts
  forge('a price of no market', change({ prices: { ...prices, nowhere: '1' } }))
  if (Object.keys(prices).length > 0) forge('no prices', change({ prices: {} }))
  const apart = event.markets.find(({ market }) => !(market in prices))
  if (apart) forge('a price of a market that is not demanded', change({ prices: { ...prices, [apart.market]: '1' } }))
  forge('a move of nobody', change({ moves: [...moves, { account: 'nobody', share: '0', direction: {} }] }))
  if (moves.length === 0) return
  const each = (of: (move: (typeof moves)[number]) => object): object =>
    change({ moves: moves.map((own) => ({ ...own, ...of(own) })) })
  const directions =
    (of: (text: string) => string) =>
    ({ direction }: (typeof moves)[number]): object => ({
      direction: Object.fromEntries(Object.entries(direction).map(([market, own]) => [market, of(own)])),
    })
  forge('a move twice', change({ moves: [...moves, moves[0]] }))
  forge(
    'a share above one',
    each(() => ({ share: '1.0000000000000000000000001' })),
  )
  forge(
    'a share below zero',
    each(() => ({ share: '-0.0000000000000000000000001' })),
  )
  forge(
    'a share that is a number',
    each(() => ({ share: 1 })),
  )
  forge(
    'a direction of no market',
    each(({ direction }) => ({ direction: { ...direction, nowhere: '0' } })),
  )
  forge('a direction of no decimals', each(directions(() => '1/2')))
  forge('directions turned', each(directions((own) => `-${own}`.replace('--', ''))), true)
  const isNothing = moves.every(({ direction }) => Object.values(direction).every((own) => Number(own) === 0))
  forge('moves outside of the ellipsoid', each(directions((own) => `${own}e3`)), isNothing)
  if (bound !== '0' && !isNothing)
    forge('the same, and the bound of them', {
      bound: parseRatio(bound as string)
        .mul(2)
        .toFraction(),
      ...each(directions((own) => `${own}e3`)),
    })
  const rotated = moves.map((own, i) => ({ ...moves[(i + 1) % moves.length], account: own.account }))
  forge('moves of other accounts', change({ moves: rotated }), true)
  forge('no moves', change({ moves: [] }), true)
}
