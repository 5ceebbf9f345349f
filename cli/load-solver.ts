import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { objectives } from '../models/index.js'
import { loadAhead, solvers } from '../src/solvers/index.js'

/**
 * Books whose reading takes as long as a solver loads, and whose solution does not take so much longer that nobody
 * would see it.
 */
const LEAST_BYTES = 1e6
const MOST_BYTES = 2e7

/**
 * Loads the solver of a loss objective in its thread while a large book is read: a second processor has nothing else to
 * do then. A guess that costs little where a closed form answers.
 */
export async function loadSolverAhead(event: string, objective: string, solver: string | undefined): Promise<void> {
  if (objectives.get(objective)?.needs.includes('moves') !== true) return
  const asked = solver === undefined ? solvers[0] : solvers.find(({ name }) => name === solver)
  const bytes = await bytesOf(event)
  if (asked !== undefined && bytes >= LEAST_BYTES && bytes <= MOST_BYTES) loadAhead(asked)
}

/** Of a file, or of the positions of a folder; 0 where there is none, which whoever reads it will say. */
async function bytesOf(event: string): Promise<number> {
  for (const file of [join(event, 'positions.csv'), event]) {
    const found = await stat(file).catch(() => undefined)
    if (found?.isFile()) return found.size
  }
  return 0
}
