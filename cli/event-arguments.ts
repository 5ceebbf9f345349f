import { Argument } from 'commander'
import { pathOrStandard } from './arguments.js'

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
