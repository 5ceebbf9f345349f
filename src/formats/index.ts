import { expectLength, type StandardForm, standardForm } from '../canonical/standard-form.js'
import { isArrayLike, isObject, wrongType } from '../validation.js'
import { glpkModel } from './glpk-json.js'
import { jslpDocument } from './jslp-json.js'
import { lpText } from './lp-text.js'
import { mpsText } from './mps-text.js'
import { osqpModel } from './osqp-json.js'
import type { FormNames } from './stated-form.js'

/** A format that a form can be written in, for solvers and people outside. */
export interface ExportFormat {
  readonly describe: string
  /** Of a file, with the dot. */
  readonly extension: string
  /**
   * The text in chunks, so that a large model never stands in one string. Throws `not-expressible`, and as `solveForm`
   * on what is no form.
   */
  compile(form: StandardForm, names?: FormNames): Iterable<string>
}

const areTexts = (names: unknown): boolean =>
  isArrayLike(names) && Array.from(names).every((name) => typeof name === 'string')

/** Checks a form and its names before a text of them begins. */
function writer(write: ExportFormat['compile']): ExportFormat['compile'] {
  return (form, names) => {
    const checked = standardForm(form)
    if (names !== undefined) {
      const isNames = isObject(names) && [names.columns, names.rows, names.remarks ?? []].every(areTexts)
      if (!isNames)
        throw wrongType(
          'wrong-type',
          'names',
          names,
          '{ columns, rows }, a list of names each, and remarks where there are any',
        )
      expectLength('names.columns', names.columns.length, checked.linear.length)
      expectLength('names.rows', names.rows.length, checked.matrix.rows)
    }
    return write(checked, names)
  }
}

/** Every format that a standard form can be written in, by name: a text for other programs, in chunks. */
export const formats = {
  lp: { describe: 'CPLEX LP text', extension: '.lp', compile: writer(lpText) },
  mps: { describe: 'free MPS', extension: '.mps', compile: writer(mpsText) },
  glpk: {
    describe: 'model object of glpk.js',
    extension: '.glpk.json',
    compile: writer((form, names) => json(glpkModel(form, names))),
  },
  jslp: {
    describe: 'model object of javascript-lp-solver',
    extension: '.jslp.json',
    compile: writer((form) => json(jslpDocument(form))),
  },
  osqp: {
    describe: 'matrices of OSQP',
    extension: '.osqp.json',
    compile: writer((form, names) => json(osqpModel(form, names))),
  },
} as const satisfies Readonly<Record<string, ExportFormat>>

export type { MpsLayout } from './mps-lines.js'
export type { NamedForm } from './named-form.js'
export { readLp } from './read-lp.js'
export { type ReadMpsOptions, readMps } from './read-mps.js'
export { readableNames } from './readable-names.js'
export { readSolution, type SolutionFile, type SolutionStatus, solutionValues } from './solution-file.js'
export type { FormNames } from './stated-form.js'

/** A proof, not a form: see `vipr.ts`. */
export { viprText } from './vipr.js'

/** JSON, one entry of each list or record a line. */
function* json(value: object): Generator<string> {
  yield '{\n'
  const fields = Object.entries(value)
  for (const [f, [key, field]] of fields.entries()) {
    yield `  ${JSON.stringify(key)}: `
    yield* entries(field)
    yield f + 1 < fields.length ? ',\n' : '\n'
  }
  yield '}\n'
}

function* entries(field: unknown): Generator<string> {
  if (typeof field !== 'object' || field === null || Object.keys(field).length === 0) {
    yield JSON.stringify(field)
    return
  }
  const isList = Array.isArray(field)
  yield isList ? '[' : '{'
  let separator = '\n'
  for (const [key, entry] of Object.entries(field)) {
    yield `${separator}    ${isList ? '' : `${JSON.stringify(key)}: `}${JSON.stringify(entry)}`
    separator = ',\n'
  }
  yield isList ? '\n  ]' : '\n  }'
}
