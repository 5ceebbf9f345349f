// Above three hundred lines: a recursive descent, a method for each rule of one grammar over one stream of tokens.
import { suggest } from '../names.js'
import { wrongType } from '../validation.js'
import { withoutMark } from '../without-mark.js'
import { type Token, Tokens } from './lp-tokens.js'
import { Draft, finiteOrNone, type NamedForm, unreadable } from './named-form.js'
import { OwnRemarks, takeBack } from './own-text.js'

/**
 * Reads CPLEX LP text, as glpsol, cbc, HiGHS, CPLEX and Gurobi write it:
 *
 *     Maximize
 *      obj: 3 x - 2 y + z + 7 - [ x ^2 + y ^2 ] / 2
 *     Subject To
 *      r: 1 <= x + y <= 4
 *     Bounds
 *      x <= 3
 *      y free
 *     General
 *      x
 *     Binary
 *      z
 *     End
 *
 * A line that begins with the word of a section begins it. A bound that is not stated is 0 below and none above; `x <= -1`
 * leaves the lower bound at 0, which glpsol, cbc and HiGHS all do, so that no x is left, and a remark says it. From 1e20 on a bound
 * is none. Brackets are halved where `/ 2` follows them. In a text that `formats.lp` wrote, what it adds for other readers
 * is taken back. The constant that glpsol leaves in a remark counts.
 *
 * Throws `model-text` with the line on what is malformed, and on what the standard form has no place for: quadratic rows,
 * semi-continuous columns, special ordered sets, indicators; `wrong-type` unless it is a text.
 *
 * @example
 * const { form, names, sense } = readLp(await readFile('model.lp', 'utf8'))
 * const outcome = await solveForm(form)
 */
export function readLp(text: string): NamedForm {
  if (typeof text !== 'string') throw wrongType('wrong-type', 'readLp', text, 'the text of a model')
  return new LpReader(withoutMark(text)).read()
}

type Section = 'rows' | 'bounds' | 'general' | 'binary' | 'semi' | 'sets' | 'end'

const SECTIONS: Readonly<Record<string, Section>> = {
  ...of('rows', 'st', 's.t.', 'st.'),
  ...of('bounds', 'bounds', 'bound'),
  ...of('general', 'general', 'generals', 'gen', 'gens', 'integer', 'integers', 'int'),
  ...of('binary', 'binary', 'binaries', 'bin'),
  ...of('semi', 'semi', 'semis'),
  ...of('sets', 'sos', 'sos1', 'sos2', 'pwlobj'),
  ...of('end', 'end'),
}
const SENSES: Readonly<Record<string, NamedForm['sense']>> = {
  ...of('minimize', 'minimize', 'minimise', 'minimum', 'min'),
  ...of('maximize', 'maximize', 'maximise', 'maximum', 'max'),
}
function of<T>(meaning: T, ...words: readonly string[]): Record<string, T> {
  return Object.fromEntries(words.map((word) => [word, meaning]))
}

const CONSTANT_OF_GLPSOL = /^\*\s*constant term = (\S+)\s*\*\\$/
const IS_INFINITE = /^inf(inity)?$/i
const NO_PLACE = 'Write the model with linear rows, and a linear or quadratic objective.'

class LpReader {
  readonly #draft = new Draft()
  readonly #remarks = new OwnRemarks()
  readonly #tokens: Tokens
  #isOfHighs = false
  /** A constant that stands in a remark only. */
  #unsaid = 0

