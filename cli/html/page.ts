import { version } from '../../models/index.js'
import { type Content, html, Markup } from './markup.js'

export interface Page {
  readonly title: string
  /** One line under the title. */
  readonly says: Content
  /** How the title is set: a good end, a bad one, or neither; a sign beside it says the same without colour. */
  readonly tone?: 'good' | 'bad' | 'open'
  /** What must be known before the title is read. */
  readonly before?: Content
  readonly sections: readonly Section[]
}

export interface Section {
  readonly title: string
  readonly body: Content
}

/**
 * A page that stands alone: one file, no scripts, nothing from the network (its own policy forbids both), for screens light
 * and dark and for paper. The same content gives the same bytes.
 */
export function renderPage({ title, says, sections, tone, before }: Page): string {
  const body = sections.map(
    ({ title: heading, body: content }, s) =>
      html`<section aria-labelledby="s${s}"><h2 id="s${s}">${heading}</h2>\n${content}</section>\n`,
  )
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="spillway ${version}">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<header>${before}<h1${tone && new Markup(` class="verdict ${tone}"`)}>${tone && html`<span aria-hidden="true">${SIGNS[tone]}</span> `}${title}</h1><p>${says}</p></header>
<main>
${body}</main>
<footer><p>spillway ${version}</p></footer>
</body>
</html>
`.text
}

const SIGNS = { good: '✓', bad: '✗', open: '?' } as const

export interface Cell {
  readonly text: Content
  readonly isNumber?: boolean
  /** Set apart as the best of its column: bold and underlined, so that it shows without colour. */
  readonly isBest?: boolean
}

/** On a narrow screen each row of such a table is a card, its cells one below the other behind their titles. */
export const CARDS = 'cards'

/** A table whose first column names the row. */
export function dataTable(
  caption: string,
  titles: readonly Content[],
  rows: readonly (readonly Cell[])[],
  look?: typeof CARDS,
): Markup {
  // A table that is laid out as blocks is none to a screen reader, unless it says so.
  const role = (word: string): Markup | undefined => look && html` role="${word}"`
  const cell = ({ text, isNumber, isBest }: Cell, c: number): Markup => {
    const shown = isBest ? html`<b class="best">${text}</b>` : text
    if (c === 0) return html`<th scope="row"${role('rowheader')}>${shown}</th>`
    const title = look && html` data-title="${titles[c]}"${role('cell')}`
    return isNumber === false ? html`<td${title}>${shown}</td>` : html`<td class="n"${title}>${shown}</td>`
  }
  const isNumber = (c: number): boolean => c > 0 && rows[0]?.[c]?.isNumber !== false
  const head = titles.map(
    (title, c) =>
      html`<th scope="col"${isNumber(c) ? new Markup(' class="n"') : ''}${role('columnheader')}>${title}</th>`,
  )
  const start = html`<table${look && html` class="${look}"`}${role('table')}>`
  return html`<div class="wide">${start}${caption === '' ? undefined : html`<caption>${caption}</caption>`}
<thead${role('rowgroup')}><tr${role('row')}>${head}</tr></thead>
<tbody${role('rowgroup')}>
${rows.map((row) => html`<tr${role('row')}>${row.map(cell)}</tr>\n`)}</tbody></table></div>
`
}

/** Words and what is to be said of them. */
export function definitions(pairs: readonly (readonly [word: Content, meaning: Content])[]): Markup {
  return html`<dl>${pairs.map(([word, meaning]) => html`<dt>${word}</dt><dd>${meaning}</dd>\n`)}</dl>`
}

/** A chart with its description for those who do not see it, a caption, and its numbers in a table. */
export function figure(chart: Markup, alternative: string, caption: Content, numbers: Content): Markup {
  return html`<figure><div class="chart" role="img" aria-label="${alternative}">${chart}</div>
<figcaption>${caption}</figcaption>
${numbers}</figure>
`
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1d1f; --paper: #fff; --dim: #5c6167; --line: #d4d7da; --good: #1a7f37; --bad: #b3261e; --open: #8a5a00;
  --left: #b3261e; --best: #0b62a8; --soft: #f4f5f6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e9ea; --paper: #16181a; --dim: #a4a9ae; --line: #3a3e42;
  --good: #4cc38a; --bad: #ff8a80; --open: #e8b04a; --left: #ff8a80; --best: #6db5ff; --soft: #202326; } }
@media print { :root { --ink: #000; --paper: #fff; --dim: #444; --line: #bbb; --good: #0b5a24; --bad: #8c1d18; --open: #6b4600;
  --left: #8c1d18; --best: #084c82; --soft: #fff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 68rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .3rem; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid var(--line); padding-bottom: .2rem; }
h3 { font-size: 1rem; margin: 1rem 0 .3rem; }
p { max-width: 46rem; }
header p, footer p, figcaption, caption { color: var(--dim); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: .4rem 0 1rem; font-size: .9rem; }
caption { text-align: left; padding-bottom: .3rem; }
th, td { padding: .22rem .7rem .22rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
thead th { vertical-align: bottom; font-weight: 600; color: var(--dim); min-width: 4.2rem; }
tbody th { font-weight: 500; min-width: 9rem; }
.n { text-align: right; white-space: nowrap; overflow-wrap: normal; }
thead .n { white-space: normal; }
thead th { overflow-wrap: normal; }
.best { text-decoration: underline; text-underline-offset: .2em; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(29rem, 1fr)); gap: 0 2rem; }
.grid table { font-size: .8rem; } .grid th { min-width: 0; } .grid th, .grid td { padding-right: .5rem; }
@media screen and (max-width: 40rem) { .grid { grid-template-columns: minmax(0, 1fr); } }
ul { padding-left: 1.2rem; max-width: 46rem; }
dl { display: grid; grid-template-columns: minmax(9rem, max-content) 1fr; gap: .25rem 1.2rem; margin: 0; }
dt { font-weight: 500; } dd { margin: 0; max-width: 46rem; }
figure { margin: 0 0 1.6rem; } figcaption { max-width: 46rem; margin: .3rem 0 .6rem; }
.chart svg { max-width: 100%; height: auto; display: block; }
.verdict { border-left: .4rem solid currentColor; padding-left: .8rem; }
.verdict.good { color: var(--good); } .verdict.bad { color: var(--bad); } .verdict.open { color: var(--open); }
.caveat { border: 2px solid var(--open); padding: .6rem .9rem; margin: 0 0 .8rem; max-width: none; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .8rem; margin: 1.2rem 0; }
.tiles div { background: var(--soft); border: 1px solid var(--line); border-radius: .4rem; padding: .6rem .8rem; }
.tiles dt { color: var(--dim); font-size: .85rem; font-weight: 400; } .tiles dd { font-size: 1.35rem; font-weight: 600; }
.tiles dd small { display: block; font-size: .85rem; font-weight: 400; color: var(--dim); }
pre { background: var(--soft); border: 1px solid var(--line); padding: .6rem .8rem; overflow-x: auto; white-space: pre-wrap; font-size: .85rem; }
code { font-size: .9em; }
.at-narrow, .short { display: none; }
abbr { text-decoration: none; white-space: nowrap; }
.legend { max-width: none; columns: 2 24rem; column-gap: 2rem; padding-left: 1.8rem; } .legend li { break-inside: avoid; margin-bottom: .25rem; }
details { margin: .3rem 0; } summary { cursor: pointer; font-weight: 500; }
@media screen and (max-width: 40rem) {
  body { padding: 1rem; } h1 { font-size: 1.35rem; }
  dl { grid-template-columns: minmax(0, 1fr); gap: 0; } dd { margin-bottom: .5rem; }
  .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); } .tiles dd { margin: 0; font-size: 1.15rem; }
  .at-wide, .long { display: none; } .at-narrow { display: block; } .short { display: inline; } td.n { white-space: normal; }
  .cards, .cards tbody, .cards tr, .cards caption { display: block; }
  .cards thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .cards tr { border-bottom: 1px solid var(--line); padding: .45rem 0; }
  .cards tbody th, .cards td { display: flex; justify-content: space-between; gap: 1rem; border: 0; padding: .1rem 0; text-align: right; }
  .cards tbody th { font-weight: 600; text-align: left; } .cards td::before { content: attr(data-title); color: var(--dim); text-align: left; }
  table { font-size: .8rem; } .cards { font-size: .9rem; } th, td { padding-right: .5rem; } thead th { min-width: 0; } tbody th { min-width: 6.2rem; }
}
@media print { html { font-size: 11px; } body { max-width: none; padding: 0; font-size: 11px; } figure, tr, table, pre, .tiles, .grid > div, .whole { break-inside: avoid; } thead { display: table-header-group; }
  .tiles { grid-template-columns: repeat(4, 1fr); } .wide, pre { overflow: visible; } .at-wide { display: block; } .at-narrow, .short { display: none; } .long { display: inline; white-space: nowrap; font-size: .88em; } td.n { white-space: nowrap; }
  body { line-height: 1.35; } p, ul, dd { max-width: none; } p { margin: .5rem 0; } th, td { padding: .12rem .6rem .12rem 0; } table { margin: .2rem 0 .5rem; } .tiles > div { padding-top: .3rem; padding-bottom: .3rem; }
  h1 { font-size: 1.5rem; } h2 { margin: .9rem 0 .4rem; } a { color: inherit; }  h2, h3 { break-after: avoid; } }
`
