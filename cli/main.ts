#!/usr/bin/env node
import { commands } from './commands/index.js'
import { failureOf } from './failure.js'
import { runProgram } from './program.js'

process.on('uncaughtException', (error) => {
  process.stderr.write(`${failureOf(error).text}\n`)
  process.exit(3)
})

process.exitCode = await runProgram(commands, process.argv.slice(2))
