import { axioms, behaviours, importers, objectives, pathModels, policies, version } from '../../models/index.js'
import { formats, solvers } from '../../src/index.js'
import { commandSolver, programs } from '../../src/solvers/index.js'
import type { Command, ExitStatus, Session } from '../command.js'
import { CLOSED_FORM, DEFAULT_OBJECTIVE } from '../flags.js'
import { type Listing, listReport } from '../reports/list-report.js'

const EXAMPLES = `
Example:
  $ spillway list --json`

export const listCommand: Command = {
  name: 'list',
  register(program, start) {
    program
      .command('list')
      .summary('objectives, policies, solvers and formats there are')
      .description(
        'Lists the objectives, the policies and their options, the solvers and whether they are installed, and the formats of `export`.',
      )
      .addHelpText('after', EXAMPLES)
      .action(() => start(run))
  },
}

async function run(session: Session): Promise<ExitStatus> {
  const listing = await everything()
  await session.answer(
    () => listing,
    () => listReport(listing),
  )
  return 0
}

async function everything(): Promise<Listing> {
  const outside = programs.flatMap((program) => commandSolver(`command:${program}`) ?? [])
  const listed = await Promise.all(
    [...solvers, ...outside].map(async (solver) => {
      const { name, install, capabilities } = solver
      const isPresent = await solver.isPresent()
      return {
        name,
        present: isPresent,
        version: isPresent ? await solver.version() : null,
        quadratic: capabilities.quadratic,
        integer: capabilities.integer,
        install,
      }
    }),
  )
  return {
    objectives: [...objectives.values()].map(({ name, summary, formula, source, needs }) => {
      return { name, summary, formula, source, needs, isDefault: name === DEFAULT_OBJECTIVE }
    }),
    solvers: [...listed, { name: CLOSED_FORM, present: true, version, quadratic: true, integer: false, install: null }],
    formats: Object.entries(formats).map(([name, { describe, extension }]) => ({ name, summary: describe, extension })),
    policies: [...policies].map(([name, make]) => {
      const { allocate: _, space = 'contracts', ...card } = make()
      return { ...card, name, space, options: make.options ?? [] }
    }),
    pathModels,
    behaviours: behaviours.map(({ name, summary, option }) => {
      return {
        name,
        summary,
        option: option === undefined ? null : `${option.name}=${option.default} (${option.summary})`,
      }
    }),
    sources: Object.entries(importers).map(([name, { reads }]) => ({ name, summary: reads })),
    axioms: axioms.map(({ name, statement, domain }) => ({ name, summary: statement, domain })),
  }
}
