import type { Verdict } from '../models/index.js'
import type { ExitStatus } from './command.js'

/** The exit status that a verdict stands for. */
export const VERDICT_STATUS: Readonly<Record<Verdict['verdict'], ExitStatus>> = {
  optimal: 0,
  suboptimal: 1,
  infeasible: 1,
  unproved: 3,
}

/** The fields of a verdict as `--json` prints them. */
export function verdictJson(verdict: Verdict, read: number): object {
  const { feasible, violations, objective, optimum, bound, relativeGap, leverage, accounts } = verdict
  return {
    feasible,
    violations,
    objective: { ...objective, value: objective.value ?? null },
    optimum,
    bound,
    relativeGap,
    verdict: verdict.verdict,
    reason: verdict.reason,
    leverage,
    factorLeverage: verdict.factorLeverage,
    accounts,
    profile: verdict.profile,
    remarks: verdict.remarks,
    perAccount: verdict.perAccount,
    methods: verdict.methods,
    solver: verdict.solver,
    seconds: { ...verdict.seconds, read },
  }
}
