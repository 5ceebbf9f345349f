import { availableParallelism } from 'node:os'
import { Option, type Command as Program } from 'commander'
import {
  isInShard,
  type Merged,
  mergeResults,
  parseShard,
  type Shard,
  shardOfArray,
} from '../../models/simulation/index.js'
import { path, whole } from '../arguments.js'
import type { Command, ExitStatus, Session } from '../command.js'
import { sweepReport } from '../reports/sweep-report.js'
import { runPool } from '../sweep/job-pool.js'
import { Journal, readResults } from '../sweep/journal.js'
import { mergedJson, writeMerged } from '../sweep/merged-files.js'
import { missingResults, ranges } from '../sweep/missing.js'
import { readUrl } from '../sweep/queue.js'
import { folderFiles, type PlannedSweep, planSweep, readSweep } from '../sweep/sweep-folder.js'
import { serveFolder, serveQueue } from '../sweep/work-queue.js'
import { count, several } from '../table.js'
import { mistake } from '../usage.js'

const EXAMPLES = `
Examples:
  $ spillway sweep plan.json --out sweep
      plan, run on all cores, merge; killed at any moment and started again it goes on where it was
  $ spillway sweep plan plan.json --out sweep
  $ spillway sweep run sweep --shard 3/7
  $ spillway sweep merge sweep
      the same in parts, on as many machines as there are; the tables are the same to the byte

Exit status: 0 done, 2 bad input, 3 results are missing or could not be stored (docs/sweep.md).`

interface Flags {
  readonly out?: string
  readonly workers?: number
  readonly shard?: Shard
  readonly shards?: number
  readonly queue?: string
  readonly lockSeconds?: number
}

const DEFAULT_LOCK_SECONDS = 30

export const sweepCommand: Command = {
  name: 'sweep',
  register(program, start) {
    const sweep = program.command('sweep')
    // Flags after the name of a part are that part's.
    sweep
      .enablePositionalOptions()
      .summary('thousands of crises for each policy: what differs by more than noise')
      .description('Runs every policy of a plan on all its books, venues and paths, and says what the sample can tell.')
      .argument('<plan>', 'a plan (.json), or one of: plan, run, work, merge', path('PLAN'))
      .option('--out <folder>', 'where jobs, results and tables go; needed', path('--out'))
      .addHelpText('after', EXAMPLES)
      .action((plan: string, flags: Flags) => start((session) => all(session, plan, flags)))
    addWorkers(sweep)
    sweep
      .command('plan')
      .summary('number the jobs and copy what they need into a folder')
      .argument('<plan>', 'a plan (.json)', path('PLAN'))
      .requiredOption('--out <folder>', 'where jobs, results and tables go', path('--out'))
      .action((plan: string, flags: Flags) => start((session) => planOnly(session, plan, flags)))
    addWorkers(
      sweep
        .command('run')
        .summary('run the jobs of a folder that have no result yet, or a part of them')
        .argument('<folder>', 'of `sweep plan`', path('FOLDER')),
    )
      .addOption(new Option('--shard <i/n>', 'part i of n, from 1; default: all').argParser(parseShard))
      .option(
        '--shards <n>',
        'of how many parts this is one, where the environment says which (Kubernetes, Slurm, AWS Batch)',
        whole('--shards', 1, 1e6),
      )
      .action((folder: string, flags: Flags) => start((session) => runOnly(session, folder, flags)))
    addWorkers(
      sweep
        .command('work')
        .summary('take jobs from a queue on a Redis server, beside other workers')
        .argument('[folder]', 'put the jobs of this one there, and end when it has all results', path('FOLDER'))
        .requiredOption('--queue <url>', 'redis://HOST:PORT', queueUrl),
    )
      .option(
        '--lock-seconds <count>',
        'after how long the jobs of a dead worker are taken over (default: 30)',
        whole('--lock-seconds', 1, 3600),
      )
      .action((folder: string | undefined, flags: Flags) => start((session) => work(session, folder, flags)))
    sweep
      .command('merge')
      .summary('tables and a page of all results; fails while some are missing')
      .argument('<folder>', 'of `sweep plan`', path('FOLDER'))
      .action((folder: string) => start((session) => mergeOnly(session, folder)))
  },
}

function queueUrl(text: string): string {
  readUrl(text)
  return text
}

const addWorkers = (command: Program): Program =>
  command.option('--workers <count>', 'threads (default: one for each core)', whole('--workers', 1, 1024))

