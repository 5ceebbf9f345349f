import { randomBytes } from 'node:crypto'
import { copyFile, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  type AdlEvent,
  type Allocation,
  csvPieces,
  readCertificate,
  readJson,
  refuseOthers,
} from '../../models/book/index.js'
import {
  buildReceipts,
  checkCertificate,
  checkReceipt,
  QUEUES_WITHOUT,
  type Receipts,
  ReceiptsCheck,
  RULES,
  type RuleName,
} from '../../models/proof/index.js'
import { choices, path, pathOrStandard } from '../arguments.js'
import type { Command, ExitStatus, Session } from '../command.js'
import { receiptReport } from '../reports/receipt-report.js'
import { KEY_BYTES, saltKeyAt } from '../salt-key.js'
import { allocationAt, checkOneStandardInput, eventAt } from '../standard-input.js'
import { mistake } from '../usage.js'

/** As policies are named; water-filling in whole lots is `--lots` beside its name. */
const POLICIES = (Object.keys(RULES) as RuleName[]).filter((rule) => rule !== 'water-filling-lots')
/** The rule that a certificate of an objective says the allocation may follow; whether it does, the receipts decide. */
const RULE_OF: Readonly<Record<string, RuleName>> = {
  'min-max-leverage': 'water-filling',
  'squared-leverage': 'water-filling',
  'factor-leverage': 'factor-water-filling',
}

const EXAMPLES = `
Examples:
  $ spillway receipt crash.json closed.csv --salt-key venue.key --out receipts/
      a public page of numbers, and for every account a file that its owner can check against it
  $ spillway receipt --check receipts/receipts/000001.json receipts/public.json
      or, without spillway: receipts/check.html in any browser
  $ spillway receipt --check-all receipts/

The key stays with the venue, as does index.csv. What is proved to one account, what is not, and what is disclosed stands on
docs/receipts.md.

Exit status: 0 written or accepted, 1 refused, 2 bad input.`

interface Flags {
  readonly policy?: RuleName
  readonly lots?: boolean
  readonly saltKey?: string
  readonly out?: string
  readonly check?: boolean
  readonly checkAll?: string
}

export const receiptCommand: Command = {
  name: 'receipt',
  register(program, start) {
    program
      .command('receipt')
      .summary('show each account that its cut followed the rule')
      .description('Writes receipts of an allocation, or checks them: hashes and exact decimals, nothing else.')
      .argument(
        '[event]',
        'a folder of CSV files, a .json file, or -; with --check the receipt',
        pathOrStandard('EVENT'),
      )
      .argument('[allocation]', 'what was closed; with --check public.json', pathOrStandard('ALLOCATION'))
      .argument('[certificate]', 'a proof of it, which names the rule', path('CERTIFICATE'))
      .option(
        '--policy <name>',
        `the rule that was followed: ${POLICIES.join(', ')} (default: water-filling)`,
        ruleNamed,
      )
      .option('--lots', 'water-filling in whole lots')
      .option('--salt-key <file>', 'the secret of the venue, 32 bytes; made where it is absent', path('--salt-key'))
      .option('--out <folder>', 'where public.json, receipts/ and index.csv go', path('--out'))
      .option('--check', 'check one receipt against public.json')
      .option('--check-all <folder>', 'check all receipts of a folder together', path('--check-all'))
      .addHelpText('after', EXAMPLES)
      .action(
        (event: string | undefined, allocation: string | undefined, certificate: string | undefined, flags: Flags) =>
          start((session) => run(session, [event, allocation, certificate], flags)),
      )
  },
}

function ruleNamed(name: string): RuleName {
  const rule = POLICIES.find((known) => known === name)
  if (rule !== undefined) return rule
  const [policy] = name.split(':')
  const why = Object.hasOwn(QUEUES_WITHOUT, policy) ? QUEUES_WITHOUT[policy] : undefined
  if (why !== undefined)
    throw mistake(
      'no-receipts',
      '--policy',
      name,
      `no receipts are written of this rule: ${why}`,
      choices(name, POLICIES),
    )
  if (policy !== name && POLICIES.some((known) => known === policy))
    throw mistake('no-receipts', '--policy', name, 'receipts are of this rule without options', choices(name, POLICIES))
  throw mistake('no-receipts', '--policy', name, 'no receipts are written of this rule', choices(name, POLICIES))
}

