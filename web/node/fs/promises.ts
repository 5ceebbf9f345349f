import { noFiles } from '../no-files.js'

const refuse = async (path: unknown): Promise<never> => noFiles(path)

export const mkdir = refuse
export const mkdtemp = refuse
export const open = refuse
export const readdir = refuse
export const readFile = refuse
export const rename = refuse
export const rm = refuse
export const rmdir = refuse
export const stat = refuse
export const writeFile = refuse
