import { policyTitle } from '../../reports/plain-names.js'
import { html } from './markup.js'
import { type Cell, dataTable, type Section } from './page.js'

/** What to type for each policy that a page calls by a title. */
export function commandNames(policies: readonly string[]): Section[] {
  const all = policies.filter((policy) => policyTitle(policy) !== policy)
  if (all.length === 0) return []
  const rows = all.map((policy): Cell[] => [
    { text: policyTitle(policy) },
    { text: html`<code>${policy}</code>`, isNumber: false },
  ])
  return [{ title: 'Their names on the command line', body: dataTable('', ['policy', 'name'], rows) }]
}
