/** A position of a bankrupt account, and the account. */
export interface BankruptPosition {
  /** P > 0, quote currency per contract. */
  readonly markPrice: number
  /** +1 long, −1 short. */
  readonly side: 1 | -1
  /** m: maintenance margin of the position over its notional. */
  readonly maintenanceFraction: number
  /** TNC: equity of the account, below zero. */
  readonly equity: number
  /** TMMR > 0: maintenance margin of the account, over all positions. */
  readonly maintenanceMargin: number
}

/**
 * The price at which dYdX v4 closes a position of a bankrupt account, and Lighter's zero price:
 *
 *     P (1 − σ m TNC/TMMR),
 *
 * which spreads the deficit over positions in proportion to their maintenance margin: closed at these prices, all
 * together leave exactly nothing (protocol/x/clob/keeper/deleveraging.go: quote = −ΔNotional − TNC |ΔMMR|/TMMR; integer
 * quanta and their rounding are left out).
 */
export function bankruptcyPrice(position: BankruptPosition): number {
  const { markPrice, side, maintenanceFraction, equity, maintenanceMargin } = position
  return markPrice * (1 - (side * maintenanceFraction * equity) / maintenanceMargin)
}