async function all(session: Session, plan: string, flags: Flags): Promise<ExitStatus> {
  const folder = flags.out
  if (folder === undefined) {
    throw mistake(
      'missing-flag',
      '--out',
      undefined,
      'this flag is needed',
      'Add --out FOLDER; see `spillway sweep --help`.',
    )
  }
  const sweep = await planSweep(session, plan, folder)
  await runJobs(session, folder, sweep, flags)
  return mergeOnly(session, folder)
}

async function planOnly(session: Session, plan: string, { out = '' }: Flags): Promise<ExitStatus> {
  const { jobs, policies } = await planSweep(session, plan, out)
  const done = await readResults(out, policies.length)
  const stored = jobs.filter(({ digest }) => done.has(digest)).length
  await session.answer(
    () => ({ folder: out, jobs: jobs.length, policies, stored }),
    () =>
      `${several(jobs.length, 'job')}, each ${several(policies.length, 'policy', 'policies')} on one path, in ${out}/${folderFiles.jobs}`,
  )
  return 0
}

async function runOnly(session: Session, folder: string, flags: Flags): Promise<ExitStatus> {
  const shard = flags.shard ?? shardOfArray(process.env, flags.shards)
  if (shard === undefined && flags.shards !== undefined) {
    const problem = 'nothing says which part this is'
    throw mistake('missing-flag', '--shard', flags.shards, problem, 'Give --shard I/N; --shards is for arrays of jobs.')
  }
  const sweep = await readSweep(folder)
  const done = await runJobs(session, folder, sweep, flags, shard)
  const part = shard === undefined ? '' : `, part ${shard.index} of ${shard.count}`
  await session.answer(
    () => ({ folder, ...(shard && { shard }), ...done }),
    () => `${several(done.jobs, 'job')}${part}: ${count(done.ran)} run now, ${count(done.stored)} stored before`,
  )
  return 0
}

async function runJobs(
  session: Session,
  folder: string,
  { jobs, policies }: PlannedSweep,
  { workers = availableParallelism() }: Flags,
  shard?: Shard,
): Promise<{ jobs: number; stored: number; ran: number }> {
  const known = await readResults(folder, policies.length)
  const mine = shard === undefined ? jobs : jobs.filter(({ number }) => isInShard(shard, number))
  // Two jobs of one digest are one piece of work.
  const open = new Map(mine.filter(({ digest }) => !known.has(digest)).map((job) => [job.digest, job]))
  if (open.size === 0) return { jobs: mine.length, stored: mine.length, ran: 0 }
  const journal = await Journal.open(folder)
  let ran = 0
  const show = (): void =>
    session.phase(`${count(ran)} of ${several(open.size, 'job')} on ${several(workers, 'thread')}`)
  show()
  try {
    await runPool([...open.values()], {
      folder,
      workers,
      signal: session.limited(),
      store: async (results) => {
        await journal.add(results)
        ran += results.length
        show()
      },
    })
  } finally {
    await journal.close()
  }
  return { jobs: mine.length, stored: mine.length - open.size, ran }
}

async function work(session: Session, folder: string | undefined, flags: Flags): Promise<ExitStatus> {
  const { queue: url = '', workers = availableParallelism(), lockSeconds = DEFAULT_LOCK_SECONDS } = flags
  const options = { url, workers, lockSeconds }
  if (folder === undefined) return serveQueue(session, options)
  const done = await serveFolder(session, folder, await readSweep(folder), options)
  await session.answer(
    () => ({ folder, ...done }),
    () => `${several(done.jobs, 'job')}: ${count(done.ran)} run here, ${count(done.stored)} stored before`,
  )
  return 0
}

async function mergeOnly(session: Session, folder: string): Promise<ExitStatus> {
  const { jobs, policies } = await readSweep(folder)
  session.phase('merging')
  const results = await readResults(folder, policies.length)
  const missing = jobs.filter(({ digest }) => !results.has(digest)).map(({ number }) => number)
  if (missing.length > 0) {
    const failure = missingResults(folder, missing, jobs.length)
    await session.answer(
      () => ({ folder, jobs: jobs.length, missing }),
      () => `${count(missing.length)} of ${several(jobs.length, 'job')} have no result: ${ranges(missing)}`,
      failure,
    )
    return 3
  }
  const merged = await mergeResults(jobs, policies, (digest) => results.get(digest)!)
  await session.listen()
  const files = await writeMerged(folder, merged)
  await answerMerged(session, folder, merged, files)
  return 0
}

async function answerMerged(session: Session, folder: string, merged: Merged, files: readonly string[]): Promise<void> {
  session.say(`Wrote ${files.join(', ')} in ${folder}/${folderFiles.merged}`)
  await session.answer(
    () => ({ folder, files, ...mergedJson(merged) }),
    () => sweepReport(merged),
  )
}
