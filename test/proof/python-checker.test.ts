import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Certificate,
  checkCertificate,
  conditionalValueAtRisk,
  expectedLoss,
  factorLeverage,
  minMaxLeverage,
  type Objective,
  parseAllocation,
  parseCertificate,
  parseEvent,
  parseMoves,
  solve,
  squaredLeverage,
  verifyWithProof,
  worstCaseLoss,
} from 'spillway'
import { describe, expect, it } from 'vitest'
import { seal } from '#models/book/index.js'
import { jsonTextAs } from '#models/book/json-file.js'
import { parseRatio } from '#src/numeric/index.js'
import { type BookOptions, type PlainEvent, randomBook, randomFrom } from '../books.js'
import { problemOf } from '../models/oracle.js'
import { randomAllocation } from '../models/support.js'

/**
 * The checker of `examples/check_certificate.py`, written from docs/certificate.md, against our own, on fresh certificates.
 * The campaign: BOOKS=1000 npx vitest run test/proof/python-checker.test.ts
 */
const SEED = 51423
const BOOKS = Number(process.env.BOOKS ?? 6)
const examples = join(import.meta.dirname, '../../examples')
const hasPython = spawnSync('python3', ['--version']).status === 0
if (!hasPython) console.warn('There is no python3: its checker is not tried.')

interface Case {
  readonly event: unknown
  readonly allocation: unknown
  readonly certificate: unknown
}

interface Verdict {
  readonly proved: boolean
  readonly value?: string | null
  readonly bound?: string | null
  readonly reason?: string
}

/** What the Python checker says of each case; one process for all of them. */
function judge(cases: readonly Case[]): Verdict[] {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-python-'))
  try {
    cases.forEach((files, i) => {
      for (const [name, content] of Object.entries(files))
        writeFileSync(
          join(folder, `${i}-${name}.json`),
          typeof content === 'string' ? content : JSON.stringify(content),
        )
    })
    const driver = `
import json, sys
sys.path.insert(0, sys.argv[1])
import check_certificate as c
for i in range(int(sys.argv[3])):
    try:
        print(json.dumps(c.check(*(f"{sys.argv[2]}/{i}-{n}.json" for n in ("event", "allocation", "certificate")))))
    except c.FAULTS as reason:
        print(json.dumps({"proved": False, "reason": f"{type(reason).__name__}: {reason}"}))
`
    const { stdout, stderr } = spawnSync('python3', ['-c', driver, examples, folder, String(cases.length)], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    })
    if (stderr !== '') throw new Error(stderr)
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Verdict)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const kinds: readonly BookOptions[] = [
  { accounts: 4 },
  { accounts: 7, ties: true, insolvents: true },
  { accounts: 9, markets: 3, holdings: 3, twoSided: true, longsDemanded: true, blanks: true },
  { accounts: 6, offMark: true, insolvents: true },
  { accounts: 8, markets: 2, holdings: 2, offMark: 0.2, wild: true },
]

const movesFor = (book: PlainEvent, seed: number) => {
  const random = randomFrom(seed)
  const markets = book.markets.map(({ market }) => market)
  const moves = Array.from({ length: random.whole(1, 9) }, () =>
    markets.map(() => Number(random.between(-0.6, 0.6).toFixed(3))),
  )
  return parseMoves({
    format: 'spillway/moves@1',
    markets,
    moves,
    ...(random.chance(0.5) && { weights: moves.map((_, s) => (s === 0 ? '1.5' : random.pick([0, 1, 2]))) }),
  })
}

const normalFor = (book: PlainEvent, seed: number) => {
  const random = randomFrom(seed)
  const markets = book.markets.map(({ market }) => market)
  // Of one factor: singular where own variances are left out.
  const beta = markets.map(() => random.between(-0.4, 0.4))
  const own = random.pick([0, 0.01])
  const covariance = beta.map((a, i) => beta.map((b, j) => a * b + (i === j ? own : 0)))
  return parseMoves({
    format: 'spillway/moves@1',
    markets,
    gaussian: { covariance, ...(random.chance(0.3) && { mean: markets.map(() => 0.01) }) },
  })
}

