import { html, type Markup, visible } from './markup.js'

/** Beyond this many characters a name is shortened on a narrow screen: an address has forty-two. */
const LONGEST = 16
const [HEAD, TAIL] = [7, 6]

/**
 * A name from a file: whole on a wide screen and on paper; on a narrow one a long name has its middle left out, and the
 * whole of it for its title. The style of the page shows one of the two.
 */
export function shortName(name: string): Markup {
  const shown = visible(name)
  if ([...shown].length <= LONGEST) return html`${name}`
  const letters = [...shown]
  const short = `${letters.slice(0, HEAD).join('')}…${letters.slice(-TAIL).join('')}`
  return html`<span class="long">${name}</span><abbr class="short" title="${name}">${short}</abbr>`
}
