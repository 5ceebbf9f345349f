/** What is used of the package, whose own types its `exports` hide. */
declare module 'cephes' {
  /** Settles when the functions may be called. */
  export const compiled: Promise<void>
  /** The x with Φ(x) = p. */
  export function ndtri(p: number): number
  /** The x with Γ(a, x)/Γ(a) = q: the inverse of the upper incomplete gamma integral. */
  export function igami(a: number, q: number): number
}
