import { type Audit, type Axiom, axioms, type Policy } from '../../models/index.js'
import { bookInWords } from './audit-report.js'

/** A policy and what the audit found of it. */
export interface Audited {
  readonly policy: Policy
  readonly audit: Audit
}

export const HOLDS = '✓'
export const BROKEN = '✗'

/**
 * docs/policies.md: the table policy × axiom, and the book behind every break of the policies as they are by default;
 * `variants` are the same with other options.
 */
export function auditPage(audited: readonly Audited[], variants: readonly Audited[]): string {
  const lines = [...audited, ...variants].toSorted((a, b) => familyAt(audited, a) - familyAt(audited, b))
  return [
    '# Which policy keeps which axiom',
    '',
    '<!-- Written by `npm run audit-table`. Do not edit. -->',
    '',
    `\`${HOLDS}\`: no trial broke the axiom, which is evidence and no proof; \`trials\` says how many there were. \`${BROKEN}\`: it is broken, and the`,
    'smallest book that was found is below the table. What each axiom promises, and on which books: [axioms](axioms.md). What each policy does:',
    '[policies](policies/README.md). `spillway audit POLICY --axioms AXIOM --json`, with these trials and seed 1, gives any of it again, with the events.',
    '',
    row(['policy', ...axioms.map(({ name }) => `[${name}](axioms.md#${name})`), 'trials']),
    row(['---', ...axioms.map(() => ':-:'), '--:']),
    ...lines.map(({ policy, audit }) =>
      row([titleOf(audited, policy), ...axioms.map((axiom) => mark(audit, axiom)), trialsOf(audit)]),
    ),
    '',
    '## The books that break them',
    '',
    'Positions are written as contracts, market and entry price.',
    ...audited.flatMap(section),
    '',
  ].join('\n')
}

const familyOf = ({ name }: Policy): string => name.split(':')[0]

function familyAt(audited: readonly Audited[], { policy }: Audited): number {
  return audited.findIndex((one) => familyOf(one.policy) === familyOf(policy))
}

/** A link to its section, where it has one. */
function titleOf(audited: readonly Audited[], policy: Policy): string {
  const hasSection = audited.some((one) => one.policy === policy)
  return hasSection ? `[${policy.name}](#${policy.name.toLowerCase()})` : policy.name
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

function mark({ axioms: reports }: Audit, { name }: Axiom): string {
  const report = reports.find(({ axiom }) => axiom === name)
  return report === undefined ? '' : report.verdict === 'holds' ? HOLDS : BROKEN
}

/** Books per axiom that holds. */
const trialsOf = ({ axioms: reports }: Audit): string => String(Math.max(...reports.map(({ trials }) => trials)))

function section({ policy, audit }: Audited): string[] {
  const breaks = audit.axioms.flatMap(({ axiom, trials, counterexample }) => {
    if (counterexample === undefined) return []
    const { says, event, variant } = counterexample
    const books = variant === undefined ? bookInWords(event) : `${bookInWords(event)}. Variant: ${bookInWords(variant)}`
    return `- **${axiom}** (trial ${trials}). ${says} _${books}._`
  })
  return [
    '',
    `### ${policy.name}`,
    '',
    `${policy.summary}.`,
    '',
    ...(breaks.length === 0 ? ['No axiom was seen broken.'] : breaks),
  ]
}