const loadingsFor = (book: PlainEvent) =>
  Object.fromEntries(book.markets.map(({ market }, k) => [market, k % 2 === 0 ? 1.1 : -0.3]))

const objectives: Readonly<Record<string, (book: PlainEvent, seed: number) => Objective>> = {
  'min-max-leverage': () => minMaxLeverage(),
  'squared-leverage': () => squaredLeverage(),
  'factor-leverage': (book) => factorLeverage({ loadings: loadingsFor(book) }),
  'expected-loss': (book, seed) => expectedLoss({ moves: movesFor(book, seed) }),
  'expected-loss, normal': (book, seed) => expectedLoss({ moves: normalFor(book, seed) }),
  cvar: (book, seed) => conditionalValueAtRisk({ moves: movesFor(book, seed), confidence: 0.6 }),
  'worst-case-loss': (book, seed) => worstCaseLoss({ moves: movesFor(book, seed) }),
}

async function certified(book: PlainEvent, objective: Objective, seed: number, isBest: boolean, lots = false) {
  const event = parseEvent(book)
  const reductions = isBest
    ? (await solve(event, objective, { lots })).reductions!
    : randomAllocation(problemOf(book), randomFrom(seed))
  const allocation = { format: 'spillway/allocation@1' as const, reductions }
  const { certificate } = await verifyWithProof(event, parseAllocation(allocation), objective, { lots })
  const proof = certificate()
  return proof && { event: book, allocation, certificate: JSON.parse(JSON.stringify(proof)) as Certificate }
}

