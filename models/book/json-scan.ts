/** What is wrong in a JSON text, and where. */
export interface JsonFault {
  readonly kind: 'syntax' | 'duplicate'
  /** Offset in the text. */
  readonly at: number
  /** The repeated key, or what stands there. */
  readonly found: string
  /** Keys and indices down to the place. */
  readonly path: readonly (string | number)[]
}

/** An object or a list that is open; `keys` are those seen so far, and a list has none. */
interface Level {
  readonly keys: Set<string> | undefined
  here: string | number
}

/** What may come next. */
type State = 'value' | 'first value' | 'key' | 'first key' | 'colon' | 'comma' | 'end'

const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y

/**
 * Finds the first fault of a JSON text: bad syntax, whose place JavaScript does not always tell, or a key that stands
 * twice in one object, of which JavaScript silently takes the last. Undefined for a text without fault.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  const levels: Level[] = []
  let state: State = 'value'
  for (let at = afterSpace(text, 0); at < text.length; at = afterSpace(text, at)) {
    const next = step(text, at, state, levels)
    if (typeof next === 'string') {
      return { kind: next, at, found: text.slice(at, at + 20), path: levels.map(({ here }) => here) }
    }
    at = next.at
    state = next.state
  }
  if (state === 'end') return undefined
  return { kind: 'syntax', at: text.length, found: '', path: levels.map(({ here }) => here) }
}

/**
 * Where the values at these paths begin in a sound JSON text; of a path that is not there, where the deepest value on the way to it
 * does.
 */
export function offsetsOf(text: string, paths: readonly (readonly PropertyKey[])[]): readonly number[] {
  const found = paths.map(() => ({ at: afterSpace(text, 0), depth: 0 }))
  const levels: Level[] = []
  let state: State = 'value'
  for (let at = afterSpace(text, 0); at < text.length; at = afterSpace(text, at)) {
    if (state === 'value' || state === 'first value') {
      paths.forEach((path, p) => {
        const depth = levels.length
        if (depth <= found[p].depth || depth > path.length) return
        if (levels.every(({ here }, k) => here === path[k])) found[p] = { at, depth }
      })
    }
    const next = step(text, at, state, levels)
    if (typeof next === 'string') break
    at = next.at
    state = next.state
  }
  return found.map(({ at }) => at)
}

/** Takes one token, or says what is wrong with it. */
function step(
  text: string,
  at: number,
  state: State,
  levels: Level[],
): { at: number; state: State } | JsonFault['kind'] {
  const level = levels.at(-1)
  const mark = text[at]
  const isValue = state === 'value' || state === 'first value'
  const after = (): State => (levels.length === 0 ? 'end' : 'comma')
  if (isValue && (mark === '{' || mark === '[')) {
    levels.push(mark === '{' ? { keys: new Set(), here: '' } : { keys: undefined, here: 0 })
    return { at: at + 1, state: mark === '{' ? 'first key' : 'first value' }
  }
  if ((mark === '}' && level?.keys !== undefined) || (mark === ']' && typeof level?.here === 'number')) {
    if (state !== 'comma' && state !== (mark === '}' ? 'first key' : 'first value')) return 'syntax'
    levels.pop()
    return { at: at + 1, state: after() }
  }
  if (mark === ':' && state === 'colon') return { at: at + 1, state: 'value' }
  if (mark === ',' && state === 'comma') {
    if (typeof level!.here === 'number') level!.here++
    return { at: at + 1, state: level!.keys === undefined ? 'value' : 'key' }
  }
  const isKey = state === 'key' || state === 'first key'
  if (mark === '"' && (isValue || isKey)) {
    const string = readString(text, at)
    if (string === undefined) return 'syntax'
    if (isValue) return { at: string.end, state: after() }
    level!.here = string.value
    if (level!.keys!.has(string.value)) return 'duplicate'
    level!.keys!.add(string.value)
    return { at: string.end, state: 'colon' }
  }
  const end = isValue ? endOfScalar(text, at) : at
  return end === at ? 'syntax' : { at: end, state: after() }
}

/** Where a number or a word that begins at a place ends; the place itself when there is none. */
function endOfScalar(text: string, at: number): number {
  SCALAR.lastIndex = at
  return SCALAR.test(text) ? SCALAR.lastIndex : at
}

/** Space, tab, line feed and carriage return are what JSON calls white. */
function afterSpace(text: string, from: number): number {
  let at = from
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) break
  }
  return at
}

/** A string by its closing quote: a search and not a pattern, since a string may be as long as the file. */
function readString(text: string, at: number): { value: string; end: number } | undefined {
  for (let close = text.indexOf('"', at + 1); close >= 0; close = text.indexOf('"', close + 1)) {
    let escapes = 0
    while (text[close - 1 - escapes] === '\\') escapes++
    if (escapes % 2 === 1) continue
    const inner = text.slice(at + 1, close)
    if (!/[\\\p{Cc}]/u.test(inner)) return { value: inner, end: close + 1 }
    try {
      return { value: JSON.parse(text.slice(at, close + 1)) as string, end: close + 1 }
    } catch {
      return undefined
    }
  }
  return undefined
}
