import type { ReplayResult } from '../../reports/replay-result.js'
import type { VerifyResult } from '../../reports/verify-result.js'

/** What the words of a page about a verdict mean. */
export const VERIFY_MEANINGS: readonly (readonly [string, string])[] = [
  [
    'auto-deleveraging (ADL)',
    'When a trader is liquidated and neither margin nor the insurance fund pays for it, the venue closes positions of others against it.',
  ],
  ['allocation', 'Who was closed, and by how many contracts.'],
  ['mark', 'The price by which the venue values positions.'],
  ['notional', 'Contracts times the mark: what a position is worth, whichever side it is on.'],
  ['equity', 'What an account would own if all its positions were closed at the mark.'],
  ['leverage', 'Gross notional over equity. At 10×, a move of 10 % against the account uses its equity up.'],
  ['eligible', 'Holds something of what had to be closed, on that side.'],
  [
    'optimal',
    'No other allocation of the same contracts leaves less of what is minimised. That is proved, not believed: see the proof.',
  ],
  [
    'cut too much, cut too little',
    'Left with less, or more, exposure than in the optimum. Where several allocations are optimal, in the one that this one is held against.',
  ],
  [
    'money beyond the optimum',
    'Contracts closed beyond those that the optimum closes of the same account, at the mark.',
  ],
  ['conceded', 'What accounts give up because they are closed at the ADL price and not at the mark.'],
  [
    'profit made final',
    'Unrealised profit of the closed contracts, at the mark; negative where losses are made final.',
  ],
  ['uncovered loss', 'What an account owes beyond its equity: somebody else must pay it.'],
  ['bound', 'A figure that no allocation can get below, computed from the event alone.'],
]

/** The proof in plain words, by verdict. */
export function proofWords({ verdict, figures, proof, profile }: VerifyResult): readonly string[] {
  const gap = figures['objective.gap']?.value
  const found = proof.methods.filter(({ relativeGap }) => relativeGap !== null && relativeGap < 1e-5)
  const ways =
    found.length > 1
      ? ` Independent methods, ${found.map(({ solver }) => solver).join(' and ')}, came to the same.`
      : ''
  const bound = `The bound is a figure that no allocation of this event can get below. It follows from the event alone, in exact arithmetic, and no solver is believed for it.${ways}`
  const profileSays =
    profile?.verdict === 'dominated'
      ? ['Beyond the largest figure: the whole profile of levels is not the best one either.']
      : profile?.verdict === 'least-majorized' || profile?.verdict === 'leximin'
        ? ['Beyond the largest figure: the whole profile of levels is the best there is.']
        : []
  switch (verdict) {
    case 'optimal':
      return [
        bound,
        gap === 0
          ? 'The allocation meets the bound exactly, so nothing better exists.'
          : 'The allocation is as close to the bound as the tolerance asks, so nothing better exists beyond it.',
        ...profileSays,
      ]
    case 'suboptimal':
      return [
        'A better allocation of the same contracts is in hand: it closes the same demand, and its figure was computed anew from the event, in exact arithmetic.',
        bound,
        ...profileSays,
      ]
    case 'infeasible':
      return [
        'Each line of the allocation was compared with the event in exact decimals: what is closed must be held, on the side that is demanded, and all of it must add up to the demand. It does not; the list above says where.',
      ]
    case 'unproved':
      return ['Nothing was proved: no better allocation is in hand, and no bound is close enough.']
  }
}

/** What was judged, and the rule that the venue claims. */
export function subjectWords({ inputs, source, rule }: VerifyResult): string {
  const name = (role: string): string => inputs.find((input) => input.role === role)?.name ?? 'standard input'
  const moment = source?.moment == null ? '' : `, ${source.moment.replace('T', ' ').replace('Z', ' UTC')}`
  const claimed =
    rule === null ? '' : ` The rule that was claimed: ${rule.says}${rule.source === null ? '' : ` (${rule.source})`}.`
  return `What ${name('allocation')} closed in the auto-deleveraging event ${name('event')}${moment}.${claimed}`
}

type Asked = Pick<VerifyResult, 'inputs' | 'settings'>

const fileOf = ({ inputs }: Asked, role: string): string | undefined =>
  inputs.find((input) => input.role === role)?.name

/** What a check must be given as well: which question the certificate answers. */
const pinsOf = ({ settings }: Asked): readonly string[] => [
  ...(settings.demand === 'filled' ? ['--demand filled'] : []),
  ...(settings.keepSolvent ? ['--keep-solvent'] : []),
  ...(settings.feasibility === 1e-9 ? [] : [`--feasibility ${settings.feasibility}`]),
]

/** The flags by which the settings of a result are asked for again. */
function flagsOf(asked: Asked): readonly string[] {
  const { settings } = asked
  const [moves, loadings] = [fileOf(asked, 'moves'), fileOf(asked, 'loadings')]
  const objective = fileOf(asked, 'objective') ?? settings.objective
  return [
    ...(objective === 'min-max-leverage' ? [] : [`--objective ${shellWord(objective)}`]),
    ...(moves === undefined ? [] : [`--moves ${shellWord(moves)}`]),
    ...(settings.confidence === null ? [] : [`--confidence ${settings.confidence}`]),
    ...(loadings === undefined ? [] : [`--loadings ${shellWord(loadings)}`]),
    ...(settings.lots ? ['--lots'] : []),
    ...(settings.exact ? ['--exact'] : []),
    ...(settings.tolerance === 1e-6 ? [] : [`--tolerance ${settings.tolerance}`]),
    ...pinsOf(asked),
  ]
}

/** Three commands that check it again, with the names of the files. */
export function checkAgain(result: VerifyResult): readonly string[] {
  const { inputs, verdict } = result
  const [event = 'EVENT', allocation = 'ALLOCATION'] = [fileOf(result, 'event'), fileOf(result, 'allocation')]
  const judged = ['spillway', 'verify', shellWord(event), shellWord(allocation), ...flagsOf(result)]
  const files = inputs.flatMap((input) => {
    const isFile = input.files.length === 1 && `/${input.name}`.endsWith(`/${input.files[0].name}`)
    return input.files.map(({ name }) => shellWord(isFile ? input.name : `${input.name}/${name}`))
  })
  const digests = files.length === 0 ? [] : [`sha256sum ${files.join(' ')}`]
  if (verdict === 'infeasible' || verdict === 'unproved') return [...digests, judged.join(' ')]
  return [
    ...digests,
    [...judged, '--certificate', 'proof.json'].join(' '),
    ['spillway', 'check', shellWord(event), shellWord(allocation), 'proof.json', ...pinsOf(result)].join(' '),
  ]
}

/** The command that replays the waves again, and the one that proves a single one. */
export function checkWaves(result: ReplayResult): readonly string[] {
  const [flags, folder] = [flagsOf(result), shellWord(result.folder)]
  return [`find ${folder} -type f -exec sha256sum {} +`, ['spillway', 'replay', folder, ...flags].join(' ')]
}

const shellWord = (text: string): string => (/^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)
