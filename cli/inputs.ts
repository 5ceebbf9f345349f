import { basename } from 'node:path'
import { Option, type Command as Program } from 'commander'
import { readLoadings, readMoves } from '../models/moves/index.js'
import type { ObjectiveInputs } from '../models/proof/index.js'
import { numberOf, path } from './arguments.js'
import type { Session } from './command.js'
import { mistake } from './usage.js'

/** The flags of every command that objectives take their inputs by. */
export interface InputFlags {
  readonly moves?: string
  readonly confidence?: number
  readonly loadings?: string
}

export function addInputFlags(command: Program): Program {
  return command
    .option('--moves <file>', 'what prices may do next (.json or .csv); see `spillway moves`', path('--moves'))
    .addOption(new Option('--confidence <share>', 'of cvar, above 0 and below 1 (default: 0.99)').argParser(confidence))
    .option('--loadings <file>', 'CSV market,factorLoading', path('--loadings'))
}

/** A file as reports name it; nothing where none was given. */
export const fileName = (path: string | undefined): string | undefined => path && basename(path)

/** What the flags give. A file is read, and a bad one refused, whether or not the objective needs it. */
export async function readInputs(session: Session, flags: InputFlags): Promise<ObjectiveInputs> {
  const { moves, confidence, loadings } = flags
  return {
    ...(moves !== undefined && { moves: await readMoves(moves, session.reading()) }),
    ...(confidence !== undefined && { confidence }),
    ...(loadings !== undefined && { loadings: await readLoadings(loadings, session.reading()) }),
  }
}

function confidence(text: string): number {
  const value = numberOf('--confidence', text)
  if (value > 0 && value < 1) return value
  const cure = 'Give a number above 0 and below 1, such as 0.99.'
  throw mistake('bad-number', '--confidence', text, 'is out of range', cure)
}
