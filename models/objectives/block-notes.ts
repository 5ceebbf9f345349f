import type { Program } from '../../src/language/index.js'
import type { DecisionSpace } from '../book/decision-space.js'

/** What the entries of a block of columns or rows are about: pairs, owners, markets and moves by entry, as the book counts them. */
export interface BlockNote {
  readonly of: 'contracts' | 'quote currency' | 'leverage'
  /** What one unit of each entry stands for, or one number for all. */
  readonly unit: ArrayLike<number> | number
  readonly pair?: ArrayLike<number>
  readonly owner?: ArrayLike<number>
  readonly market?: ArrayLike<number>
  readonly move?: ArrayLike<number>
}

/** An entry of a block in words. */
export interface EntryNote {
  readonly of: BlockNote['of']
  readonly unit: number
  readonly account?: string
  readonly market?: string
  /** Counts from 0, in the order of the moves as they were read. */
  readonly move?: number
}

type Side = 'columns' | 'rows'

const known = new WeakMap<Program, Readonly<Record<Side, Map<string, BlockNote>>>>()

/** Notes what a block of a program's variables (`columns`) or constraints (`rows`) is about, or those of the atom of this label. */
export function noteBlock(program: Program, side: Side, block: string, note: BlockNote): void {
  const notes = known.get(program) ?? { columns: new Map(), rows: new Map() }
  known.set(program, notes)
  notes[side].set(block, note)
}

/**
 * What was noted of a column or row of the program's form, by index and the name that the form has for it, and a name
 * that says it.
 */
export function entryNotes(program: Program, space: DecisionSpace, side: Side) {
  const notes = known.get(program)?.[side]
  const blocks = side === 'columns' ? program.variableBlocks.slice() : rowBlocks(program)
  return (index: number, name: string): { readonly name: string; readonly note?: EntryNote } => {
    const found = blocks.findLast(({ first }) => first <= index)
    const isOfBlock = found !== undefined && index < found.first + found.size
    const [, label, row] = ATOM.exec(name) ?? []
    const [block, entry] = isOfBlock ? [found.name, index - found.first] : [label, Number(row)]
    const noted = notes?.get(block)
    if (noted === undefined) return { name }
    const note = entryOf(noted, entry, space)
    const about = [note.account, note.market, note.move].filter((part) => part !== undefined)
    const own = isOfBlock && found.size === 1 ? block : name
    return { name: about.length > 0 ? `${block}[${about.join(',')}]` : own, note }
  }
}

/** What an atom adds for row r of its argument: `exposure[3]`. */
const ATOM = /^(.*)\[(\d+)\]$/

function entryOf({ of, unit, pair, owner, market, move }: BlockNote, entry: number, space: DecisionSpace): EntryNote {
  const { event, owners, pairOwner, pairMarket, markets } = space
  const ownerOf = pair ? pairOwner[pair[entry]] : owner?.[entry]
  const marketOf = pair ? pairMarket[pair[entry]] : market?.[entry]
  return {
    of,
    unit: typeof unit === 'number' ? unit : unit[entry],
    ...(ownerOf !== undefined && { account: event.accounts.names[owners[ownerOf]] }),
    ...(marketOf !== undefined && { market: markets[marketOf].market.market }),
    ...(move && { move: move[entry] }),
  }
}

/** Rows of the program come first in the form, in the order of declaration. */
function rowBlocks({ constraintBlocks }: Program) {
  let next = 0
  return constraintBlocks.map(({ name, body: { rows: size } }) => {
    const first = next
    next += size
    return { name, first, size }
  })
}
