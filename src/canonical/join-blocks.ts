import type { RowView } from './by-rows.js'
import type { Hinge } from './hinges.js'

/** The columns that are no hinge's, block by block in order of their first column. */
export interface Blocks {
  readonly starts: Int32Array
  readonly columns: Int32Array
  /** By block, indices into the list of hinges. */
  readonly hinges: readonly (readonly number[])[]
  /** Variables of the largest block. */
  readonly widest: number
}

/** Blocks of columns that stand in one hinge row, or in hinge rows linked by others: union and find. */
export function joinBlocks(view: RowView, hinges: readonly Hinge[], isHinge: Uint8Array): Blocks {
  const parent = Int32Array.from(isHinge.keys())
  const rootOf = (j: number): number => {
    let root = j
    while (parent[root] !== root) {
      parent[root] = parent[parent[root]]
      root = parent[root]
    }
    return root
  }
  const argumentOf = ({ row, column }: Hinge): number[] => {
    const own: number[] = []
    for (let p = view.starts[row]; p < view.starts[row + 1]; p++) {
      if (view.values[p] !== 0 && view.columns[p] !== column) own.push(view.columns[p])
    }
    return own
  }
  const first = hinges.map((hinge) => {
    const own = argumentOf(hinge)
    for (const j of own) parent[rootOf(j)] = rootOf(own[0])
    return own[0] ?? -1
  })
  const blockOf = new Map<number, number>()
  const sizes: number[] = []
  const memberships = new Int32Array(isHinge.length).fill(-1)
  for (let j = 0; j < isHinge.length; j++) {
    if (isHinge[j] !== 0) continue
    const root = rootOf(j)
    const block = blockOf.get(root) ?? sizes.length
    if (block === sizes.length) {
      blockOf.set(root, block)
      sizes.push(0)
    }
    memberships[j] = block
    sizes[block]++
  }
  const widest = sizes.reduce((most, size) => Math.max(most, size), 0)
  const starts = new Int32Array(sizes.length + 1)
  sizes.forEach((size, block) => {
    starts[block + 1] = starts[block] + size
  })
  const next = starts.slice()
  const columns = new Int32Array(starts[sizes.length])
  memberships.forEach((block, j) => {
    if (block >= 0) columns[next[block]++] = j
  })
  const own: number[][] = sizes.map(() => [])
  first.forEach((j, h) => {
    if (j >= 0) own[memberships[j]].push(h)
  })
  return { starts, columns, hinges: own, widest }
}
