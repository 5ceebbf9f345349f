import { join } from 'node:path'
import { Command as Program } from 'commander'
import type { Session } from '#cli/command.js'
import { importCommand } from '#cli/commands/import.js'
import { folderWith } from '../book/support.js'

export { folderWith, mistakeOf } from '../book/support.js'

export const header = [
  'user',
  'coin',
  'time',
  'adl_price',
  'adl_size',
  'position_size',
  'entry_price',
  'total_equity',
] as const
export type Row = Record<(typeof header)[number], string>

/** A made-up short that is bought back whole; tests change what they are about. */
export const row = (changes: Partial<Row> = {}): Row => ({
  user: '0xa',
  coin: 'AAA',
  time: '1000',
  adl_price: '20',
  adl_size: '3',
  position_size: '-3',
  entry_price: '30',
  total_equity: '100',
  ...changes,
})

/** The replay table as text, with a column that no reader of ours knows. */
export const csvOf = (rows: readonly Row[]): string =>
  [['adl_notional', ...header], ...rows.map((cells) => ['x', ...header.map((column) => cells[column])])]
    .map((cells) => `${cells.join()}\n`)
    .join('')

/** The table in a fresh folder; its path. */
export async function tableOf(...rows: readonly Row[]): Promise<string> {
  return join(await folderWith({ 'replay.csv': csvOf(rows) }), 'replay.csv')
}

/** Runs the command with a session that keeps what is said. */
export async function runImport(...args: readonly string[]) {
  const said: string[] = []
  const answer: { status?: number; json: Record<string, unknown>; people: string } = { json: {}, people: '' }
  const program = new Program().exitOverride().configureOutput({ writeErr: () => undefined })
  importCommand.register(program, async (work) => {
    const session: Partial<Session> = {
      checkpoint: () => undefined,
      reading: () => ({}),
      answer: async (json, forPeople) => {
        answer.json = JSON.parse(JSON.stringify(json()))
        answer.people = forPeople()
      },
      say: (message) => said.push(message),
    }
    answer.status = await work(session as Session)
  })
  await program.parseAsync(['import', ...args], { from: 'user' })
  return { ...answer, said }
}
