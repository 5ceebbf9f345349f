import { toText } from '../../src/numeric/index.js'
import { asLoadings, movesJson, parseMoves } from '../moves/index.js'
import { badEvidence, decimalAt, unknownKey } from './evidence.js'
import type { ObjectiveInputs } from './inputs.js'

/** What an objective was given, as plain JSON for a certificate. */
export function inputsJson({ moves, confidence, loadings }: ObjectiveInputs): Record<string, unknown> {
  return {
    ...(moves && { moves: movesJson(moves) }),
    ...(confidence !== undefined && { confidence: String(confidence) }),
    ...(loadings && {
      loadings: Object.fromEntries(Array.from(asLoadings(loadings), ([market, loading]) => [market, String(loading)])),
    }),
  }
}

/** The same read back; checked as any input is. */
export function inputsFromJson(json: Readonly<Record<string, unknown>>): ObjectiveInputs {
  const { moves, confidence, loadings, ...others } = json
  const other = Object.keys(others)[0]
  if (other !== undefined)
    throw unknownKey(`inputs.${other}`, others[other], 'no objective takes an input of this name')
  return {
    ...(moves !== undefined && { moves: parseMoves(moves) }),
    ...(confidence !== undefined && { confidence: finiteNumber(confidence, 'confidence') }),
    ...(loadings !== undefined && { loadings: loadingsOf(loadings) }),
  }
}

function loadingsOf(json: unknown): ReadonlyMap<string, number> {
  if (typeof json !== 'object' || json === null) throw badEvidence('inputs.loadings', json, 'this must be an object')
  return new Map(Object.entries(json).map(([market, loading]) => [market, finiteNumber(loading, `loadings.${market}`)]))
}

function finiteNumber(text: unknown, path: string): number {
  const value = Number(toText(decimalAt(text, `inputs.${path}`)))
  if (Number.isFinite(value)) return value
  throw badEvidence(`inputs.${path}`, text, 'this is beyond what doubles hold')
}
