import { aNumber, expectOptions, isObject, typed } from '../../src/validation.js'
import { notWhatIsMeant } from '../book/given.js'
import { type Moves, parseMoves } from '../moves/index.js'
import type { ObjectiveInputs } from './inputs.js'

const expectInputs = expectOptions<ObjectiveInputs>({
  moves: typed('price moves', () => true),
  confidence: aNumber,
  loadings: typed('loadings by market', isObject),
})

/**
 * The inputs of an objective as callers may give them, in plain JavaScript too: moves as they were read, or their JSON value. Throws
 * `unknown-option`, `option-value`, and `wrong-type` for moves that are none.
 */
export function inputsOf<Inputs extends ObjectiveInputs>(given: Inputs, path = 'inputs'): Inputs {
  if (isMoves(given))
    throw notWhatIsMeant(given, path, 'inputs by name, `{ moves }`', '{ moves: await readMoves(path) }')
  expectInputs(path, given)
  const { moves } = given
  if (moves === undefined || isMoves(moves)) return given
  return { ...given, moves: movesOf(moves, `${path}.moves`) }
}

function movesOf(given: unknown, path: string): Moves {
  const isJson = isObject(given) && typeof given.then !== 'function' && typeof given.digest !== 'function'
  if (isJson) return parseMoves(given)
  throw notWhatIsMeant(given, path, 'price moves', 'await readMoves(path)')
}

const isMoves = (given: unknown): given is Moves =>
  isObject(given) && (given.kind === 'scenarios' || given.kind === 'gaussian') && typeof given.digest === 'function'
