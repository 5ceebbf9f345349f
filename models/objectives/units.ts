/**
 * What one unit of a column or of a row of a program stands for, in contracts, quote currency or leverage, by the largest amount
 * that it can hold. The optimum is in the objective's own unit whichever is taken.
 */
export type UnitOf = (largest: number) => number

/** For our solvers: every largest amount is 1, because they count in absolute tolerances. */
export const evenly: UnitOf = (largest) => largest

/** Amounts that a solver outside tells apart well enough as they are. */
const COMFORTABLE = { least: 1e-2, most: 1e3 }

/**
 * For people and their solvers: one contract, one unit of the quote currency, a leverage of 1, so that a price is a
 * coefficient and a position a bound; a power of ten of these where the largest amount would drown in a solver's
 * absolute tolerance, or drown others.
 */
export const readably: UnitOf = (largest) =>
  !(largest > 0) || (largest >= COMFORTABLE.least && largest <= COMFORTABLE.most)
    ? 1
    : Number(`1e${Math.round(Math.log10(largest))}`)
