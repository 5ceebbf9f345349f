import type { TopLevelSpec } from 'vega-lite'
import { drawChart } from './chart.js'
import type { Markup } from './markup.js'

/** One line of a panel. `null` is a point that is not drawn. */
export interface Series {
  readonly name: string
  readonly points: readonly (readonly [x: number, y: number | null])[]
}

export interface Panel {
  readonly title: string
  readonly series: readonly Series[]
}

export interface Axis {
  readonly title: string
  readonly format: string
  readonly scale?: 'linear' | 'sqrt' | 'symlog'
}

export interface PanelsOptions {
  readonly x: Axis
  readonly y: Axis
  /** By name of a series, in the order of the legend: how it is drawn. */
  readonly styles: Readonly<Record<string, LineStyle>>
  /** Steps from one point to the next instead of a straight line. */
  readonly isStepped?: boolean
  /** Dots on the points of the first style. */
  readonly hasMarkers?: boolean
}

export interface LineStyle {
  readonly dash: readonly number[]
  readonly width: number
  readonly opacity: number
}

/** Three ways to draw a line that tell each other apart without colour. */
export const SOLID: LineStyle = { dash: [1, 0], width: 2.2, opacity: 1 }
export const DASHED: LineStyle = { dash: [6, 3], width: 1.3, opacity: 0.85 }
export const DOTTED: LineStyle = { dash: [1.5, 3], width: 1.3, opacity: 0.85 }

const COLUMNS = 3
const TITLE_WIDTH = 38

/** Small charts on common axes, one per policy: many policies side by side, and never many lines on top of each other. */
export function drawPanels(id: string, panels: readonly Panel[], options: PanelsOptions): Promise<Markup> {
  const { x, y, styles, isStepped = false, hasMarkers = false } = options
  const names = Object.keys(styles)
  const looks = Object.values(styles)
  const titles = panels.map(({ title }) => title)
  const values = panels.flatMap(({ title, series }) =>
    series.flatMap(({ name, points }) => points.map(([px, py]) => ({ panel: title, series: name, x: px, y: py }))),
  )
  const columns = Math.min(COLUMNS, panels.length)
  const width = columns === 1 ? 520 : columns === 2 ? 380 : 285
  const marker = {
    mark: { type: 'point', shape: 'circle' },
    transform: [{ filter: { field: 'series', equal: names[0]! } }],
  }
  const spec = {
    data: { values },
    facet: {
      field: 'panel',
      type: 'nominal',
      sort: titles,
      header: { title: null, labelExpr: `split(datum.label, '\\n')`, labelAnchor: 'start' },
    },
    columns,
    spacing: { row: 18, column: 22 },
    // A last row that is not full would leave axes without panels.
    resolve: { axis: { x: 'independent' } },
    spec: {
      width,
      height: 170,
      encoding: {
        x: {
          field: 'x',
          type: 'quantitative',
          title: x.title,
          axis: { format: x.format, tickCount: 5 },
          scale: scaleOf(x),
        },
        y: {
          field: 'y',
          type: 'quantitative',
          title: y.title,
          axis: { format: y.format, tickCount: 5 },
          scale: scaleOf(y),
        },
      },
      layer: [
        {
          mark: { type: 'line', clip: true, interpolate: isStepped ? 'step-after' : 'linear' },
          encoding: {
            // Three channels of one field make one legend that shows all of them.
            detail: { field: 'series' },
            strokeDash: {
              field: 'series',
              sort: names,
              scale: { domain: names, range: looks.map(({ dash }) => dash) },
            },
            strokeWidth: {
              field: 'series',
              scale: { type: 'ordinal', domain: names, range: looks.map(({ width: w }) => w) },
            },
            strokeOpacity: {
              field: 'series',
              scale: { type: 'ordinal', domain: names, range: looks.map(({ opacity }) => opacity) },
            },
          },
        },
        ...(hasMarkers ? [marker] : []),
      ],
    },
  } as unknown as TopLevelSpec
  return drawChart(id, spec)
}

const scaleOf = ({ scale = 'linear' }: Axis) => ({ type: scale, zero: scale !== 'linear', nice: true })

/** A title of several names, one a line, none too long for a panel. */
export function panelTitle(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most).map(shortened)
  return [...shown, ...(names.length > most ? [`and ${names.length - most} more`] : [])].join('\n')
}

function shortened(name: string): string {
  return name.length <= TITLE_WIDTH ? name : `${name.slice(0, TITLE_WIDTH - 12)}…${name.slice(-11)}`
}
