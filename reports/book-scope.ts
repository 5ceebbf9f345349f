import type { Remark } from '../models/index.js'

type Remarks = readonly Pick<Remark, 'code' | 'says'>[]

/** Remarks that make a verdict one on another book than that of the venue, and what first sentences say of it. */
const SCOPES = new Map<Remark['code'], { readonly note: string; readonly within?: string }>([
  [
    'restricted-book',
    {
      note: 'only the accounts that were closed are known',
      within: 'among the accounts that were closed, no others are known',
    },
  ],
  ['missing-positions', { note: 'positions or fills may be missing' }],
  ['incomplete-equity', { note: 'equities are not whole' }],
])

/** What a first sentence says of the book, in a few words each: as a note, or as what the figures hold within. */
export const scopeWords = (remarks: Remarks, as: 'note' | 'within'): readonly string[] => [
  ...new Set(
    remarks.flatMap(({ code }) => {
      const words = SCOPES.get(code)
      return words === undefined ? [] : [words[as] ?? words.note]
    }),
  ),
]

/** " (only the accounts that were closed are known)"; nothing where the book is that of the venue. */
export function scopeNote(remarks: Remarks): string {
  const words = scopeWords(remarks, 'note')
  return words.length === 0 ? '' : ` (${words.join('; ')})`
}

/** The sentences of these remarks, each once. */
export const scopeSentences = (remarks: Remarks): readonly string[] => [
  ...new Set(remarks.flatMap(({ code, says }) => (SCOPES.has(code) ? [says] : []))),
]
