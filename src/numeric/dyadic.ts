/** digits · 2^exponent. */
export interface Dyadic {
  readonly digits: bigint
  readonly exponent: number
}

const view = new DataView(new ArrayBuffer(8))

/** A finite double, exactly. */
export function dyadic(value: number): Dyadic {
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const biased = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & 0xfffffffffffffn
  const magnitude = biased === 0 ? fraction : fraction | 0x10000000000000n
  return { digits: bits >> 63n ? -magnitude : magnitude, exponent: Math.max(biased, 1) - 1075 }
}
