/**
 * Building and canonicalizing the min-max program in blocks: seconds, and bytes per nonzero of the form.
 *
 *     min max_i (p·y)_i / e_i   s.t.  Σ_i y_ik = R_k,  0 ≤ y ≤ c
 *
 * Budget: one million nonzeros in about a second, at most 200 bytes each with everything still held. Run with
 * `node --expose-gc dist/benchmarks/language-build.js`; each case is checked, warmed up once, then timed five times.
 */
import { canonicalize } from '../src/canonical/canonicalize.js'
import { maximum, Program } from '../src/language/index.js'

interface Case {
  readonly owners: number
  readonly pairsPerOwner: number
}

const cases: readonly Case[] = [
  { owners: 1_000, pairsPerOwner: 3 },
  { owners: 100_000, pairsPerOwner: 1 },
  { owners: 143_000, pairsPerOwner: 3 },
]

function build({ owners, pairsPerOwner }: Case): Program {
  const pairs = owners * pairsPerOwner
  const price = Float64Array.from({ length: pairs }, (_, pair) => 1 + (pair % 7))
  const capacity = Float64Array.from({ length: pairs }, (_, pair) => 1 + (pair % 11))
  const owner = Int32Array.from({ length: pairs }, (_, pair) => Math.floor(pair / pairsPerOwner))
  const market = Int32Array.from({ length: pairs }, (_, pair) => pair % pairsPerOwner)
  const inverseEquity = Float64Array.from({ length: owners }, (_, i) => 1 / (10 + (i % 13)))
  const program = new Program()
  const kept = program.variables('kept', pairs, { lower: 0, upper: capacity })
  const remaining = new Float64Array(pairsPerOwner).fill(2 * owners)
  program.subjectTo('demand', kept.sumBy(market, pairsPerOwner).equals(remaining))
  const exposure = kept.times(price).sumBy(owner, owners)
  program.minimize(maximum(exposure.times(inverseEquity), 'level'))
  return program
}

/** What is alive, in bytes. Two collections: the first lets go of the wrappers, the second of their array buffers. */
function held(): number {
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

interface Round {
  readonly buildMs: number
  readonly canonicalizeMs: number
  readonly bytes: number
}

function round(given: Case, nonzeros: number): Round {
  const before = held()
  const started = performance.now()
  const program = build(given)
  const built = performance.now()
  const { form, rowName } = canonicalize(program)
  const finished = performance.now()
  const bytes = held() - before
  // Program, form and names are held until here, so the bytes count them all.
  const found = form.matrix.values.length
  if (found !== nonzeros || program.variableBlocks.length !== 1 || rowName(0) !== 'demand[0]') {
    throw new Error(`not the program declared: ${found} nonzeros where ${nonzeros} are wanted`)
  }
  return { buildMs: built - started, canonicalizeMs: finished - built, bytes }
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]

for (const given of cases) {
  const nonzeros = given.owners * given.pairsPerOwner * 2 + given.owners
  round(given, nonzeros)
  const rounds = Array.from({ length: 5 }, () => round(given, nonzeros))
  console.log(
    `${nonzeros} nonzeros: build ${median(rounds.map((r) => r.buildMs)).toFixed(1)} ms, canonicalize ${median(rounds.map((r) => r.canonicalizeMs)).toFixed(1)} ms, ` +
      `${(median(rounds.map((r) => r.bytes)) / nonzeros).toFixed(0)} bytes held per nonzero, peak RSS ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`,
  )
}
