import type { AccountTable } from '../account-rows.js'

/**
 * The tables of several waves one under the other, with the name of the wave in front; a market that a wave has not is
 * empty there.
 */
export function mergedTables(tables: readonly { readonly name: string; readonly table: AccountTable }[]): AccountTable {
  const columns = [...new Set(tables.flatMap(({ table }) => table.header))]
  return { header: ['wave', ...columns], rows: () => rowsOf(tables, columns) }
}

function* rowsOf(
  tables: readonly { readonly name: string; readonly table: AccountTable }[],
  columns: readonly string[],
): Generator<readonly (string | number | undefined)[]> {
  for (const { name, table } of tables) {
    const at = columns.map((column) => table.header.indexOf(column))
    for (const row of table.rows()) yield [name, ...at.map((index) => (index < 0 ? undefined : row[index]))]
  }
}
