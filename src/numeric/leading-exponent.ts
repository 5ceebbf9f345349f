/** The power of ten of the first digit of a double above zero as it is printed: ⌊log10⌋ without the roundings of a logarithm. */
export function leadingExponent(value: number): number {
  return Number(value.toExponential().split('e')[1])
}
