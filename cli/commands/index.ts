/** The commands: one file each, and one line here. */
import type { Command } from '../command.js'
import { auditCommand } from './audit.js'
import { checkCommand } from './check.js'
import { compareCommand } from './compare.js'
import { completionCommand } from './completion.js'
import { exportCommand } from './export.js'
import { importCommand } from './import.js'
import { listCommand } from './list.js'
import { movesCommand } from './moves.js'
import { solveCommand } from './solve.js'
import { verifyCommand } from './verify.js'

export const commands: readonly Command[] = [
  solveCommand,
  verifyCommand,
  checkCommand,
  compareCommand,
  auditCommand,
  movesCommand,
  exportCommand,
  importCommand,
  listCommand,
  completionCommand,
]
