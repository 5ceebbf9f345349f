/** Price moves: what may happen next, and how much of it one factor explains. */
export type { GaussianMoves, Loadings, Moves, ScenarioMoves } from './moves.js'
