/** Splits a double of 53 bits into two of 26 (Veltkamp). */
const SPLITTER = 2 ** 27 + 1

/**
 * a b − product, exactly, for product = fl(a b): Dekker's product (1971). Right where no factor is beyond 2⁹⁹⁰, whose
 * splitting would overflow, and the product not so small that what it leaves is no double.
 */
export function productError(a: number, b: number, product: number): number {
  const wideA = SPLITTER * a
  const highA = wideA - (wideA - a)
  const lowA = a - highA
  const wideB = SPLITTER * b
  const highB = wideB - (wideB - b)
  const lowB = b - highB
  return lowA * lowB - (product - highA * highB - lowA * highB - highA * lowB)
}
