import type { Atom } from './atom.js'
import type { Expression } from './expression.js'

/** One use of an atom: `entries` values, numbered from `first` among all atom entries of the program. */
export interface Application {
  readonly atom: Atom
  readonly argument: Expression
  /** What reports call it: the label given, or the atom's name and its number in the program. */
  readonly label: string
  readonly first: number
  readonly entries: number
}

/**
 * What expressions of one program are made of: variables, numbered 0, 1, …, and entries of atoms, numbered apart.
 * A coordinate of an expression names variable j as column j and atom entry k as column −1 − k (`~k`), so that atoms
 * add up, group and scale exactly as variables do, and only the sign of their multiples decides convexity.
 */
export class Space {
  variableCount = 0
  readonly #names: { readonly first: number; readonly nameOf: (entry: number) => string }[] = []
  entryCount = 0
  readonly applications: Application[] = []

  /** `nameOf`: what reports call the entries. */
  addVariables(size: number, nameOf: (entry: number) => string): number {
    const first = this.variableCount
    this.variableCount += size
    this.#names.push({ first, nameOf })
    return first
  }

  variableName(index: number): string {
    const block = this.#names.findLast(({ first }) => first <= index)
    return block === undefined ? `variable ${index}` : block.nameOf(index - block.first)
  }

  apply(atom: Atom, argument: Expression, entries: number, label: string | undefined): Application {
    const { applications, entryCount: first } = this
    const application = { atom, argument, label: label ?? `${atom.name}#${applications.length + 1}`, first, entries }
    applications.push(application)
    this.entryCount += entries
    return application
  }

  /** The application that atom entry `entry` belongs to, by bisection: `first` ascends. */
  applicationOf(entry: number): Application {
    const { applications } = this
    let low = 0
    let high = applications.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (applications[middle].first <= entry) low = middle
      else high = middle - 1
    }
    return applications[low]
  }
}
