import { describe, expect, it } from 'vitest'
import { fromTriplets, healthReport, Program, readLp } from '#src/index.js'
import { randomFrom } from '../books.js'
import { form } from '../solvers/cases/case.js'

const lp = (rows: string, more = ''): ReturnType<typeof readLp> =>
  readLp(
    `Minimize\n obj: x + 2 y + 3 z\nSubject To\n all: x + y + z >= 1\n${rows}\nBounds\n x <= 9\n y <= 9\n z <= 9\n${more}\nEnd\n`,
  )

describe('each fault of a program is found, by name', () => {
  it.each([
    ['crossed-bounds', lp(' c: x + y >= 1', ' x >= 10'), ['x']],
    ['crossed-bounds', lp(' c: 4 <= x + y <= 2'), ['c']],
    ['contradictory-row', lp(' c: x + y >= 19'), ['c']],
    ['unbounded-column', readLp('Minimize\n obj: x - w\nSubject To\n c: x + y >= 1\nEnd\n'), ['w']],
    ['fractional-bound', lp(' c: x + y >= 1', ' z <= 2.5\nGeneral\n z'), ['z']],
    ['coefficient-range', lp(' c: 0.00001 x + 30000 y >= 1'), ['y in c', 'x in c']],
    ['cost-range', readLp('Minimize\n obj: 1e-4 x + 1e6 y\nSubject To\n c: x + y >= 1\nEnd\n'), ['x', 'y']],
    ['side-range', lp(' c: x + y >= -1e10'), ['all', 'c']],
    ['dropped-coefficient', lp(' c: x + y + 1e-10 z >= 1'), ['z in c']],
    ['infinite-by-size', lp(' c: x + y >= 1', ' z <= 1e12'), ['z']],
    ['empty-row', lp(' c: 0 x >= -1'), ['c']],
    ['row-without-sides', lp(' c: x + y >= -inf'), ['c']],
    ['redundant-row', lp(' c: x + y <= 18'), ['c']],
    ['row-of-one-column', lp(' c: 2 x <= 7'), ['c']],
    ['empty-column', readLp('Minimize\n obj: x + 0 w\nSubject To\n c: x + y >= 1\nEnd\n'), ['w']],
    ['fixed-column', lp(' c: x + y >= 1', ' z = 2'), ['z']],
    ['parallel-rows', lp(' c: 2 x - 6 y >= 1\n d: - x + 3 y <= 5'), ['c and d']],
    ['nearly-parallel-rows', lp(' c: x - y >= -5\n d: -1.0000001 x + y >= -3'), ['c and d']],
    ['nearly-parallel-rows', lp(' c: x + 3 y >= 5\n d: x + 3 y + 0.0000001 z >= 4'), ['c and d']],
  ])('%s', (code, subject, names) => {
    const finding = healthReport(subject).findings.find((each) => each.code === code)
    expect(finding).toMatchObject({ names, count: names.length })
    expect(finding!.says).toContain(names[0])
    expect(finding!.cure.length).toBeGreaterThan(20)
  })

  it('a program without faults has no findings', () => {
    const program = new Program()
    const x = program.variables('x', ['a', 'b', 'c'], { lower: 0 })
    program.subjectTo('total', x.sum().equals(7))
    program.subjectTo('mix', x.dot([1, 2, -1]).atMost(3))
    program.minimize(x.dot([1, 2, 3]))
    expect(healthReport(program)).toEqual({
      rows: 2,
      columns: 3,
      entries: 6,
      integers: 0,
      cones: 0,
      coefficients: { least: 1, most: 2 },
      costs: { least: 1, most: 3 },
      sides: { least: 3, most: 7 },
      bounds: undefined,
      findings: [],
    })
  })

  it('rows that are no multiples are not called so, however many there are', () => {
    const random = randomFrom(1)
    const rows = Array.from({ length: 300 }, () => [0, [random.whole(1, 90), random.whole(1, 90), 97], 5] as const)
    const distinct = rows.filter(([, a], i) => rows.findIndex(([, b]) => String(a) === String(b)) === i)
    const { findings } = healthReport(form({ cost: [1, 1, 1], rows: distinct }))
    expect(findings.map(({ code }) => code)).not.toContain('parallel-rows')
    expect(findings.map(({ code }) => code)).not.toContain('nearly-parallel-rows')
  })
})

describe('big-M', () => {
  it.each([
    [1e6, 40, 1e4],
    [5e5, 7, 0],
  ])(
    'M = %d where x reaches %d and the side is %d: the constant that will do changes nothing',
    (constant, reach, side) => {
      const given = (m: number) => ({
        linear: [1, 1],
        matrix: fromTriplets(1, 2, [
          [0, 0, 1],
          [0, 1, -m],
        ]),
        rowLower: [-Infinity],
        rowUpper: [side === 0 ? 0 : reach / 2],
        lower: [0, 0],
        upper: [reach, 1],
        integer: [false, true],
      })
      const finding = healthReport(given(constant)).findings.find(({ code }) => code === 'big-m')
      const tighter = Number(/bounds of the other columns (\S+) will do/.exec(finding!.cure)![1])
      expect(tighter).toBeLessThan(constant)
      // Both values of the switch allow the same x, by hand.
      for (const on of [0, 1]) {
        const most = (m: number): number => Math.min(reach, given(m).rowUpper[0]! + m * on)
        expect(most(tighter)).toBe(most(constant))
      }
    },
  )
  it('without bounds the cure asks for them', () => {
    const report = healthReport(
      readLp('Minimize\n obj: x + b\nSubject To\n c: x - 1000000 b <= 0\n d: x + y >= 2\nBinary\n b\nEnd\n'),
    )
    expect(report.findings).toMatchObject([
      { code: 'big-m', names: ['c'], cure: expect.stringContaining('Bound the other columns') },
    ])
  })
})

it('wrong arguments', () => {
  expect(() => healthReport(undefined as never)).toThrow(/wrong-type/)
  expect(() => healthReport({ linear: [1] } as never)).toThrow(/missing-field/)
})