type Arguments = readonly [string | undefined, string | undefined, string | undefined]

async function run(session: Session, [first, second, third]: Arguments, flags: Flags): Promise<ExitStatus> {
  if (flags.checkAll !== undefined) {
    if (first !== undefined || flags.check) {
      throw mistake('excess-argument', 'EVENT', first, '--check-all takes a folder only', 'Leave out the rest.')
    }
    return checkAll(session, flags.checkAll)
  }
  const names = flags.check ? ['FILE', 'PUBLIC'] : ['EVENT', 'ALLOCATION']
  if (first === undefined || second === undefined) {
    const missing = names[first === undefined ? 0 : 1] as string
    const cure = `Name it: spillway receipt ${flags.check ? '--check ' : ''}${names.join(' ')}.`
    throw mistake('missing-argument', missing, undefined, 'this argument is missing', cure)
  }
  if (!flags.check) return write(session, first, second, third, flags)
  const [receipt, published] = [await readJson(first, 'receipt'), await readJson(second, 'public')]
  // Another file than was asked for is a mistake in the command, and no forgery.
  refuseOthers(receipt, 'receipt', EXPECTED)
  refuseOthers(published, 'receipts', EXPECTED)
  const check = checkReceipt(receipt, published)
  await session.answer(
    () => check,
    () => receiptReport(check),
  )
  return check.accepted ? 0 : 1
}

const EXPECTED = 'The order is: spillway receipt --check FILE PUBLIC.'

async function write(
  session: Session,
  eventPath: string,
  closed: string,
  proof: string | undefined,
  { policy, lots = false, saltKey, out }: Flags,
): Promise<ExitStatus> {
  for (const [flag, value] of [
    ['--salt-key', saltKey],
    ['--out', out],
  ] as const) {
    if (value === undefined) throw mistake('missing-flag', flag, undefined, 'this flag is needed', `Add ${flag}.`)
  }
  if (proof !== undefined && policy !== undefined) {
    throw mistake(
      'conflicting-flags',
      '--policy',
      policy,
      'the certificate names the rule already',
      'Give one of the two.',
    )
  }
  checkOneStandardInput(eventPath, closed)
  await checkFolder(out as string)
  const allocation = await allocationAt(closed, session.reading())
  const event = await eventAt(eventPath, session.reading())
  const rule =
    proof === undefined
      ? ruleOf(policy ?? 'water-filling', lots)
      : await provedRule(session, event, allocation, proof, lots)
  const known = await saltKeyAt(saltKey as string)
  const key = known ?? randomBytes(KEY_BYTES)
  session.phase('building the trees')
  const began = performance.now()
  const receipts = buildReceipts(event, allocation, rule, key)
  const seconds = (performance.now() - began) / 1000
  await session.listen()
  if (known === undefined) await writeFile(saltKey as string, key, { mode: 0o600, flag: 'wx' })
  await writeFolder(session, out as string, receipts)
  const { leaves, roots } = receipts.given
  const count = receipts.accounts.length
  await session.answer(
    () => ({ rule, receipts: count, roots, leaves, seconds: { build: seconds } }),
    () => `${count} receipts by ${rule}, in ${out}; publish public.json, and keep index.csv and the key`,
  )
  if (known === undefined) session.say(`Made the key ${saltKey}: keep it secret, and keep it`)
  return 0
}

function ruleOf(rule: RuleName, lots: boolean): RuleName {
  if (!lots) return rule
  if (rule === 'water-filling') return 'water-filling-lots'
  throw mistake(
    'no-receipts',
    '--lots',
    rule,
    'of this rule no receipts in whole lots are written',
    'Leave --lots out.',
  )
}

