/**
 * Why a row of a source was left out, changed or completed, and what a source cannot say. `import.json` has the words on the
 * left, messages and docs/import.md those on the right.
 */
export const reasons = {
  // left out
  'other-time': 'of another time than --time',
  'other-market': 'of a market that --market does not name',
  'duplicate-fill': 'the same fill again, equal in every field',
  'duplicate-row': 'the same row again, equal in every field',
  'not-adl': 'a fill that is no auto-deleveraging',
  'flat-position': 'a position of size zero',
  'no-contracts': 'a position whose size is not given and does not follow from its notional',
  'not-a-derivative': 'a row of spot or margin trading',
  option: 'a position in an option',
  'unknown-record': 'a record that has not the fields of this source',
  'failed-account': 'an account that the venue could not report',
  'other-currency': 'a balance in a currency that no position is settled in',
  'unused-mark': 'a price of a market that nobody holds',
  'liquidated-side':
    'a fill of the account that was liquidated: what was closed for it, not by the auto-deleveraging of others',
  // changed
  'equity-disagrees': 'another equity than in the first row of the account, which counts',
  'mark-disagrees': 'another mark than in the first row of the market, which counts',
  'position-moved': 'a position that changed between fills of a wave by other trades',
  'side-from-quantity': 'a size without a sign, which the side gives',
  'contracts-from-notional': 'contracts that follow from the notional value',
  'contract-size-from-notional': 'a contract size that follows from the notional value',
  'contract-size-from-profit': 'a contract size that follows from the unrealized profit',
  'mark-from-notional': 'a mark that follows from the notional value',
  'entry-from-profit': 'an entry price that follows from the realized profit',
  're-marked': 'an equity moved from the account’s own mark to that of the event',
  'isolated-account': 'an isolated position that became an account of its own',
  'equity-joined': 'an equity completed by collateral that stands in another file',
  'account-total':
    'an equity that is the account’s total over all currencies, by which the venue margins; a dollar of it counts as one of the currency of settlement',
  'address-spelling': 'an address in another spelling than its first, which counts: one account',
  'joined-row': 'a position or demand that stands again in a row of a join, equal in every field, and counts once',
  'position-from-fill': 'a position of the snapshot that the fill knows otherwise',
  'several-events': 'a wave with both sides or several prices of a market, written as several events',
  // completed
  'mark-from-price': 'a mark that is not given: the price of the ADL',
  'equity-from-notional': 'an equity that is not given: the notional at the mark, so that the leverage is 1',
  'account-from-file': 'a payload that does not name its account: the name of the file',
  'isolated-margin-from-leverage': 'an isolated margin that is not given: entry notional over leverage plus profit',
  'contract-size-one': 'a contract size that is not given: 1',
  'demand-none': 'a demand that cannot be derived from the accounts below zero: none',
} as const

/** Why rows of a source were left out, repaired or given a default. */
export type Reason = keyof typeof reasons

/** What a source cannot say, as sentences for reports. */
export const unknowns = {
  'other-accounts':
    'Only accounts that were closed are known; a gap to the optimum is a lower bound of the gap over all accounts.',
  equity:
    'The source gives no equity. Every account has its notional as equity (leverage 1): what follows from leverage is not a finding.',
  'entry-price': 'Some entry prices are not known.',
  moment: 'The moment of the snapshot is not known.',
  'moment-differs': 'Positions and equities are of another moment than the fills.',
  demand: 'The source says no demand; without accounts below zero nothing is demanded until a demand.csv is written.',
  'demand-is-filled': 'The demand is what was filled; whether more was asked for is not known.',
  'more-pages':
    'A file is one page of an answer that goes on, and the rest of it is not among the files: positions or fills may be missing.',
  allocation: 'What was closed is not known.',
  'balance-as-equity': 'The total balance is taken as equity; some venues leave unrealized profit out of it.',
  'unpriced-collateral':
    'Collateral in other tokens is not counted in the equity: some accounts have more than the book says.',
  'other-collateral':
    'Some accounts have other currencies than the one that positions settle in; whether the venue margins by them and what they are worth is not known, and their equities leave them out.',
} as const

/** What a source cannot say. */
export type Unknown = keyof typeof unknowns

/** A reason in words. */
export function reasonSays(reason: Reason): string {
  return reasons[reason]
}
