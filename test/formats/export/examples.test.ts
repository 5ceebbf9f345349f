import { join } from 'node:path'
import { type AdlEvent, objectives, readEvent, readMoves, type ScenarioMoves, solve } from 'spillway'
import { canonicalize, type StandardForm, solveForm } from 'spillway/modeling'
import { describe, expect, it } from 'vitest'
import { skip } from '../../notes.js'
import { readers, textOf } from './readers.js'

/** The program of every objective on every book of the examples, opened by every program outside that can take it. */
const BOOKS = join(import.meta.dirname, '../../../examples/books')
const EXAMPLE = '../../../dist/examples/paper-example.js'
const { paperExample } = (await import(EXAMPLE)) as { readonly paperExample: () => AdlEvent }
const CLOSE = 1e-6

const hedgedMoves = await readMoves(join(BOOKS, 'hedged-moves.csv'))
const books: readonly (readonly [name: string, event: AdlEvent, moves: ScenarioMoves])[] = [
  ['debtor', await readEvent(join(BOOKS, 'debtor.json')), scenarios(await readMoves(join(BOOKS, 'debtor-moves.csv')))],
  ['hedged', await readEvent(join(BOOKS, 'hedged.json')), scenarios(hedgedMoves)],
  ['the paper', paperExample(), scenarios(hedgedMoves)],
]

function scenarios(moves: Awaited<ReturnType<typeof readMoves>>): ScenarioMoves {
  if (moves.kind !== 'scenarios') throw new Error('the moves of the examples are scenarios')
  return moves
}

/** What no linear or quadratic program says. */
const CURVED = ['evar', 'ellipsoid-loss']

const subjects = books.flatMap(([book, event, moves]) =>
  [...objectives.values()]
    .filter(({ name }) => !CURVED.includes(name))
    .map((kind) => {
      const loadings = new Map(event.markets.map(({ market }) => [market, 1]))
      const objective = kind.make({ moves, confidence: 0.7, loadings })
      return { title: `${kind.name} of ${book}`, event, objective }
    }),
)

describe('exports of the examples', () => {
  it('cover every objective, with a constant and with a quadratic part among them', () => {
    const forms = subjects.map(({ event, objective }) => canonicalize(objective.prepare(event).program()).form)
    expect(forms.some(({ offset }) => offset !== 0)).toBe(true)
    expect(forms.some(isQuadratic)).toBe(true)
    expect(subjects.length).toBe(books.length * (objectives.size - CURVED.length))
  })

  it.each(Object.keys(readers))('%s finds our optimum', async (program) => {
    const { missing, format, read } = readers[program]
    if (missing !== undefined) return skip(`${missing}`)
    const asked: { title: string; form: StandardForm }[] = subjects
      .map(({ title, event, objective }) => ({ title, form: canonicalize(objective.prepare(event).program()).form }))
      .filter(({ form }) => program.startsWith('highs') || !isQuadratic(form))
    const answers = await read(asked.map(({ form }) => textOf(format, form)))
    for (const [k, { title, form }] of asked.entries()) {
      const ours = await solveForm(form)
      expect(ours.status, title).toBe('optimal')
      if (ours.status !== 'optimal') continue
      expect(answers[k], title).toMatchObject({ status: 'optimal' })
      const apart = Math.abs(answers[k].objective! - ours.objective)
      expect(apart, `${title}: ${answers[k].objective}, ours ${ours.objective}`).toBeLessThanOrEqual(
        CLOSE * Math.max(1, Math.abs(ours.objective)),
      )
    }
  })

  it('expected loss of the debtor book is 1, read from a text with its constant', async () => {
    const { event, objective } = subjects.find(({ title }) => title === 'expected-loss of debtor')!
    expect((await solve(event, objective)).objective.value).toBe(1)
    const { form } = canonicalize(objective.prepare(event).program())
    expect(textOf('lp', form)).toContain('+ 4 one\n')
    for (const { missing, format, read } of Object.values(readers)) {
      if (missing === undefined) expect((await read([textOf(format, form)]))[0].objective).toBeCloseTo(1, 9)
    }
  })
})

const isQuadratic = (form: StandardForm): boolean => form.quadratic.values.some((value) => value !== 0)
