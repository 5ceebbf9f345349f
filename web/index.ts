/** `spillway` for bundlers. */
export * from '../models/index.js'
