import { csvPieces, writeWhole } from '../../models/book/index.js'
import { linearProofOf, verifyWithProof, writeCertificate } from '../../models/index.js'
import { termsUnder } from '../../models/proof/index.js'
import { viprText } from '../../src/index.js'
import { attestation, readSigningKey } from '../attestation.js'
import type { Command, ExitStatus, Session } from '../command.js'
import { allocationArgument, eventArgument, feasibilityOption } from '../event-arguments.js'
import {
  addResultFlags,
  addSolveFlags,
  checkSolver,
  csvFile,
  demandOption,
  path,
  readObjective,
  type SolveFlags,
} from '../flags.js'
import { readSourceFacts } from '../input-files.js'
import { jsonPieces } from '../json-output.js'
import { judgeOptions, timed, unfinished } from '../judging.js'
import { checkOut } from '../out-file.js'
import { begun, inChunks } from '../output.js'
import { verifyReport } from '../reports/verify-report.js'
import { allocationAt, checkOneStandardInput, eventAt } from '../standard-input.js'
import { mistake } from '../usage.js'
import { VERDICT_STATUS, verdictJson } from '../verdict-json.js'
import { resultOf } from '../verify-result.js'

const EXAMPLES = `
Examples:
  $ spillway verify crash.json closed.csv
      does it meet every demand, and could less leverage have been left?
  $ spillway verify crash/ closed.csv --objective squared-leverage --tolerance 1e-4 --json
  $ spillway verify crash.json closed.csv --certificate proof.json
      and \`spillway check crash.json closed.csv proof.json\` proves it again, anywhere, without a solver

Exit status: 0 optimal, 1 infeasible or suboptimal, 2 bad input, 3 a limit was hit or nothing was proved.`

export const verifyCommand: Command = {
  name: 'verify',
  register(program, start) {
    addResultFlags(
      addSolveFlags(program.command('verify'))
        .summary('is an allocation feasible, and how far from optimal')
        .description(
          'Judges an allocation, whoever made it: its feasibility in exact decimals, its distance to a proved bound.',
        )
        .addArgument(eventArgument)
        .addArgument(allocationArgument)
        .addOption(feasibilityOption)
        .addOption(demandOption('what had to be closed: the demand of the event, or what was filled of it'))
        .option('--certificate <file>', 'where the proof goes, for `spillway check` (.json)', path('--certificate'))
        .option(
          '--vipr <file>',
          'where the bound goes as a derivation for viprchk, a checker of other authors',
          path('--vipr'),
        )
        .option(
          '--accounts <file>',
          'where every account goes that was cut or should have been (.csv)',
          csvFile('--accounts'),
        ),
    )
      .option('--attest <file>', 'where the result goes as an in-toto statement in a DSSE envelope', path('--attest'))
      .option('--key <pem>', 'an Ed25519 private key that signs the statement', path('--key'))
      .option('--html <file>', 'a report with a chart, one file that stands alone', path('--html'))
      .option('--markdown <file>', 'the report as Markdown, for tickets and repositories', path('--markdown'))
      .addHelpText('after', EXAMPLES)
      .action((event: string, allocation: string, flags: Flags) =>
        start((session) => run(session, event, allocation, flags)),
      )
  },
}

interface Flags extends SolveFlags {
  readonly feasibility: number
  readonly demand: 'event' | 'filled'
  readonly certificate?: string
  readonly accounts?: string
  readonly vipr?: string
  readonly html?: string
  readonly markdown?: string
  readonly result?: string
  readonly rule?: string
  readonly ruleSource?: string
  readonly attest?: string
  readonly key?: string
}

