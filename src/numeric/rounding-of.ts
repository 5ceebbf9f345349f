/** What rounding may have done to a number that fifteen digits do not give back; 0 for a number as somebody writes it. */
export const roundingOf = (value: number): number =>
  Number.isSafeInteger(value) || Number(value.toPrecision(15)) === value ? 0 : Math.abs(value) * 2 ** -52
