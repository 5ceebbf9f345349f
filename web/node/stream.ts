import { noFiles } from './no-files.js'

/** The parser of quoted CSV is a stream; it reads files, so it is never made. */
export class Transform {
  constructor() {
    noFiles('stream')
  }
}
