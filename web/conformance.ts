/** `spillway/conformance` for bundlers. */
export * from '../src/conformance/index.js'
