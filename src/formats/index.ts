import type { StandardForm } from '../canonical/standard-form.js'
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
  /** The text in chunks, so that a large model never stands in one string. Throws `not-expressible`. */
  compile(form: StandardForm, names?: FormNames): Iterable<string>
}

/** A new format is one file and one line. */
export const formats = {
  lp: { describe: 'CPLEX LP text', extension: '.lp', compile: lpText },
  mps: { describe: 'free MPS', extension: '.mps', compile: mpsText },
  glpk: { describe: 'model object of glpk.js', extension: '.glpk.json', compile: (form) => json(glpkModel(form)) },
  jslp: {
    describe: 'model object of javascript-lp-solver',
    extension: '.jslp.json',
    compile: (form) => json(jslpDocument(form)),
  },
  osqp: { describe: 'matrices of OSQP', extension: '.osqp.json', compile: (form) => json(osqpModel(form)) },
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
