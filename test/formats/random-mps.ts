import type { MpsLayout } from '#src/index.js'
import { randomFrom } from '../books.js'

/**
 * Random MPS text as people write it, in both layouts: one or two pairs a line, sets with and without names, rows of every type
 * with ranges of both signs, every kind of bound, markers, constants, both senses, Q in each of its sections. Left out is where HiGHS reads
 * otherwise than most programs, and the page says so: an upper bound below zero without a lower one, several rows N.
 */
export function randomMps(seed: number): { readonly text: string; readonly layout: MpsLayout } {
  const random = randomFrom(seed)
  const layout: MpsLayout = random.chance(0.5) ? 'fixed' : 'free'
  const figure = (): string => String(random.whole(-40, 40) / random.pick([1, 2, 4, 8]))
  const nonzero = (): string => String((random.whole(1, 40) / random.pick([1, 2, 4])) * random.pick([-1, 1]))
  const line = (type: string, ...fields: readonly string[]): string =>
    layout === 'free'
      ? ` ${[type, ...fields].filter((field) => field !== '').join(' ')}\n`
      : ` ${type.padEnd(3)}${(fields[0] ?? '').padEnd(10)}${(fields[1] ?? '').padEnd(10)}${(fields[2] ?? '').padEnd(15)}${(fields[3] ?? '').padEnd(10)}${fields[4] ?? ''}`.trimEnd() +
        '\n'
  const columns = Array.from({ length: random.whole(1, 5) }, (_, j) => ({
    name: `c${j}`,
    isInteger: random.chance(0.3),
  }))
  const rows = Array.from({ length: random.whole(1, 5) }, (_, i) => ({
    name: `row${i}`,
    type: random.pick(['E', 'L', 'G']),
  }))
  let text = `NAME          model${layout === 'free' ? ' FREE' : ''}\n`
  if (random.chance(0.3)) text += `OBJSENSE\n${line('', random.pick(['MAX', 'MIN', 'MAXIMIZE']))}`
  text += `ROWS\n${line('N', 'cost')}`
  for (const { type, name } of rows) text += line(type, name)
  text += 'COLUMNS\n'
  let isMarked = false
  const mark = (): void => {
    isMarked = !isMarked
    text += line(
      '',
      'MARKER',
      "'MARKER'",
      layout === 'fixed' ? '' : `'${isMarked ? 'INTORG' : 'INTEND'}'`,
      layout === 'fixed' ? `'${isMarked ? 'INTORG' : 'INTEND'}'` : '',
    )
  }
  for (const { name, isInteger } of columns) {
    if (isInteger !== isMarked) mark()
    const pairs = [
      ['cost', nonzero()],
      ...rows.filter(() => random.chance(0.7)).map((row) => [row.name, nonzero()]),
    ] as [string, string][]
    for (let p = 0; p < pairs.length; p += 2) {
      const two = pairs.slice(p, p + 2).flat()
      text += line('', name, ...two)
    }
  }
  if (isMarked) mark()
  text += 'RHS\n'
  const set = (name: string): string => (layout === 'fixed' && random.chance(0.2) ? '' : name)
  const rhs = set('RHS')
  for (const { name } of rows) if (random.chance(0.7)) text += line('', rhs, name, figure())
  if (random.chance(0.5)) text += line('', rhs, 'cost', figure())
  const ranged = rows.filter(() => random.chance(0.4))
  if (ranged.length > 0) text += 'RANGES\n'
  for (const { name, type } of ranged)
    text += line('', 'RNG', name, type === 'E' ? nonzero() : String(Math.abs(Number(nonzero()))))
  text += 'BOUNDS\n'
  for (const { name, isInteger } of columns) {
    const value = isInteger ? String(random.whole(1, 9)) : String(random.whole(1, 40) / 4)
    const bounds = random.pick<readonly (readonly [string, string])[]>([
      [],
      [['UP', value]],
      [
        ['LO', `-${value}`],
        ['UP', value],
      ],
      [
        ['MI', ''],
        ['UP', `-${value}`],
      ],
      [['FR', '']],
      [['FX', `-${value}`]],
      [['BV', '']],
      [
        ['LI', '2'],
        ['UI', '7'],
      ],
      [
        ['LO', '1'],
        ['PL', ''],
      ],
      [
        ['LO', '-1e30'],
        ['UP', '1e30'],
      ],
    ])
    for (const [type, bound] of bounds) text += line(type, 'BND', name, bound)
  }
  if (random.chance(0.3) && columns.every(({ isInteger }) => !isInteger)) {
    const section = random.pick(['QUADOBJ', 'QMATRIX'])
    text += `${section}\n`
    columns.forEach(({ name }, i) => {
      text += line('', name, name, '4')
      const next = columns[i + 1]
      if (next === undefined) return
      text += line('', name, next.name, '1.5')
      if (section === 'QMATRIX') text += line('', next.name, name, '1.5')
    })
  }
  return { text: `${text}ENDATA\n`, layout }
}
