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
  readonly policies: readonly string[]
  readonly axioms: readonly string[]
}

export function listReport({ objectives, solvers, formats }: Listing): string {
  const colours = coloursFor(process.stdout)
  const plain = (...titles: string[]) => titles.map((title) => ({ title }))
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
    colours.bold('Export formats'),
    table(
      plain('name', 'what', 'extension'),
      formats.map((f) => [f.name, f.summary, f.extension]),
      colours,
    ),
  ].join('\n')
}
