import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type Audited, auditPage } from '../cli/reports/audit-page.js'
import { audit, policies, policyNamed } from '../models/index.js'

/**
 * Writes docs/policies.md: every policy of the registry, and every other value of its options, on every axiom, seed 1.
 * A policy that breaks nothing is tried ten times as often. The same code gives the same page.
 */
const TRIALS = 1000
const MANY_TRIALS = 10_000
const page = fileURLToPath(new URL('../../docs/policies.md', import.meta.url))

async function auditOf(name: string): Promise<Audited> {
  const start = performance.now()
  const policy = policyNamed(name)
  let result = await audit(policy, { trials: TRIALS })
  if (result.axioms.every(({ verdict }) => verdict === 'holds')) result = await audit(policy, { trials: MANY_TRIALS })
  const broken = result.axioms.filter(({ verdict }) => verdict === 'broken').length
  process.stdout.write(`${name}: ${broken} broken, ${((performance.now() - start) / 1000).toFixed(1)} s\n`)
  return { policy, audit: result }
}

const audited: Audited[] = []
const variants: Audited[] = []
for (const [name, { options = [] }] of policies) {
  audited.push(await auditOf(name))
  for (const option of options) {
    const others = 'values' in option ? option.values.filter((value) => value !== option.default) : []
    for (const value of others) variants.push(await auditOf(`${name}:${option.name}=${value}`))
  }
}
await writeFile(page, auditPage(audited, variants))
process.stdout.write(`Wrote ${page}\n`)
