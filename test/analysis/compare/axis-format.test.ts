import { Error as ERRORS_ONLY, parse, View } from 'vega'
import { compile } from 'vega-lite'
import { describe, expect, it } from 'vitest'
import { axisFormat } from '../../../dist/cli/html/axis-format.js'

/** What stands at the ticks of an axis from zero to `most`. */
async function labels(most: number, type: 'linear' | 'sqrt' | 'symlog'): Promise<string[]> {
  const spec = {
    data: {
      values: [
        { x: 0, y: 0 },
        { x: 1, y: most },
      ],
    },
    mark: 'line',
    encoding: {
      x: { field: 'x', type: 'quantitative', axis: null },
      y: {
        field: 'y',
        type: 'quantitative',
        title: null,
        axis: { format: axisFormat([0, null, most]), tickCount: 5 },
        scale: { type },
      },
    },
  }
  const view = new View(parse(compile(spec as never).spec), { renderer: 'none', logLevel: ERRORS_ONLY })
  const svg = await view.toSVG()
  view.finalize()
  return [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text!)
}

const SUFFIX: Readonly<Record<string, number>> = { k: 1e3, M: 1e6, G: 1e9, T: 1e12 }
const read = (text: string): number => {
  const [, digits = '', suffix = ''] = /^([\d.,e−-]+)([kMGT]?)$/.exec(text) ?? []
  return Number(digits.replaceAll(',', '').replace('−', '-')) * (SUFFIX[suffix] ?? 1)
}

describe('numbers on an axis', () => {
  it.each([0.004, 0.7, 1, 7, 67, 100, 950, 5000, 67_000, 1e5, 3e6, 2e9])('are plain up to %d', async (most) => {
    for (const type of ['linear', 'sqrt', 'symlog'] as const) {
      const shown = await labels(most, type)
      const values = shown.map(read)
      expect(shown.length).toBeGreaterThan(2)
      expect(shown.join(' ')).not.toMatch(/e|m$/)
      expect(new Set(values).size).toBe(values.length)
      expect(Math.max(...values)).toBeGreaterThan(0.4 * most)
      expect(Math.max(...values)).toBeLessThan(2.1 * most)
    }
  })
})
