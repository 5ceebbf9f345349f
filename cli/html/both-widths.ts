import type { TopLevelSpec } from 'vega-lite'
import { drawChart } from './chart.js'
import { html, type Markup } from './markup.js'

export type Width = 'wide' | 'narrow'

/** A chart for each kind of screen, so that its letters can be read on both; the style of the page shows one of them. */
export async function atBothWidths(
  spec: (width: Width) => { readonly id: string; readonly spec: object },
): Promise<Markup> {
  const drawn = async (width: Width): Promise<Markup> => {
    const { id, spec: made } = spec(width)
    return html`<div class="at-${width}">${await drawChart(`${id}-${width}`, made as TopLevelSpec)}</div>`
  }
  return html`${await drawn('wide')}${await drawn('narrow')}`
}
