import { unreadable } from './named-form.js'

/** A piece of LP text: a number, a name or a sign. */
export interface Token {
  readonly kind: 'number' | 'name' | 'sign' | 'end'
  readonly text: string
  readonly line: number
  /** First of its line, where alone a section begins. */
  readonly isFirst: boolean
}

/** `close[a,b]` is one name, and so is `x(1,2)`; `[ x ^2 ]` is none, nor is `x*y`. */
const NAME = /[^\s<>=+\-*^:[\]\\\d./][^\s<>=+\-*^:[\]\\]*(?:\[[^\]\s]*\][^\s<>=+\-*^:[\]\\]*)*/y
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y
const SIGN = /<=|=<|>=|=>|->|::|[<>=+\-*^:[\]/]/y

const RELATIONS: Readonly<Record<string, string>> = { '=<': '<=', '<': '<=', '=>': '>=', '>': '>=' }

/** The pieces of a text one after another, with two pieces of foresight. Remarks go to `onRemark`. */
export class Tokens {
  readonly #text: string
  readonly #onRemark: (remark: string) => void
  #at = 0
  #line = 1
  #isFirst = true
  #ahead: Token[] = []

  constructor(text: string, onRemark: (remark: string) => void) {
    this.#text = text
    this.#onRemark = onRemark
  }

  peek(ahead = 0): Token {
    while (this.#ahead.length <= ahead) this.#ahead.push(this.#read())
    return this.#ahead[ahead] as Token
  }

  next(): Token {
    return this.#ahead.shift() ?? this.#read()
  }

  /** Takes the next piece if it is this sign. */
  takes(sign: string): boolean {
    const token = this.peek()
    if (token.kind !== 'sign' || token.text !== sign) return false
    this.next()
    return true
  }

  #read(): Token {
    const text = this.#text
    for (; this.#at < text.length; this.#at++) {
      const sign = text[this.#at]
      if (sign === '\n') {
        this.#line++
        this.#isFirst = true
      } else if (sign === '\\') {
        const end = text.indexOf('\n', this.#at)
        const to = end < 0 ? text.length : end
        this.#onRemark(text.slice(this.#at + 1, to).trimEnd())
        this.#at = to - 1
      } else if (!/\s/.test(sign as string)) return this.#piece()
    }
    return { kind: 'end', text: '', line: this.#line, isFirst: true }
  }

  #piece(): Token {
    const isFirst = this.#isFirst
    this.#isFirst = false
    for (const [kind, pattern] of [
      ['number', NUMBER],
      ['name', NAME],
      ['sign', SIGN],
    ] as const) {
      pattern.lastIndex = this.#at
      const found = pattern.exec(this.#text)?.[0]
      if (found === undefined) continue
      this.#at += found.length
      const text = kind === 'sign' ? (RELATIONS[found] ?? found) : found
      return { kind, text, line: this.#line, isFirst }
    }
    const value = this.#text.slice(this.#at, this.#at + 20)
    throw unreadable(this.#line, value, 'no part of LP text begins so', 'Write a name, a number or a sign.')
  }
}
