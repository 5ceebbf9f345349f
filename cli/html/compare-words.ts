import { type Comparison, objectives as registry } from '../../models/index.js'
import { objectiveTitle } from '../../reports/plain-names.js'
import type { CompareColumn } from '../reports/compare-columns.js'

const OBJECTIVES = [
  '÷ best known',
  'The value of the policy’s allocation over the best value known. 1 is best; – where the allocation breaks an order that the objective prescribes.',
] as const

const ALWAYS: readonly (readonly [string, string])[] = [
  ['eligible account', 'Holds something demanded, on the demanded side.'],
  [
    'largest leverage',
    'The largest gross notional over equity among eligible accounts, after the ADL. ∞: exposure without positive equity.',
  ],
  [
    'mean leverage',
    'Σ aᵢ ℓᵢ / Σ aᵢ over eligible accounts: leverage after the ADL weighted by the gross notional aᵢ that is left.',
  ],
]

const PAY: Readonly<Record<string, string>> = {
  reduced: 'Eligible accounts that lose something.',
  'closed whole': 'Accounts that lose everything they hold of what is demanded.',
  Gini: 'Of closed notional hᵢ = Σₖ pₖ xᵢₖ over the n eligible accounts, those that lose nothing included: Σᵢⱼ |hᵢ − hⱼ| / (2 n Σᵢ hᵢ). 0: everybody the same; (n − 1)/n: one account bears all.',
  'top ten': 'Share of the closed notional that the ten accounts who lose most bear.',
  'profit realised':
    'Unrealised profit at the mark of the closed contracts, Σ xᵢₖ σₖ (pₖ − entryᵢₖ), where entry prices are known: what winners can no longer let run. Negative: losses made final.',
  'max haircut':
    'The largest share of its equity that an account gives up against the mark: maxᵢ (Σₖ dₖ xᵢₖ)⁺ / eᵢ, dₖ the distance of the ADL price from the mark.',
  'profit left ÷ deficit':
    'The largest profit that one account is left with, over what accounts taken over owe and the concessions do not pay.',
  seconds: 'For the policy to decide, or for the method to the optimum; on the machine that made this page.',
}

/** What the columns that are shown mean. */
export function columnMeanings(
  { optimum }: Comparison,
  pay: readonly CompareColumn[],
): readonly (readonly [string, string])[] {
  const objectives = Object.keys(optimum).map((name) => {
    const known = registry.get(name)
    const meaning = known === undefined ? 'an objective of your own' : `${known.summary}: ${known.formula}`
    return [objectiveTitle(name), `To be minimised: ${meaning}.`] as const
  })
  const meanings = pay.flatMap(({ title }) => (PAY[title] === undefined ? [] : [[title, PAY[title]] as const]))
  return [...objectives, OBJECTIVES, ...ALWAYS, ...meanings]
}
