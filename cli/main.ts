#!/usr/bin/env node
import { commandsFor } from './commands/index.js'
import { failureOf } from './failure.js'
import { runProgram } from './program.js'

// Messages that nobody reads any more (`2>&1 | head`) are no reason to stop.
process.stderr.on('error', () => undefined)
// What comes from outside any promise, such as a full disk behind standard output.
process.on('uncaughtException', (error) => {
  const { text, status } = failureOf(error)
  process.stderr.write(`${text}\n`)
  process.exit(status)
})

const args = process.argv.slice(2)
process.exitCode = await runProgram(await commandsFor(args), args)
