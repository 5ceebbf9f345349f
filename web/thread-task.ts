import type { ConicForm } from '../src/canonical/conic-form.js'
import type { SolverAnswer } from '../src/canonical/outcome.js'
import type { StandardForm } from '../src/canonical/standard-form.js'
import type { BlockTask } from '../src/solvers/blocks/block-thread.js'
import type { BlockProgress, BlockSolution } from '../src/solvers/blocks/solve-blocks.js'
import type { RiskSolution } from '../src/solvers/blocks/solve-risk.js'
import type { Unloaded } from '../src/solvers/load-package.js'
import type { SolverProgress, SolverSettings } from '../src/solvers/solver.js'
import type { CompiledModule } from './solver-modules.js'

/** A form for a solver, by its name. */
export interface FormTask {
  readonly kind: 'form'
  readonly solver: string
  readonly form: StandardForm | ConicForm
  readonly settings: SolverSettings
  readonly timeLimitSeconds: number
  readonly wantsProgress: boolean
  /** The WebAssembly that it starts from, by name. */
  readonly modules: Readonly<Record<string, CompiledModule>>
}

/** A program for the block solver. */
export interface BlocksTask extends Omit<BlockTask, 'stop'> {
  readonly kind: 'blocks'
}

export type ThreadTask = FormTask | BlocksTask

export type ThreadMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly progress: SolverProgress | BlockProgress }
  | { readonly kind: 'answer'; readonly answer: SolverAnswer }
  | { readonly kind: 'solution'; readonly solution: BlockSolution | RiskSolution }
  | { readonly kind: 'error'; readonly message: string; readonly isBroken: boolean }
  | ({ readonly kind: 'unloaded' } & Unloaded)
