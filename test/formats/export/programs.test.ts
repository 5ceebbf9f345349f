import { describe, expect, it } from 'vitest'
import { type formats, type Outcome, SpillwayError, type StandardForm, solveForm } from '#src/index.js'
import { instances } from '../../campaign.js'
import { note, skip } from '../../notes.js'
import { randomForm } from './random-form.js'
import { type Read, readers, textOf } from './readers.js'

/**
 * What we write means the same elsewhere: random forms through every program outside that reads a format of ours. A longer run:
 * EXPORT_FORMS=2000 npx vitest run test/formats/export/programs.test.ts
 */
const SEED = 1
const COUNT = instances(30, 60, process.env.EXPORT_FORMS)
const CLOSE = 1e-6
const LONG = 60_000 + COUNT * 1000

interface Case {
  readonly seed: number
  readonly form: StandardForm
  readonly known: Known
}
type Known =
  | { readonly status: 'optimal'; readonly objective: number }
  | { readonly status: 'infeasible' | 'unbounded' }

/** What is known of a form: a proved answer, or, for integer variables, one that two solvers agree on; else undefined. */
async function known(form: StandardForm): Promise<Known | undefined> {
  const first = plain(await solveForm(form))
  if (first === undefined || !form.integer.some((flag) => flag !== 0)) return first
  const second = plain(await solveForm(form, { solver: 'glpk' }))
  return second !== undefined && agree(first, second) ? first : undefined
}

function plain(outcome: Outcome): Known | undefined {
  const status = (['optimal', 'infeasible', 'unbounded'] as const).find((word) => outcome.status.startsWith(word))
  if (status !== 'optimal') return status && { status }
  return 'objective' in outcome && outcome.objective !== undefined
    ? { status, objective: outcome.objective }
    : undefined
}

function agree(known: Known, read: Read | Known): boolean {
  if (known.status !== 'optimal') return read.status === known.status || read.status === 'none'
  if (read.status !== 'optimal' || read.objective === undefined) return false
  return Math.abs(read.objective - known.objective) <= CLOSE * Math.max(1, Math.abs(known.objective))
}

async function cases(quadratic: boolean, count: number): Promise<Case[]> {
  const found: Case[] = []
  for (let seed = SEED; seed < SEED + count; seed++) {
    const form = randomForm(seed, { quadratic })
    const answer = await known(form)
    if (answer !== undefined) found.push({ seed, form, known: answer })
  }
  expect(found.length, 'forms whose answer is known').toBeGreaterThan(0.9 * count)
  return found
}

/** The cases that a format has words for, with the text. */
function written(format: keyof typeof formats, list: readonly Case[]): (Case & { readonly text: string })[] {
  return list.flatMap((each) => {
    try {
      return [{ ...each, text: textOf(format, each.form) }]
    } catch (error) {
      if (error instanceof SpillwayError && error.code === 'not-expressible') return []
      throw error
    }
  })
}

describe(`random forms, read elsewhere (seed ${SEED}, EXPORT_FORMS=${COUNT})`, async () => {
  const linear = await cases(false, COUNT)
  const quadratic = await cases(true, Math.ceil(COUNT / 4))
  // To start a program is what takes the time.
  const few = linear.filter((_, k) => k % 3 === 0)
  const subjects: readonly (readonly [program: string, kind: string, list: readonly Case[]])[] = [
    ...Object.keys(readers).map(
      (program) => [program, 'linear', /(glpsol|cbc), MPS/.test(program) ? few : linear] as const,
    ),
    ...['highs', 'highs, MPS', 'highs, matrices of OSQP'].map((program) => [program, 'quadratic', quadratic] as const),
  ]

  it.each(subjects)('%s, %s', { timeout: LONG }, async (program, kind, list) => {
    const { missing, format, read } = readers[program]
    if (missing !== undefined) return skip(`${missing}`)
    const sent = written(format, list)
    const answers = await read(sent.map(({ text }) => text))
    const late = answers.filter(({ status }) => status === 'limit').length
    const wrong = sent.flatMap((each, k) =>
      answers[k].status === 'limit' || agree(each.known, answers[k]) ? [] : [{ ...each, read: answers[k] }],
    )
    const faults = await faultsOfTheProgram(program, wrong)
    const share = `${sent.length} of ${list.length} ${kind} forms written for ${program}`
    note(`${share}; ${late} not answered in time, ${faults.length} answered wrong by the program itself`)
    expect(
      wrong.filter((each) => !faults.includes(each)).map(({ seed, known, read }) => ({ seed, known, read })),
    ).toEqual([])
    expect(late + faults.length).toBeLessThanOrEqual(0.05 * list.length)
    // Integer columns have no place in the matrices of OSQP.
    expect(sent.length).toBeGreaterThan((format === 'osqp' ? 0.2 : 0.8) * list.length)
  })
})

/** javascript-lp-solver is wrong on a few models: where YALPS, which reads the very same text, is right, the text is not at fault. */
async function faultsOfTheProgram<T extends Case & { readonly text: string }>(
  program: string,
  wrong: readonly T[],
): Promise<readonly T[]> {
  if (program !== 'javascript-lp-solver' || wrong.length === 0) return []
  const second = await readers.yalps!.read(wrong.map(({ text }) => text))
  return wrong.filter(({ known }, k) => agree(known, second[k]))
}
