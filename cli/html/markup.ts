/** Text that is HTML already. Everything else is escaped when it enters a page: names come from files, and may be hostile. */
export class Markup {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text
  }
}

export type Content = Markup | string | number | undefined | readonly Content[]

/**
 * HTML with every value escaped, in text and in quoted attributes alike; lists are joined, `undefined` is nothing.
 *
 * @example
 * html`<td title="${name}">${name}</td>`
 */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(parts.map((part, i) => (i === 0 ? part : safe(values[i - 1]) + part)).join(''))
}

function safe(value: Content): string {
  if (value === undefined) return ''
  if (value instanceof Markup) return value.text
  return Array.isArray(value) ? value.map(safe).join('') : escaped(String(value))
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g

function escaped(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => ENTITIES[character])
}

/** Characters that a page may not hold, or that turn the reading direction, shown by their number. */
export function visible(text: string): string {
  return text
    .replace(INVISIBLE, (hidden) => `\\u${hidden.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
}

/** Without a place to break the line. */
export const unbroken = (text: string): string => text.replaceAll(' ', '\u00a0')
