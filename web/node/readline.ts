import { noFiles } from './no-files.js'

export const createInterface = noFiles