describe.skipIf(!hasPython)(`the checker in Python (seed ${SEED}, ${BOOKS} books)`, () => {
  it.each(Object.keys(objectives))('agrees with check on value and bound of %s', async (name) => {
    const cases: (Case & { readonly certificate: Certificate })[] = []
    for (let b = 0; b < BOOKS; b++) {
      const book = randomBook(SEED + b, kinds[b % kinds.length])
      const made = await certified(book, objectives[name](book, SEED + b), b, b % 2 === 0)
      if (made !== undefined) cases.push(made)
    }
    expect(cases.length).toBeGreaterThan(BOOKS / 2)
    const verdicts = judge(cases)
    cases.forEach(({ event, allocation, certificate }, i) => {
      expect(checkCertificate(event as never, allocation as never, certificate).proved).toBe(true)
      expect(verdicts[i], `book ${i}`).toMatchObject({
        proved: true,
        value: certificate.value,
        bound: certificate.bound,
      })
    })
  })

  it('knows contract sizes, exempt accounts, both legs, lots, extra columns, names of any kind and derived demand', async () => {
    const plain = randomBook(SEED + 3, { accounts: 8, markets: 2, holdings: 2, offMark: true })
    const [first, second, third] = plain.accounts
    const { demand: _, ...derived } = plain
    const long = { market: first.positions[0].market, quantity: '0.75', entryPrice: 1e-7, openedAt: 1.5e12 }
    const shaped = {
      ...plain,
      markets: plain.markets.map((market, k) => ({ ...market, contractSize: k === 0 ? '0.01' : 1 })),
      accounts: plain.accounts.map((own) => {
        if (own === first) return { ...own, positions: [...own.positions, long], maintenanceMargin: '12.50' }
        return own === second ? { ...own, account: 'a "quoted" \u00e9\ud83d\ude00' } : own
      }),
      demand: plain.demand.map((own) => ({ ...own, quantity: String(Number(own.quantity) / 4) })),
    }
    const exempted = {
      ...shaped,
      accounts: shaped.accounts.map((own, i) => (i === 4 ? { ...own, exempt: true } : own)),
    }
    const broke = {
      ...derived,
      accounts: plain.accounts.map((own) =>
        own === third ? { ...own, equity: '-5', positions: [{ market: 'M0', quantity: '0.125' }] } : own,
      ),
    }
    const cases: Case[] = []
    for (const [name, objectiveOf] of Object.entries(objectives)) {
      for (const book of [shaped, exempted, broke]) {
        const made = await certified(book as never, objectiveOf(book as never, SEED), 1, true)
        if (made !== undefined) cases.push(made)
        else console.warn(`no certificate of ${name}`)
      }
    }
    expect(judge(cases).map((verdict, i) => ({ ...verdict, i }))).toEqual(
      cases.map((_, i) => expect.objectContaining({ proved: true, i })),
    )
  })

  it('refuses, as check does, forgeries that are right in all but one thing', async () => {
    const book: PlainEvent = {
      format: 'spillway/event@1',
      markets: [
        { market: 'A', markPrice: '100' },
        { market: 'B', markPrice: '20.5' },
      ],
      accounts: [
        { account: 'a', equity: '200', positions: [{ market: 'A', quantity: '-10' }] },
        {
          account: 'b',
          equity: '5000',
          positions: [
            { market: 'A', quantity: '-10' },
            { market: 'B', quantity: '30' },
          ],
        },
        { account: 'c', equity: '400', positions: [{ market: 'A', quantity: '-7' }] },
        { account: 'd', equity: '50', positions: [{ market: 'B', quantity: '-7' }] },
      ],
      demand: [{ market: 'A', side: 'short', quantity: '9' }],
    }
    const made = new Map<string, NonNullable<Awaited<ReturnType<typeof certified>>>>()
    const moves = parseMoves({
      format: 'spillway/moves@1',
      markets: ['A', 'B'],
      moves: [
        [0.5, 0.1],
        [0.3, -0.2],
        [-0.2, 0.1],
        [1.2, 0],
      ],
    })
    const losses = {
      'expected-loss': expectedLoss({ moves }),
      cvar: conditionalValueAtRisk({ moves, confidence: 0.6 }),
      'worst-case-loss': worstCaseLoss({ moves }),
    }
    for (const [name, objectiveOf] of Object.entries(objectives)) {
      const objective = Object.entries(losses).find(([own]) => own === name)?.[1] ?? objectiveOf(book, SEED + 2)
      made.set(name, (await certified(book, objective, 5, false))!)
    }
    const forged: [string, Case][] = []
    const raised = (bound: string): string =>
      parseRatio(bound)
        .mul(1.0001)
        .add(1, 10 ** 6)
        .toFraction()
    for (const [name, base] of made) {
      const { digest: _, ...content } = base.certificate
      const forge = (what: string, change: object): void => {
        forged.push([`${name}: ${what}`, { ...base, certificate: seal({ ...content, ...change }) }])
      }
      const evidence = content.evidence as Record<string, never>
      forge('a bound above the evidence', { bound: raised(content.bound!) })
      forge('an infinite bound', { bound: null })
      forge('a value that is too small', { value: parseRatio(content.value!).mul(0.999).toFraction() })
      forge('a value that is too large', { value: parseRatio(content.value!).mul(1.001).add(1, 1000).toFraction() })
      forge('an exotic spelling', { bound: `${content.bound!.replace(/^/, '+')}` })
      forge('digits that are not ASCII', { bound: content.bound!.replace(/\d/, '\u0661') })
      forge('evidence of another objective', {
        evidence: made.get(name === 'cvar' ? 'squared-leverage' : 'cvar')!.certificate.evidence,
      })
      forge('a field that nobody knows', { evidence: { ...evidence, note: {} } })
      forge('forgiveness of its own', { feasibility: '0.5' })
      forge('an event of another digest', { event: `sha256:${'0'.repeat(64)}` })
      forge('an allocation of another digest', { allocation: `sha256:${'0'.repeat(64)}` })
      forge('an objective that nobody has', { objective: 'least-luck' })
      if (name !== 'min-max-leverage') forge('another objective', { objective: 'min-max-leverage', inputs: {} })
      if (name === 'min-max-leverage') {
        const group = content.evidence.group as string[]
        forge('an account twice in the group', { evidence: { group: [...group, group[0]] } })
        forge('a group outside the book', { evidence: { group: [...group, 'nobody'] } })
        forge('an account that holds nothing demanded', { evidence: { group: [...group, 'd'] } })
        forge('another group', {
          evidence: {
            group: book.accounts.map(({ account }) => account).filter((own) => own !== 'd' && !group.includes(own)),
          },
        })
      }
      if ('multipliers' in evidence) {
        const entries = Object.entries(evidence.multipliers as Record<string, string>)
        const swapped = entries.map(([account], i) => [account, entries[(i + 1) % entries.length][1]])
        forge('swapped accounts', { evidence: { ...evidence, multipliers: Object.fromEntries(swapped) } })
        forge('a multiplier of nobody', {
          evidence: { ...evidence, multipliers: { ...(evidence.multipliers as object), nobody: '1' } },
        })
        forge('a relabelled market', { evidence: { ...evidence, prices: { B: (evidence.prices as { A: string }).A } } })
      }
      if ('levels' in evidence) {
        forge('a relabelled market', { evidence: { levels: { B: (evidence.levels as { A: string }).A } } })
        forge('no levels', { evidence: { levels: {} } })
      }
      if ('tails' in evidence) {
        const [tail] = evidence.tails as { masses: Record<string, string> }[]
        const masses = Object.fromEntries(Object.entries(tail.masses).map(([s, mass]) => [s, `-${mass}`]))
        const heavy = Object.fromEntries(Object.entries(tail.masses).map(([s, mass]) => [s, String(3 * Number(mass))]))
        forge('negative masses', { evidence: { ...evidence, tails: [{ ...tail, masses }] } })
        forge('masses that sum to too much, and the bound of them', {
          bound: parseRatio(content.bound!).mul(2).add(1).toFraction(),
          evidence: { ...evidence, tails: [{ ...tail, masses: heavy }] },
        })
        forge('another confidence', { evidence: { ...evidence, tails: [{ ...tail, confidence: '0.25' }] } })
        forge('a move that is not there', {
          evidence: { ...evidence, tails: [{ ...tail, masses: { ...tail.masses, 99: '1' } }] },
        })
        const moves = content.inputs.moves as { moves: number[][] }
        const others = moves.moves.map((row) => row.map((move) => move / 2))
        forge('moves of another file', { inputs: { ...content.inputs, moves: { ...moves, moves: others } } })
      }
      if ('cuts' in evidence) {
        const cuts = evidence.cuts as { account: string; tau: string; direction: Record<string, string> }[]
        forge('a cut too few', { evidence: { ...evidence, cuts: cuts.slice(1) } })
        forge('a cut twice', { evidence: { ...evidence, cuts: [...cuts, cuts[0]] } })
        forge('a threshold too far', { evidence: { ...evidence, cuts: cuts.map((cut) => ({ ...cut, tau: '11' })) } })
        const long = cuts.map((cut) => ({
          ...cut,
          direction: Object.fromEntries(Object.entries(cut.direction).map(([k, v]) => [k, `${v}e3`])),
        }))
        forge('directions too long, and the bound of them', {
          bound: parseRatio(content.bound!).mul(2).toFraction(),
          evidence: { ...evidence, cuts: long },
        })
      }
      forged.push([
        `${name}: a changed digit`,
        { ...base, certificate: { ...base.certificate, value: `${content.value}1` } },
      ])
      const text = JSON.stringify(base.certificate)
      forged.push([`${name}: a key twice`, { ...base, certificate: text.replace('{', '{"bound":"0",') }])
      const moved = {
        ...book,
        accounts: book.accounts.map((own) => (own.account === 'a' ? { ...own, equity: '201' } : own)),
      }
      forged.push([`${name}: another event`, { ...base, event: moved }])
    }
    const verdicts = judge([...made.values(), ...forged.map(([, files]) => files)])
    expect(verdicts.slice(0, made.size).map(({ proved }) => proved)).toEqual(Array.from(made, () => true))
    const accepted: string[] = []
    forged.forEach(([what, { event, allocation, certificate }], i) => {
      const proved = [verdicts[made.size + i].proved, isProved(event, allocation, certificate)]
      if (proved.includes(true)) accepted.push(`${what}: ${proved.join()}`)
    })
    expect(accepted).toEqual([])
  })
})

function isProved(event: unknown, allocation: unknown, certificate: unknown): boolean {
  try {
    const read =
      typeof certificate === 'string'
        ? jsonTextAs(certificate, 'certificate.json', 'certificate', (json) => json)
        : certificate
    return checkCertificate(event as never, allocation as never, parseCertificate(read)).proved
  } catch (error) {
    expect(error).toHaveProperty('code')
    return false
  }
}
