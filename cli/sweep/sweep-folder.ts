import { copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { extname, join, resolve } from 'node:path'
import { jsonTextAs, readJson, writeWhole } from '../../models/book/index.js'
import { readEvent, readVenue, version, writeEventFolder } from '../../models/index.js'
import { type Job, numberJobs, readPlan, type SweepPlan } from '../../models/simulation/index.js'
import type { Session } from '../command.js'
import { mistake } from '../usage.js'
import { openSweep } from './open-sweep.js'
import { isOwnError } from './own-error.js'

/**
 * The folder of a sweep stands alone, so that it can be carried to another machine:
 *
 *     plan.json, inputs/   the plan, and copies of all that it names
 *     jobs.json            the numbered jobs
 *     results/             journals: what was found, a line per job
 *     merged/              tables, a page
 */
export const folderFiles = {
  plan: 'plan.json',
  inputs: 'inputs',
  jobs: 'jobs.json',
  results: 'results',
  merged: 'merged',
}

export interface PlannedSweep {
  readonly policies: readonly string[]
  readonly jobs: readonly Job[]
}

/** Reads a plan, checks what it names, and writes the folder; `jobs.json` comes last. */
export async function planSweep(session: Session, file: string, folder: string): Promise<PlannedSweep> {
  const plan = await readPlan(file, session.reading())
  const base = resolve(file, '..')
  const inputs = await openSweep(plan, base, session)
  session.phase('numbering the jobs')
  const jobs: Job[] = []
  for await (const job of numberJobs(inputs)) {
    jobs.push(job)
    if (jobs.length % 1000 !== 0) continue
    await session.listen()
    session.checkpoint()
    if (jobs.length > MOST_JOBS) throw tooMany(file)
  }
  await session.listen()
  session.phase('copying the inputs')
  await writeInputs(session, plan, base, folder)
  await writeWhole(join(folder, folderFiles.jobs), jobPieces(plan.policies, jobs))
  return { policies: plan.policies, jobs }
}

const MOST_JOBS = 2e6

function tooMany(file: string): Error {
  const problem = `the plan has more than ${MOST_JOBS} jobs`
  return mistake('too-many-draws', file, undefined, problem, 'Ask for fewer draws, seeds, funds or books.')
}

/** Copies stand in a draft, which takes the name in the end: a plan is read from its own folder as from any other. */
async function writeInputs(session: Session, plan: SweepPlan, base: string, folder: string): Promise<void> {
  const at = (file: string): string => resolve(base, file)
  const draft = join(folder, `.inputs-${process.pid}`)
  try {
    await mkdir(draft, { recursive: true })
    const copy = async (file: string, name: string): Promise<string> => {
      const own = `${name}${extname(file).toLowerCase()}`
      await copyFile(at(file), join(draft, own))
      return `${folderFiles.inputs}/${own}`
    }
    const books: object[] = []
    for (const [b, { name, event }] of plan.books.entries()) {
      await writeEventFolder(join(draft, `book-${b + 1}`), await readEvent(at(event), session.reading()))
      books.push({ name, event: `${folderFiles.inputs}/book-${b + 1}` })
    }
    const paths: object[] = []
    for (const [p, planned] of plan.paths.entries()) {
      if ('file' in planned) paths.push({ name: planned.name, file: await copy(planned.file, `paths-${p + 1}`) })
      else {
        const { name, model, draws, parameters } = planned
        const { covariance, history } = parameters
        paths.push({
          name,
          model,
          draws,
          ...parameters,
          ...(covariance !== undefined && { covariance: await copy(covariance, `covariance-${p + 1}`) }),
          ...(history !== undefined && { history: await copy(history, `history-${p + 1}`) }),
        })
      }
    }
    const venues: object[] = []
    for (const { name, file, venue, funds } of plan.venues) {
      if (file !== undefined) await readVenue(at(file), session.reading())
      const { format: _, ...fields } =
        file === undefined ? (venue ?? { format: '' }) : ((await readJson(at(file), 'venue')) as { format: string })
      venues.push({ name, venue: fields, ...(funds && { funds }) })
    }
    const { policies, seeds } = plan
    const text = JSON.stringify({ format: 'spillway/plan@1', books, paths, policies, venues, seeds }, undefined, 2)
    const inputs = join(folder, folderFiles.inputs)
    await rm(inputs, { recursive: true, force: true })
    await rename(draft, inputs)
    await writeWhole(join(folder, folderFiles.plan), [`${text}\n`])
  } catch (error) {
    await rm(draft, { recursive: true, force: true }).catch(() => undefined)
    throw unusable(folder, error)
  }
}

function* jobPieces(policies: readonly string[], jobs: readonly Job[]): Generator<string> {
  const head = { format: 'spillway/jobs@1', spillway: version, policies }
  let piece = `${JSON.stringify(head).slice(0, -1)},\n"jobs":[`
  let separator = '\n'
  for (const job of jobs) {
    piece += `${separator}${JSON.stringify(job)}`
    separator = ',\n'
    if (piece.length < 1 << 16) continue
    yield piece
    piece = ''
  }
  yield `${piece}\n]}\n`
}

/** The numbered jobs of a folder. */
export async function readSweep(folder: string): Promise<PlannedSweep> {
  const path = join(folder, folderFiles.jobs)
  const text = await readFile(path, 'utf8').catch(() => {
    const cure = 'Give the folder of `spillway sweep plan PLAN --out FOLDER`.'
    throw mistake('no-sweep', 'FOLDER', folder, 'this folder has no jobs.json', cure)
  })
  return jsonTextAs(text, path, 'jobs', (json) => {
    const { format, spillway, ...sweep } = json as PlannedSweep & {
      readonly format?: string
      readonly spillway?: string
    }
    if (format !== 'spillway/jobs@1' || !Array.isArray(sweep.jobs) || !Array.isArray(sweep.policies)) {
      throw mistake('no-sweep', path, format, 'these are no jobs', 'Plan the sweep again.')
    }
    if (spillway === version) return sweep
    const problem = `the jobs were numbered by another version, ${spillway}`
    throw mistake(
      'stale-plan',
      path,
      version,
      problem,
      'Plan the sweep again with this version, or run it with that one.',
    )
  })
}

export function unusable(folder: string, error: unknown): Error {
  if (isOwnError(error) || !(error instanceof Error)) return error as Error
  const reason = 'code' in error ? String(error.code) : error.message
  return mistake('file-unusable', 'FOLDER', folder, `the system answered ${reason}`, 'Check that it may be written to.')
}