async function run(session: Session, eventPath: string, closed: string, flags: Flags): Promise<ExitStatus> {
  const { html, vipr, attest, markdown } = flags
  checkOneStandardInput(eventPath, closed)
  await checkSolver(flags.solver)
  for (const [flag, out] of Object.entries({
    '--certificate': flags.certificate,
    '--vipr': vipr,
    '--accounts': flags.accounts,
    '--html': html,
    '--markdown': markdown,
    '--result': flags.result,
    '--attest': attest,
  })) {
    if (out !== undefined) await checkOut(out, eventPath, flag, [closed])
  }
  if (attest === undefined && flags.key !== undefined)
    throw mistake('missing-flag', '--attest', undefined, 'a key signs nothing without it', 'Say where it goes.')
  const key = flags.key === undefined ? undefined : await readSigningKey(flags.key)
  const { objective, inputs } = await readObjective(session, flags)
  const [[event, allocation], read] = await timed(
    async () => [await eventAt(eventPath, session.reading()), await allocationAt(closed, session.reading())] as const,
  )
  const options = {
    ...judgeOptions(session, flags, inputs),
    feasibility: flags.feasibility,
    demand: flags.demand,
    details: (html ?? flags.result) !== undefined,
  }
  const { verdict, certificate, accounts } = await verifyWithProof(event, allocation, objective, options)
  const source = await readSourceFacts(eventPath)
  await session.listen()
  // Nothing is written of a verdict that is none.
  const isProved = verdict.verdict !== 'unproved'
  const wanted = <File>(file: File | undefined): File | undefined => (isProved ? file : undefined)
  const proof = wanted(flags.certificate ?? vipr) === undefined ? undefined : certificate()
  // What no linear program says is refused before any file is written.
  const derivation =
    proof && vipr !== undefined && begun(inChunks(viprText(linearProofOf(event, proof, [objective], allocation))))
  if (proof !== undefined && flags.certificate !== undefined) await writeCertificate(flags.certificate, proof)
  if (derivation && vipr !== undefined) await writeWhole(vipr, derivation)
  const table = wanted(flags.accounts) === undefined ? undefined : accounts()
  if (table && flags.accounts !== undefined) await writeWhole(flags.accounts, csvPieces(table.header, table.rows()))
  const isInFile = wanted(html ?? markdown ?? flags.result) !== undefined
  const judged = { eventPath, closed, event, allocation, inputs, verdict, source, read, flags }
  const result = await resultOf(judged, isInFile, session.signal)
  if (wanted(flags.result)) await writeWhole(flags.result!, inChunks(jsonPieces(result)))
  if (wanted(markdown)) {
    const { verifyMarkdown } = await import('../reports/verify-markdown.js')
    await writeWhole(markdown!, [verifyMarkdown(result)])
  }
  if (wanted(html)) {
    session.phase('drawing the charts')
    const { verifyPage } = await import('../html/verify-page.js')
    await writeWhole(html!, [await verifyPage(result)])
  }
  if (attest !== undefined && isProved) {
    const { lots = false, keepSolvent = false, demand, feasibility, tolerance } = flags
    const terms = termsUnder(
      { objective: objective.name, lots, keepSolvent, demand, feasibility },
      objective.inputs ?? {},
    )
    const predicate = { ...verdictJson(verdict, read), says: result.says }
    const text = attestation({ event, allocation, terms: { ...terms, tolerance }, result: predicate }, key)
    await writeWhole(attest, [text])
  }
  await session.answer(
    () => ({ ...verdictJson(verdict, read), says: result.says }),
    () => verifyReport(result),
    unfinished({ ...verdict, status: verdict.verdict }, flags),
  )
  for (const [file, what] of [
    [flags.certificate, 'certificate'],
    [vipr, 'derivation'],
  ]) {
    if (file === undefined) continue
    session.say(proof ? `Wrote the ${what} to ${file}` : `No ${what}: there is nothing that could be proved.`)
  }
  if (flags.accounts !== undefined) {
    const none = isProved ? 'the allocation is infeasible' : 'nothing was proved'
    session.say(table ? `Wrote the accounts to ${flags.accounts}` : `No accounts: ${none}.`)
  }
  for (const [file, what] of [
    [flags.result, 'result'],
    [attest, key ? 'signed statement' : 'unsigned statement'],
    [html, 'report'],
    [markdown, 'report as Markdown'],
  ]) {
    if (file !== undefined) session.say(isProved ? `Wrote the ${what} to ${file}` : `No ${what}: nothing was proved.`)
  }
  return VERDICT_STATUS[verdict.verdict]
}
