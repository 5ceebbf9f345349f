import type { Command as Program } from 'commander'
import type { ObjectiveInputs } from '../models/index.js'
import type { Session } from './command.js'

/** The flags of every command that objectives are told things by. */
export type InputFlags = object

export function addInputFlags(command: Program): Program {
  return command
}

/** What the flags give; a file is read, and a bad one refused, whether or not the objective needs it. */
export async function readInputs(_session: Session, _flags: InputFlags): Promise<ObjectiveInputs> {
  return {}
}
