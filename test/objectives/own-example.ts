import type { Objective } from 'spillway'

/** The objective of the example, which prints three lines when it is run; what these say is tried where its page is. */
const EXAMPLE = '../../dist/examples/new-objective.js'
const { log } = console
console.log = () => undefined
export const { excessNotional } = (await import(EXAMPLE)) as { readonly excessNotional: Objective }
console.log = log
