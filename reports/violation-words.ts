const WORDS: Readonly<Record<string, string>> = {
  'unknown-account': 'no such account',
  'unknown-market': 'no such market',
  'no-position': 'closes what is not held',
  'wrong-side': 'closes the side that is not demanded',
  'over-reduction': 'closes more than is held',
  'not-demanded': 'closes where nothing is demanded',
  'demand-short': 'closes less than is demanded',
  'demand-over': 'closes more than is demanded',
  lot: 'closes parts of a lot',
  exempt: 'closes an exempt account',
  'made-insolvent': 'leaves the account below zero',
}

/** A code of a violation in words. */
export const violationWords = (code: string): string => WORDS[code] ?? code
