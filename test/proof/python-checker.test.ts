import { spawnSync } from 'node:child_process'
import { objectives as registered } from 'spillway'
import { describe, expect, it } from 'vitest'
import { instances } from '../campaign.js'
import { skipUnless } from '../notes.js'
import { python } from '../python.js'
import { type Certified, certified, objectives } from './certified.js'
import { forgeriesOf } from './forgeries.js'
import { type Case, hasPython, isProved, judge } from './python.js'
import { shapedBook } from './shapes.js'

/**
 * The checker of `examples/check_certificate.py`, written from docs/certificate.md, against our own: random books of every shape and under
 * every terms, fresh certificates of every objective, and forgeries of each.
 * The campaign, an hour: BOOKS=1000 npx vitest run test/proof/python-checker.test.ts; FROM=500 goes on from there.
 */
const SEED = 51423
const BOOKS = instances(2, 3, process.env.BOOKS)
const FROM = Number(process.env.FROM ?? 0)
const names = Object.keys(objectives)
/** Books that are looked at together: what stands in memory at once. */
const AT_ONCE = 20

describe(`the checker in Python (seed ${SEED}, ${BOOKS} books)`, () => {
  skipUnless(hasPython, 'there is no python3')
  it.each(Array.from({ length: Math.ceil((BOOKS - FROM) / AT_ONCE) }, (_, t) => FROM + t * AT_ONCE))(
    'agrees with check on value and bound of every objective, and on every forgery (from book %i)',
    async (from) => {
      const known: Certified[] = []
      const cases: { readonly what: string; readonly proved: boolean | undefined; readonly files: Case }[] = []
      for (let b = from; b < Math.min(from + AT_ONCE, BOOKS); b++) {
        const shaped = shapedBook(SEED + b)
        const proofs: Certified[] = []
        for (const [t, name] of names.entries()) {
          const other = objectives[names[(t + b) % names.length]](shaped.book, SEED + b)
          const made = await certified(shaped, objectives[name](shaped.book, SEED + b), b % 2 === 0 ? undefined : other)
          if (made === undefined) continue
          cases.push({ what: `book ${b}, ${name}`, proved: true, files: made })
          proofs.push(made)
        }
        for (const made of proofs) {
          for (const { what, mayHold, files } of forgeriesOf(made, proofs)) {
            const name = `book ${b}, ${made.certificate.objective}: ${what}`
            cases.push({ what: name, proved: mayHold ? undefined : false, files })
          }
        }
        known.push(...proofs)
      }
      expect(known.length).toBeGreaterThan(2)
      const verdicts = judge(cases.map(({ files }) => files))
      const wrong: string[] = []
      cases.forEach(({ what, proved, files }, i) => {
        const own = isProved(files)
        const { proved: theirs, reason, value, bound } = verdicts[i]
        // Where a change may hold, exact arithmetic may prove what rounding on the edge of a loss keeps `check` from (docs/certificate.md).
        const agree = own === theirs || (proved === undefined && theirs)
        if (!agree || (proved !== undefined && own !== proved))
          wrong.push(`${what}: check ${own}, Python ${theirs} ${reason ?? ''}`)
        else if (proved) expect({ value, bound }).toEqual(boundsOf(files))
      })
      expect(wrong).toEqual([])
    },
    3_600_000,
  )

  it('knows every objective of the registry', () => {
    const tried = new Set(names.map((name) => name.replace(', normal', '')))
    expect([...tried].sort()).toEqual([...registered.keys()].sort())
  })

  it('says what was wrong with its arguments, and exits with 1 where nothing is proved', () => {
    const run = (...files: string[]) => spawnSync(python!, ['examples/check_certificate.py', ...files])
    expect(run('README.md').status).toBe(2)
    expect(run('README.md', 'README.md', 'README.md').status).toBe(1)
  })
})

const boundsOf = ({ certificate }: Case): unknown => {
  const { value, bound } = certificate as { readonly value: unknown; readonly bound: unknown }
  return { value, bound }
}
