import type { Solver } from '../../../src/solvers/solver.js'

export const COMMAND = 'command:'

/** Programs of the machine are out of reach of a page and of a program that is one file. */
export const programs: readonly string[] = []

export function commandSolver(_name: string): Solver | undefined {
  return undefined
}
