import { basename } from 'node:path'

/** Which files are pages of answers that go on elsewhere; their names are what a reader needs to ask for the rest. */
export function pagesWords(files: readonly string[]): string {
  const [first, ...others] = new Set(files.map((file) => basename(file)))
  const which =
    others.length === 0
      ? `${first} is one page of an answer that goes on, and the rest of it`
      : `${first} and ${others.length} more are pages of answers that go on, and the rest of them`
  return `${which} is not among the files: positions or fills may be missing.`
}
