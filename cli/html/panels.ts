import type { TopLevelSpec } from 'vega-lite'
import type { Width } from './both-widths.js'
import { drawChart } from './chart.js'
import { html, type Markup, visible } from './markup.js'

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
const TITLE_WIDTH = 38

/** More would make a telephone's page far too long. */
const MOST_NARROW = 4

/**
 * Small charts on common axes, one per policy: many policies side by side, and never many lines on top of each other.
 * On a narrow screen they stand below each other, and only the first are shown.
 */
export async function drawPanels(id: string, panels: readonly Panel[], options: PanelsOptions): Promise<Markup> {
  const draw = (width: Width): Promise<Markup> =>
    drawChart(`${id}-${width}`, specOf(width === 'wide' ? panels : panels.slice(0, MOST_NARROW), options, width))
  const more =
    panels.length > MOST_NARROW
      ? html`<p>The first ${MOST_NARROW} of ${panels.length} charts. All are shown on a wider screen and on paper.</p>`
      : undefined
  return html`<div class="at-wide">${await draw('wide')}</div><div class="at-narrow">${await draw('narrow')}${more}</div>`
}

const NARROW_PLOT = 250

function specOf(panels: readonly Panel[], options: PanelsOptions, width: Width): TopLevelSpec {
  const { x, y, styles, isStepped = false } = options
  const names = Object.keys(styles)
  const looks = Object.values(styles)
  const columns = width === 'wide' ? Math.min(COLUMNS, panels.length) : 1
  const isFlat = panels.every(({ series }) => series.every(({ points }) => points.every(([, py]) => !py)))
  const look = (range: readonly unknown[]) => ({ field: 'series', scale: { type: 'ordinal', domain: names, range } })
  const panel = ({ title, series }: Panel, at: number) => ({
    title: { text: title.split('\n'), frame: 'group' },
    width: width === 'wide' ? WIDTHS[columns] : NARROW_PLOT,
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
  const legend = { columns: width === 'wide' ? 3 : 1 }
  const spec = { concat: panels.map(panel), columns, spacing: 18, resolve: { scale: shared }, config: { legend } }
  return spec as unknown as TopLevelSpec
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
