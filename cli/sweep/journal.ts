import { type FileHandle, mkdir, open, readdir, readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { type JobResult, readResultLine, resultLine } from '../../models/simulation/index.js'
import { SpillwayError } from '../../src/errors.js'
import { folderFiles } from './sweep-folder.js'

/**
 * Where one process stores what it finds: a file of its own in `results/`, a line per job, written before the job counts as done. A
 * kill at any moment leaves whole lines, and at most one torn one, which nobody reads.
 */
export class Journal {
  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
  ) {}

  static async open(folder: string): Promise<Journal> {
    const host = hostname().replace(/[^\w-]+/g, '-')
    const name = `${host}-${process.pid}-${Date.now().toString(36)}.jsonl`
    const path = join(folder, folderFiles.results, name)
    try {
      await mkdir(join(folder, folderFiles.results), { recursive: true })
      return new Journal(path, await open(path, 'ax'))
    } catch (error) {
      throw unwritable(path, error)
    }
  }

  /** Stores results on the disk, or throws. */
  async add(results: readonly JobResult[]): Promise<void> {
    try {
      await this.file.appendFile(results.map(resultLine).join(''))
      await this.file.datasync()
    } catch (error) {
      throw unwritable(this.path, error)
    }
  }

  async close(): Promise<void> {
    await this.file.close()
  }
}

/** All results that were stored in a folder, by digest; the same result twice is one. */
export async function readResults(folder: string, policies: number): Promise<Map<string, JobResult>> {
  const results = new Map<string, JobResult>()
  const names = await readdir(join(folder, folderFiles.results)).catch(() => [])
  for (const name of names.filter((file) => file.endsWith('.jsonl')).sort()) {
    const text = await readFile(join(folder, folderFiles.results, name), 'utf8')
    for (const line of text.slice(0, text.lastIndexOf('\n') + 1).split('\n')) {
      const result = line === '' ? undefined : readResultLine(line, policies)
      if (result !== undefined) results.set(result.digest, result)
    }
  }
  return results
}

export function unwritable(path: string, error: unknown): Error {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  const problem = `a result cannot be stored: the system answered ${reason}`
  const cure = 'Make room, or check that the folder may be written to, and run again: what is stored is not done twice.'
  return new SpillwayError({ code: 'results-unwritable', path, value: reason, problem, cure, fault: 'engine' })
}
