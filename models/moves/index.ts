/** Price moves: what may happen next, and how much of it one factor explains. */
export { alignMoves } from './align.js'
export { readLoadings } from './loadings.js'
export type { GaussianMoves, Loadings, Moves, ScenarioMoves } from './moves.js'
export { type PrincipalLoadings, principalLoadings } from './principal-loadings.js'
export { parseMoves, readMoves } from './read-moves.js'
export { type MovesJson, movesSchema, movesSchemaText } from './schema.js'
export { movesJson, movesPieces, writeMoves } from './write-moves.js'
