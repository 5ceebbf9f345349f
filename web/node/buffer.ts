import { noFiles } from './no-files.js'

export const Buffer = { alloc: noFiles, allocUnsafe: noFiles, byteLength: noFiles, concat: noFiles, from: noFiles }
export const constants = { MAX_STRING_LENGTH: 2 ** 29 - 24 }
export const isUtf8 = noFiles
