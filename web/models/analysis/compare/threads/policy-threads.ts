import type { PolicyRun } from '../../../../../models/analysis/compare/policy-run.js'

/** A page runs policies where they are compared. */
export function policyThreads(): number {
  return 0
}

/** Never made here. */
export class PolicyThreads {
  readonly answered = 0

  know(): void {}

  take(): number | undefined {
    return undefined
  }

  async runs(): Promise<ReadonlyMap<number, PolicyRun>> {
    return new Map()
  }

  close(): void {}
}
