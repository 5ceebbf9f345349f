import { type Audit, type Axiom, axioms, type Policy } from '../../models/index.js'
import { bookInWords } from './audit-report.js'

/** A policy and what the audit found of it. */
export interface Audited {
  readonly policy: Policy
  readonly audit: Audit
}

export const HOLDS = '✓'
export const BROKEN = '✗'

/** docs/policies.md: what each policy says of itself, the table policy × axiom, and the book behind every break. */
export function auditPage(audited: readonly Audited[]): string {
  return [
    '# Policies and the axioms they keep',
    '',
    '<!-- Written by `npm run audit-table`. Do not edit. -->',
    '',
    `\`${HOLDS}\`: no trial broke the axiom, which is evidence and no proof. \`${BROKEN}\`: it is broken, and the smallest book that was found is`,
    'below. What each axiom promises, and on which books: [axioms](axioms.md). Any line can be had again, with the events as',
    'JSON, by `spillway audit POLICY --axioms AXIOM --json` with the trials and the seed given here.',
    '',
    '## Which policy keeps which axiom',
    '',
    row(['policy', ...axioms.map(({ name }) => `[${name}](axioms.md#${name})`), 'trials']),
    row(['---', ...axioms.map(() => ':-:'), '--:']),
    ...audited.map(({ policy, audit }) =>
      row([`[${policy.name}](#${anchor(policy.name)})`, ...axioms.map((axiom) => mark(audit, axiom)), trialsOf(audit)]),
    ),
    '',
    '## The policies, and the books that break them',
    '',
    'Positions are written as contracts, market and entry price.',
    ...audited.flatMap(section),
    '',
  ].join('\n')
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

const anchor = (name: string): string => name.toLowerCase().replace(/[^a-z0-9-]/g, '')

function mark({ axioms: reports }: Audit, { name }: Axiom): string {
  const report = reports.find(({ axiom }) => axiom === name)
  return report === undefined ? '' : report.verdict === 'holds' ? HOLDS : BROKEN
}

/** Books per axiom that holds. */
const trialsOf = ({ axioms: reports }: Audit): string => String(Math.max(...reports.map(({ trials }) => trials)))

function section({ policy, audit }: Audited): string[] {
  const { name, summary, formula, ties, closing, ranking, equity, markets, needs, source } = policy
  const ranks = ranking === 'none' ? 'nobody is ranked' : `ranks are ${ranking}`
  const facts = [
    closing === 'queue' ? 'closes one after the other' : 'closes shares of everybody',
    ranks,
    `ties: ${ties}`,
    `markets ${markets}`,
    `equity: ${equity}`,
    ...(needs.length === 0 ? [] : [`needs ${needs.join(', ')}`]),
    `source: ${source}`,
  ]
  const breaks = audit.axioms.flatMap(({ axiom, trials, counterexample }) => {
    if (counterexample === undefined) return []
    const { says, event, variant } = counterexample
    const books = variant === undefined ? bookInWords(event) : `${bookInWords(event)}. Variant: ${bookInWords(variant)}`
    return `- **${axiom}** (trial ${trials}). ${says} _${books}._`
  })
  return [
    '',
    `### ${name}`,
    '',
    `${summary}: \`${formula}\`. ${facts.join('; ')}.`,
    '',
    ...(breaks.length === 0 ? ['No axiom was seen broken.'] : breaks),
  ]
}
