import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type Audited, auditPage } from '../cli/reports/audit-page.js'
import { audit, policies } from '../models/index.js'

/**
 * Writes docs/policies.md: every policy of the registry on every axiom, seed 1. A policy that breaks nothing in the first
 * trials is tried ten times as often. The same code gives the same page.
 */
const TRIALS = 1000
const page = fileURLToPath(new URL('../../docs/policies.md', import.meta.url))

const audited: Audited[] = []
for (const [name, make] of policies) {
  const start = performance.now()
  const policy = make()
  let result = await audit(policy, { trials: TRIALS })
  if (result.axioms.every(({ verdict }) => verdict === 'holds')) result = await audit(policy, { trials: 10 * TRIALS })
  audited.push({ policy, audit: result })
  const broken = result.axioms.filter(({ verdict }) => verdict === 'broken').length
  process.stdout.write(`${name}: ${broken} broken, ${((performance.now() - start) / 1000).toFixed(1)} s\n`)
}
await writeFile(page, auditPage(audited))
process.stdout.write(`Wrote ${page}\n`)
