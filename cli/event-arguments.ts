import { Argument, Option } from 'commander'
import { defaultOptions } from '../models/proof/index.js'
import { fraction, pathOrStandard } from './arguments.js'

/** The event that most commands begin with. */
export const eventArgument = new Argument(
  '<event>',
  'a folder of CSV files, a .json file, or - for JSON on standard input',
).argParser(pathOrStandard('EVENT'))

/** The allocation of the commands that judge one. */
export const allocationArgument = new Argument(
  '<allocation>',
  'what was closed: .json or .csv, or - for JSON on standard input',
).argParser(pathOrStandard('ALLOCATION'))

/** What is forgiven of a demand or a position, where an allocation is judged. */
export const feasibilityOption = new Option('--feasibility <share>', 'forgiven share of a demand or a position')
  .argParser(fraction('--feasibility'))
  .default(defaultOptions.feasibility)
