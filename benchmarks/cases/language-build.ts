import { canonicalize } from '../../src/canonical/canonicalize.js'
import { maximum, Program } from '../../src/language/index.js'
import { type Benchmark, bytesHeld, insist, median } from '../benchmark.js'

interface Size {
  readonly owners: number
  readonly pairsPerOwner: number
}

/** A min-max program in blocks: min max_i (p·y)_i / e_i  s.t.  Σ_i y_ik = R_k,  0 ≤ y ≤ c. */
export const languageBuild: Benchmark = {
  name: 'the language',
  claim:
    'one million nonzeros built and canonicalized in about a second, at most 200 bytes each with everything still held',
  run: () =>
    [
      { owners: 1_000, pairsPerOwner: 3 },
      { owners: 100_000, pairsPerOwner: 1 },
      { owners: 143_000, pairsPerOwner: 3 },
    ].map((size) => {
      const nonzeros = size.owners * size.pairsPerOwner * 2 + size.owners
      round(size, nonzeros)
      const rounds = Array.from({ length: 5 }, () => round(size, nonzeros))
      return {
        nonzeros,
        'build ms': median(rounds.map((r) => r.buildMs)).toFixed(1),
        'canonicalize ms': median(rounds.map((r) => r.canonicalizeMs)).toFixed(1),
        'bytes per nonzero': (median(rounds.map((r) => r.bytes)) / nonzeros).toFixed(0),
      }
    }),
}

function build({ owners, pairsPerOwner }: Size): Program {
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

interface Round {
  readonly buildMs: number
  readonly canonicalizeMs: number
  readonly bytes: number
}

function round(given: Size, nonzeros: number): Round {
  const before = bytesHeld()
  const started = performance.now()
  const program = build(given)
  const built = performance.now()
  const { form, rowName } = canonicalize(program)
  const finished = performance.now()
  const bytes = bytesHeld() - before
  // Program, form and names are held until here, so the bytes count them all.
  const found = form.matrix.values.length
  const isDeclared = found === nonzeros && program.variableBlocks.length === 1 && rowName(0) === 'demand[0]'
  insist(isDeclared, `${found} nonzeros where ${nonzeros} are wanted`)
  return { buildMs: built - started, canonicalizeMs: finished - built, bytes }
}
