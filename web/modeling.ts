/** `spillway/modeling` for bundlers. */
export * from '../src/index.js'
