import { noFiles } from './no-files.js'

export const constants = {}
export const accessSync = noFiles
export const createReadStream = noFiles
export const createWriteStream = noFiles
export const existsSync = (): boolean => false
export const readFileSync = noFiles
export const rmSync = noFiles
