import type { Policy, PolicyOption } from '../../models/index.js'
import { coloursFor, table } from '../table.js'

export interface Listing {
  readonly objectives: readonly {
    readonly name: string
    readonly summary: string
    readonly formula: string
    readonly source: string
    readonly needs: readonly string[]
    readonly isDefault: boolean
  }[]
  readonly solvers: readonly {
    readonly name: string
    readonly present: boolean
    readonly version: string | null
    readonly quadratic: boolean
    readonly integer: boolean
    readonly install: string | null
  }[]
  readonly formats: readonly { readonly name: string; readonly summary: string; readonly extension: string }[]
  readonly policies: readonly ListedPolicy[]
  readonly behaviours: readonly { readonly name: string; readonly summary: string; readonly option: string | null }[]
  readonly pathModels: readonly {
    readonly name: string
    readonly summary: string
    readonly formula: string
    readonly source: string
  }[]
  readonly sources: readonly { readonly name: string; readonly summary: string }[]
  readonly axioms: readonly { readonly name: string; readonly summary: string; readonly domain: string }[]
}

/** What a policy says about itself, and what can be chosen. */
type ListedPolicy = Required<Omit<Policy, 'allocate'>> & { readonly options: readonly PolicyOption[] }

export function listReport({
  objectives,
  policies,
  solvers,
  formats,
  axioms,
  pathModels,
  behaviours,
  sources,
}: Listing): string {
  const colours = coloursFor(process.stdout)
  const plain = (...titles: string[]) => titles.map((title, c) => ({ title, isText: c > 0 }))
  return [
    colours.bold('Objectives'),
    table(
      plain('name', 'minimises', 'formula', 'needs'),
      objectives.map((o) => [
        o.isDefault ? `${o.name} (default)` : o.name,
        o.summary,
        o.formula,
        o.needs.map((input) => `--${input}`).join(' '),
      ]),
      colours,
    ),
    '',
    colours.bold('Policies'),
    table(
      plain('name', 'closes', 'needs'),
      policies.map((p) => [p.name, p.summary, p.needs.join(', ')]),
      colours,
    ),
    '',
    colours.bold('Options of policies, written NAME:OPTION=VALUE; the first value is the default'),
    table(
      plain('policy', 'option', 'what it is'),
      policies.flatMap((p) => p.options.map((option) => [p.name, choicesOf(option), option.summary])),
      colours,
    ),
    '',
    colours.bold('Axioms'),
    table(
      plain('name', 'promises'),
      axioms.map((a) => [a.name, a.summary]),
      colours,
    ),
    '',
    colours.bold('Path models of `simulate`'),
    table(
      plain('name', 'prices go', 'formula'),
      pathModels.map((m) => [m.name, m.summary, m.formula]),
      colours,
    ),
    '',
    colours.bold('Responses of accounts in `simulate`'),
    table(
      plain('name', 'what they do', 'option'),
      behaviours.map((b) => [b.name, b.summary, b.option ?? '']),
      colours,
    ),
    '',
    colours.bold('Solvers'),
    table(
      plain('name', 'version', 'quadratic', ''),
      solvers.map((s) => [
        s.name,
        s.version ?? '–',
        s.quadratic ? 'yes' : 'no',
        s.present ? '' : `absent: ${s.install}`,
      ]),
      colours,
    ),
    '',
    colours.bold('Sources of `import`'),
    table(
      plain('name', 'reads'),
      sources.map((source) => [source.name, source.summary]),
      colours,
    ),
    '',
    colours.bold('Export formats'),
    table(
      plain('name', 'what', 'extension'),
      formats.map((f) => [f.name, f.summary, f.extension]),
      colours,
    ),
  ].join('\n')
}

function choicesOf({ name, values, default: standard, range }: PolicyOption): string {
  if (values !== undefined) return `${name}=${values.join('|')}`
  return `${name}=${standard} (${range?.join(' to ')})`
}
