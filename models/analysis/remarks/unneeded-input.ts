import type { Objective, ObjectiveInput, ObjectiveInputs } from '../../objectives/index.js'
import type { Remark, Remarker } from './remark.js'

const WORDS: Readonly<Record<ObjectiveInput, string>> = {
  moves: 'Price moves',
  confidence: 'A confidence',
  loadings: 'Loadings',
}

/** What was given and changes nothing: whoever gave it may believe that it does. */
export const unneededInput: Remarker = ({ space, objective, prepared, given, lots, exact }) => {
  const remarks: Remark[] = []
  const add = (sentence: string): void => {
    remarks.push({ code: 'unneeded-input', says: sentence })
  }
  for (const input of Object.keys(WORDS) as ObjectiveInput[]) {
    if (given[input] === undefined) continue
    const verb = input === 'confidence' ? 'was' : 'were'
    if (objective.inputs?.[input] === undefined) {
      add(
        `${WORDS[input]} (--${input}) ${verb} given, and ${objective.name} does not use ${verb === 'was' ? 'it' : 'them'}.`,
      )
    } else if (input === 'moves' && prepared.factor !== undefined && prepared.factor.loadings !== 'moves') {
      const source = prepared.factor.loadings === 'given' ? 'as given' : 'of the event'
      add(`Price moves (--moves) were given, and ${objective.name} takes the loadings ${source}.`)
    }
  }
  if (lots && space.markets.length > 0 && space.lots?.every((lot) => lot === undefined)) {
    add('Whole lots (--lots) were asked for, and no demanded market has a lot size.')
  }
  if (exact && objective.inputs?.moves === undefined) {
    add(`Exact arithmetic (--exact) was asked for, and ${objective.name} is exact without it.`)
  }
  return remarks
}

/** What none of several objectives uses. Moves and loadings serve policies and charts as well, a confidence nobody else. */
export function unneededInputs(objectives: readonly Objective[], given: ObjectiveInputs): readonly Remark[] {
  if (given.confidence === undefined || objectives.some(({ inputs }) => inputs?.confidence !== undefined)) return []
  return [{ code: 'unneeded-input', says: `${WORDS.confidence} (--confidence) was given, and no objective uses it.` }]
}
