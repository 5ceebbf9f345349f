import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Moves, type MovesJson, parseEvent, type ScenarioMoves, SpillwayError } from 'spillway'
import { afterAll, expect } from 'vitest'

const folders: string[] = []
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

/** A fresh folder with these files; it goes when the tests of the file are done. */
export async function folderWith(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-moves-'))
  folders.push(folder)
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  return folder
}

/** The mistake that an action throws or rejects with; anything else, or no mistake, fails the test. */
export async function mistakeOf(action: () => unknown): Promise<SpillwayError> {
  const error = await Promise.resolve()
    .then(action)
    .then(
      () => undefined,
      (reason: unknown) => reason,
    )
  expect(error).toBeInstanceOf(SpillwayError)
  const mistake = error as SpillwayError
  expect(mistake.fault).toBe('input')
  expect(mistake.cure).toMatch(/^[A-Z].*[.?]$/)
  expect(mistake.message).toContain(mistake.code)
  return mistake
}

/** The good base of every broken one. */
export const goodMoves = {
  format: 'spillway/moves@1',
  markets: ['BTC', 'ETH', 'SOL'],
  moves: [
    [-0.1, '-0.20000000000000000001', -1],
    [0.05, '3e-2', 0],
    ['0', 1.5, 2],
  ],
  weights: [1, '0.5', 0],
} satisfies MovesJson

export const goodGaussian = {
  format: 'spillway/moves@1',
  markets: ['BTC', 'ETH'],
  gaussian: {
    mean: [0, '-0.001'],
    covariance: [
      [0.01, 0.009],
      [0.009, 0.0144],
    ],
  },
} satisfies MovesJson

/** An event with these markets and nothing to do. */
export const eventWith = (markets: readonly string[]) =>
  parseEvent({
    format: 'spillway/event@1',
    markets: markets.map((market) => ({ market, markPrice: 1 })),
    accounts: [],
    demand: [],
  })

export function scenariosOf(moves: Moves): ScenarioMoves {
  if (moves.kind !== 'scenarios') throw new Error('these are no scenarios')
  return moves
}

/** The returns of one market. */
export function columnOf(moves: ScenarioMoves, market: string): number[] {
  const k = moves.markets.indexOf(market)
  return Array.from({ length: moves.count }, (_, s) => moves.returns.values[s * moves.markets.length + k]!)
}