/** The rule that a certificate names; it must prove the allocation, in lots where that is asked for. */
async function provedRule(
  session: Session,
  event: AdlEvent,
  allocation: Allocation,
  proof: string,
  lots: boolean,
): Promise<RuleName> {
  const certificate = await readCertificate(proof, session.reading())
  const { objective, proved, reason } = checkCertificate(event, allocation, certificate, [], lots ? { lots } : {})
  const rule = RULE_OF[objective]
  if (proved && rule !== undefined) return ruleOf(rule, certificate.lots)
  const why = proved ? `no receipts are written of ${objective}` : `it is not proved: ${reason}`
  const cure = `Give a certificate of ${Object.keys(RULE_OF).join(' or ')}, or --policy.`
  throw mistake('no-receipts', 'CERTIFICATE', proof, why, cure)
}

async function checkFolder(out: string): Promise<void> {
  const entries = await readdir(out).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw mistake('not-a-file', '--out', out, 'no folder can be made there', 'Choose another name.')
  })
  if (entries.length > 0)
    throw mistake('not-a-file', '--out', out, 'something stands there already', 'Name a new folder.')
}

/** All of the folder or nothing: it is filled beside, and then takes the name. */
async function writeFolder(session: Session, out: string, receipts: Receipts): Promise<void> {
  await mkdir(dirname(out), { recursive: true })
  const beside = `${out.replace(/\/+$/, '')}.${process.pid}.tmp`
  try {
    await mkdir(join(beside, 'receipts'), { recursive: true })
    await writeFile(join(beside, 'public.json'), `${JSON.stringify(receipts.given, null, 2)}\n`)
    await copyFile(PAGE, join(beside, 'check.html'))
    const index = await open(join(beside, 'index.csv'), 'w')
    const rows = receipts.accounts.map((account, i) => [String(i + 1), account])
    for (const piece of csvPieces(['number', 'account'], rows)) await index.write(piece)
    await index.close()
    session.phase('writing the receipts')
    for (let from = 1; from <= receipts.accounts.length; from += AT_ONCE) {
      session.checkpoint()
      const last = Math.min(from + AT_ONCE - 1, receipts.accounts.length)
      const numbers = Array.from({ length: last - from + 1 }, (_, i) => from + i)
      await Promise.all(
        numbers.map((number) =>
          writeFile(join(beside, 'receipts', fileOf(number)), `${JSON.stringify(receipts.receipt(number))}\n`),
        ),
      )
    }
    await rm(out, { recursive: true, force: true })
    await rename(beside, out)
  } catch (error) {
    await rm(beside, { recursive: true, force: true })
    throw error
  }
}

/** The page that checks a receipt in a browser, made when the package is built. */
const PAGE = new URL('../../web/check-receipt.html', import.meta.url)
const AT_ONCE = 256
const fileOf = (number: number): string => `${String(number).padStart(6, '0')}.json`

async function checkAll(session: Session, folder: string): Promise<ExitStatus> {
  const given = await readJson(join(folder, 'public.json'), 'public')
  const all = new ReceiptsCheck(given)
  const refused: { readonly file: string; readonly reason: string }[] = []
  const files = (await readdir(join(folder, 'receipts')).catch(() => []))
    .filter((name) => name.endsWith('.json'))
    .sort()
  session.phase('checking the receipts')
  for (const file of files) {
    session.checkpoint()
    const reason = all.add(await readJson(join(folder, 'receipts', file), 'receipt'))
    if (reason !== undefined) refused.push({ file, reason })
  }
  const missing = all.missing()
  const accepted = refused.length === 0 && missing === undefined
  await session.answer(
    () => ({ accepted, receipts: files.length, refused: refused.slice(0, 1000), ...(missing && { reason: missing }) }),
    () =>
      accepted
        ? `accepted  all ${files.length} receipts, and there is no leaf besides theirs`
        : [
            `refused  ${refused.length} of ${files.length} receipts`,
            ...refused.slice(0, 20).map(({ file, reason }) => `  ${file}: ${reason}`),
            ...(missing ? [`  ${missing}`] : []),
          ].join('\n'),
  )
  return accepted ? 0 : 1
}