  constructor(text: string) {
    this.#tokens = new Tokens(text, (remark) => {
      this.#remarks.add(remark)
      const constant = CONSTANT_OF_GLPSOL.exec(remark)
      if (remark.startsWith(' File written by HiGHS')) this.#isOfHighs = true
      if (constant !== null) this.#unsaid = Number(constant[1])
      const name = /^\*\s*Problem:\s*(.*?)\s*\*\\$/.exec(remark)
      if (name !== null) this.#draft.name = name[1] as string
    })
  }

  read(): NamedForm {
    this.#objective()
    let isEnded = false
    while (!isEnded) {
      const section = this.#section()
      if (section === undefined)
        throw this.#unexpected('no section begins here', 'Close the section before, or write End.')
      isEnded = this.#readSection(section)
    }
    const draft = this.#draft
    if (this.#remarks.isOurs) takeBack(draft, this.#remarks)
    if (this.#unsaid !== 0) {
      draft.offset += this.#unsaid
      draft.remarks.push(`the constant ${this.#unsaid} of the objective stands in a remark of glpsol`)
    }
    for (const { name, lower, upper } of draft.columns) {
      if (lower === undefined && upper !== undefined && upper < 0)
        draft.remarks.push(`${name} has the upper bound ${upper} and, as none is stated, the lower bound 0`)
    }
    return draft.finish()
  }

  /** True at the end of the text. */
  #readSection(section: Section): boolean {
    if (section === 'rows') this.#many(() => this.#row())
    else if (section === 'bounds') this.#many(() => this.#bound())
    else if (section === 'general') this.#many(() => this.#integer(false))
    else if (section === 'binary') this.#many(() => this.#integer(true))
    else if (section !== 'end' && !this.#atSection()) {
      const what = section === 'semi' ? 'semi-continuous columns' : 'special ordered sets'
      throw this.#unexpected(`${what} have no place in the standard form`, NO_PLACE)
    }
    if (section === 'end' && this.#tokens.peek().kind !== 'end') {
      throw this.#unexpected('something stands after the end', 'Read one model at a time.')
    }
    return section === 'end'
  }

  #many(read: () => void): void {
    while (!this.#atSection()) read()
  }

  /** Whether a section begins here, or the text ends. */
  #atSection(): boolean {
    return this.#sectionAhead() !== undefined
  }

  #sectionAhead(): readonly [Section, words: number] | undefined {
    const token = this.#tokens.peek()
    if (token.kind === 'end') {
      const problem = 'the text ends before its last line, End'
      throw unreadable(token.line, 'the end of the text', problem, 'Hand over the whole text.')
    }
    if (token.kind !== 'name' || !token.isFirst) return undefined
    const after = this.#tokens.peek(1)
    if (after.text === ':') return undefined
    const word = token.text.toLowerCase()
    const both = `${word} ${after.text.toLowerCase()}`
    if (both === 'subject to' || both === 'such that') return ['rows', 2]
    if (both === 'lazy constraints' || both === 'user cuts') return ['rows', 2]
    if (word === 'semi' && after.text === '-') return ['semi', 3]
    const section = Object.hasOwn(SECTIONS, word) ? SECTIONS[word] : undefined
    return section && [section, 1]
  }

  #section(): Section | undefined {
    const [section, words] = this.#sectionAhead() ?? [undefined, 0]
    for (let w = 0; w < words; w++) this.#tokens.next()
    return section
  }

  #objective(): void {
    const token = this.#tokens.next()
    const word = token.text.toLowerCase()
    const sense = Object.hasOwn(SENSES, word) ? SENSES[word] : undefined
    if (sense === undefined) {
      const problem = 'LP text begins with the sense of its objective'
      throw unreadable(token.line, token.text, problem, 'Begin with Minimize or Maximize.')
    }
    this.#draft.sense = sense
    this.#label()
    this.#draft.offset += this.#expression((column, value) => {
      ;(this.#draft.columns[column] as { cost: number }).cost += value
    }, true)
    if (!this.#atSection()) throw this.#unexpected('a sign is missing before it', 'Write + or - between terms.')
  }

  /** The label in front of a row, if there is one. */
  #label(): Token | undefined {
    const tokens = this.#tokens
    if (tokens.peek().kind !== 'name' || tokens.peek(1).text !== ':') return undefined
    const label = tokens.next()
    tokens.next()
    return label
  }

  #row(): void {
    const draft = this.#draft
    const label = this.#label()
    const { line } = this.#tokens.peek()
    const name = label?.text ?? this.#freeName()
    const row = draft.row(line, name, -Infinity, Infinity)
    let first = this.#expressionOrSide(row)
    let relation = this.#relation()
    if (first.isSide) {
      this.#limit(row, MIRRORED[relation] as string, first.constant, line)
      const body = this.#expressionOrSide(row)
      if (body.isSide) throw unreadable(line, name, 'the row has no term', 'Write a term, if only 0 x.')
      this.#move(row, body.constant)
      if (!this.#atRelation()) return
      const second = this.#relation()
      if (second !== relation || relation === '=') {
        throw unreadable(
          line,
          `${relation} ... ${second}`,
          'the two sides do not enclose the row',
          'Write 1 <= x + y <= 4.',
        )
      }
      first = body
      relation = second
      this.#limit(row, relation, this.#side() - body.constant, line)
      return
    }
    const side = this.#side()
    this.#limit(row, relation, side - first.constant, line)
    if (this.#atRelation()) {
      throw this.#unexpected('the row has a side already', 'Write a row with two sides as 1 <= x + y <= 4.')
    }
  }

  /** Terms go into the row; what has none is a side. */
  #expressionOrSide(row: number): { readonly constant: number; readonly isSide: boolean } {
    let isSide = true
    const constant = this.#expression((column, value) => {
      isSide = false
      this.#draft.terms.add(row, column, value)
    }, false)
    return { constant, isSide }
  }

  #limit(row: number, relation: string, side: number, line: number): void {
    const rows = this.#draft.rows[row] as { lower: number; upper: number }
    const limit = finiteOrNone(side)
    if (relation === '=' && !Number.isFinite(limit)) {
      throw unreadable(line, side, 'no row equals infinity', 'Leave the row out, or give it a number.')
    }
    if (relation !== '<=') rows.lower = limit
    if (relation !== '>=') rows.upper = limit
  }

  /** A constant of the body goes to the sides. */
  #move(row: number, constant: number): void {
    const rows = this.#draft.rows[row] as { lower: number; upper: number }
    rows.lower -= constant
    rows.upper -= constant
  }

  #freeName(): string {
    let number = this.#draft.rows.length + 1
    while (this.#draft.rowOf(`R${number}`) !== undefined) number++
    return `R${number}`
  }

  #atRelation(): boolean {
    return this.#tokens.peek().text in MIRRORED && this.#tokens.peek().kind === 'sign'
  }

  #relation(): string {
    if (this.#atRelation()) return this.#tokens.next().text
    if (this.#tokens.peek().text === '->')
      throw this.#unexpected('indicators have no place in the standard form', NO_PLACE)
    throw this.#unexpected('a row goes on with <=, >= or =', 'Write + or - between terms, and a relation after them.')
  }

  /** Terms with signs between them, to `take`; returns the constant. Squares only where they may stand. */
  #expression(take: (column: number, value: number) => void, mayBend: boolean): number {
    let constant = 0
    for (let isFirst = true; ; isFirst = false) {
      const sign = this.#signs()
      const { line } = this.#tokens.peek()
      if (sign === undefined && !isFirst) return constant
      const number = this.#number()
      const token = this.#tokens.peek()
      const factor = (sign ?? 1) * (number ?? 1)
      if (token.kind === 'sign' && token.text === '[') {
        if (!mayBend) throw this.#unexpected('quadratic rows have no place in the standard form', NO_PLACE)
        this.#brackets(factor)
      } else if (token.kind === 'name' && !(this.#atSection() || this.#tokens.peek(1).text === ':')) {
        this.#tokens.next()
        if (!Number.isFinite(factor)) throw unreadable(line, token.text, 'an infinite coefficient', 'Write a number.')
        take(this.#draft.column(token.text), factor)
      } else if (number !== undefined) constant += factor
      else if (sign !== undefined || !(isFirst && mayBend))
        throw this.#unexpected('a term is missing', 'Write a number and a name.')
      else return constant
    }
  }

  /** The product of the signs that stand here; undefined where there is none. */
  #signs(): number | undefined {
    let sign: number | undefined
    for (;;) {
      if (this.#tokens.takes('+')) sign ??= 1
      else if (this.#tokens.takes('-')) sign = -(sign ?? 1)
      else return sign
    }
  }

  /** A number or the word for infinity, if one stands here. */
  #number(): number | undefined {
    const token = this.#tokens.peek()
    if (token.kind === 'number') return Number(this.#tokens.next().text)
    if (token.kind !== 'name' || !IS_INFINITE.test(token.text) || this.#tokens.peek(1).text === ':') return undefined
    this.#tokens.next()
    return Infinity
  }

  /** A number with its signs. */
  #side(): number {
    const sign = this.#signs() ?? 1
    const number = this.#number()
    if (number === undefined) {
      throw this.#unexpected(
        'a side is a number',
        'Bring the columns to one side of the relation and the number to the other.',
      )
    }
    return sign * number
  }

  /** [ a x ^2 + b x * y ], halved where / 2 follows. */
  #brackets(factor: number): void {
    const tokens = this.#tokens
    const { line } = tokens.next()
    const found: [i: number, j: number, value: number][] = []
    for (let isFirst = true; !tokens.takes(']'); isFirst = false) {
      const sign = this.#signs()
      if (sign === undefined && !isFirst)
        throw this.#unexpected('a sign is missing before it', 'Write + or - between terms.')
      const value = (sign ?? 1) * (this.#number() ?? 1)
      const i = this.#draft.column(this.#name())
      if (tokens.takes('^')) {
        const power = tokens.next()
        if (power.text !== '2') throw unreadable(power.line, power.text, 'only squares can be read', 'Write x ^ 2.')
        found.push([i, i, 2 * value])
      } else if (tokens.takes('*')) {
        const j = this.#draft.column(this.#name())
        found.push([i, j, i === j ? 2 * value : value])
      } else throw this.#unexpected('a square or a product is missing', 'Write x ^ 2 or x * y in brackets.')
    }
    let half = 1
    if (tokens.takes('/')) {
      const divisor = tokens.next()
      if (divisor.text !== '2') throw unreadable(line, divisor.text, 'brackets are divided by 2 only', 'Write ] / 2.')
      half = 0.5
    }
    for (const [i, j, value] of found) this.#draft.square(i, j, factor * half * value)
  }

  #name(): string {
    const token = this.#tokens.next()
    if (token.kind === 'name') return token.text
    throw unreadable(token.line, token.text, 'the name of a column is missing', 'Write the name of a column.')
  }

  #bound(): void {
    const { line } = this.#tokens.peek()
    const startsWithNumber = this.#tokens.peek().kind !== 'name' || IS_INFINITE.test(this.#tokens.peek().text)
    if (startsWithNumber) {
      const first = this.#side()
      const relation = this.#relation()
      const column = this.#stated(this.#name(), line)
      this.#bind(column, MIRRORED[relation] as string, first, line)
      if (this.#atRelation()) this.#bind(column, this.#relation(), this.#side(), line)
      return
    }
    const column = this.#stated(this.#name(), line)
    const word = this.#tokens.peek()
    if (word.kind === 'name' && word.text.toLowerCase() === 'free') {
      this.#tokens.next()
      this.#bind(column, '>=', -Infinity, line)
      this.#bind(column, '<=', Infinity, line)
      return
    }
    this.#bind(column, this.#relation(), this.#side(), line)
  }

  #bind(number: number, relation: string, value: number, line: number): void {
    const column = this.#draft.columns[number] as Draft['columns'][number]
    const bound = finiteOrNone(value)
    if (relation === '=' && !Number.isFinite(bound)) {
      throw unreadable(line, value, 'no column equals infinity', 'Write free, or give it a number.')
    }
    if (relation !== '<=') column.lower = bound
    if (relation !== '>=') column.upper = bound
  }

  /**
   * A column of the objective or a row: what later sections alone name is a slip, but for HiGHS, which writes columns
   * without terms so.
   */
  #stated(name: string, line: number): number {
    const known = this.#draft.columnOf(name)
    if (known !== undefined) return known
    const names = this.#draft.columns.map((column) => column.name)
    if (!this.#isOfHighs) {
      const cure = `${suggest(name, names)} A column without a term stands in the objective as 0 ${name}.`
      throw unreadable(line, name, 'neither the objective nor a row has this column', cure)
    }
    this.#draft.remarks.push(`${name} stands in neither the objective nor a row`)
    return this.#draft.column(name)
  }

  #integer(isBinary: boolean): void {
    const { line } = this.#tokens.peek()
    const column = this.#draft.columns[this.#stated(this.#name(), line)] as Draft['columns'][number]
    column.integer = true
    if (!isBinary) return
    const { lower = 0, upper = 1 } = column
    if (lower !== 0 || upper !== 1) {
      this.#draft.remarks.push(`${column.name} is binary, and keeps of its bounds what lies from 0 to 1`)
    }
    column.lower = Math.max(0, lower)
    column.upper = Math.min(1, upper)
  }

  #unexpected(problem: string, cure: string): Error {
    const { line, text, kind } = this.#tokens.peek()
    return unreadable(line, kind === 'end' ? 'the end of the text' : text, problem, cure)
  }
}

const MIRRORED: Readonly<Record<string, string>> = { '<=': '>=', '>=': '<=', '=': '=' }
