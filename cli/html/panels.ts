import type { TopLevelSpec } from 'vega-lite'
import { drawChart } from './chart.js'
import { type Markup, visible } from './markup.js'

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
  /** One below the other, for a screen on which two side by side could not be read. */
  readonly isNarrow?: boolean
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
/** By number of columns. */
const WIDTHS = [0, 520, 380, 250]
const NARROW = 260
const TITLE_WIDTH = 38

/** Small charts on common axes, one per policy: many policies side by side, and never many lines on top of each other. */
export function drawPanels(id: string, panels: readonly Panel[], options: PanelsOptions): Promise<Markup> {
  const { x, y, styles, isStepped = false, isNarrow = false } = options
  const names = Object.keys(styles)
  const looks = Object.values(styles)
  const columns = isNarrow ? 1 : Math.min(COLUMNS, panels.length)
  const isFlat = panels.every(({ series }) => series.every(({ points }) => points.every(([, py]) => !py)))
  const look = (range: readonly unknown[]) => ({ field: 'series', scale: { type: 'ordinal', domain: names, range } })
  const panel = ({ title, series }: Panel, at: number) => ({
    title: { text: title.split('\n'), frame: 'group' },
    width: isNarrow ? NARROW : WIDTHS[columns],
    height: 170,
    data: {
      values: series.flatMap(({ name, points }) => points.map(([px, py]) => ({ series: name, x: px, y: py }))),
    },
    mark: { type: 'line', clip: true, interpolate: isStepped ? 'step-after' : 'linear' },
    encoding: {
      x: {
        field: 'x',
        type: 'quantitative',
        title: x.title,
        axis: { format: x.format, tickCount: 5 },
        scale: scaleOf(x, false),
      },
      y: {
        field: 'y',
        type: 'quantitative',
        title: at % columns === 0 ? y.title : null,
        axis: { format: y.format, tickCount: 5 },
        scale: scaleOf(y, isFlat),
      },
      // Three channels of one field make one legend that shows all of them.
      detail: { field: 'series' },
      strokeDash: look(looks.map(({ dash }) => dash)),
      strokeWidth: look(looks.map(({ width }) => width)),
      strokeOpacity: look(looks.map(({ opacity }) => opacity)),
    },
  })
  const shared = { x: 'shared', y: 'shared', strokeDash: 'shared', strokeWidth: 'shared', strokeOpacity: 'shared' }
  const spec = { concat: panels.map(panel), columns, spacing: 18, resolve: { scale: shared } }
  return drawChart(id, spec as unknown as TopLevelSpec)
}

/** Nothing but zeros makes no scale by itself. */
function scaleOf({ scale = 'linear' }: Axis, isFlat: boolean) {
  return { type: scale, zero: scale !== 'linear', nice: true, ...(isFlat && { domain: [0, 1] }) }
}

/** A title of several names, one a line, none too long for a panel. */
export function panelTitle(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most).map(shortened)
  return [...shown, ...(names.length > most ? [`and ${names.length - most} more`] : [])].join('\n')
}

function shortened(given: string): string {
  const name = visible(given)
  return name.length <= TITLE_WIDTH ? name : `${name.slice(0, TITLE_WIDTH - 12)}…${name.slice(-11)}`
}
