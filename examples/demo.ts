/**
 * `npm run demo`: the paper's four accounts and a made-up crisis of 20,000, each closed by a queue and by the optimum, and
 * both judged by `verify`.
 */
import Table from 'cli-table3'
import { type AdlEvent, minMaxLeverage, parseAllocation, solve, verify } from '../models/index.js'
import { crisisBook } from './crisis-book.js'
import { paperExample } from './paper-example.js'
import { PAPER_HEAD, paperTable } from './paper-table.js'
import { queueByLeverage } from './queue-by-leverage.js'

const say = (text = ''): void => {
  process.stdout.write(`${text}\n`)
}
const table = (head: string[], rows: (string | number)[][]): void => {
  const drawn = new Table({
    head,
    style: { head: [], border: [] },
    colAligns: head.map((_, i) => (i === 0 ? 'left' : 'right')),
  })
  drawn.push(...rows)
  say(drawn.toString())
}
const plain = new Intl.NumberFormat('en-US', { maximumFractionDigits: 4, minimumFractionDigits: 4 })
const shown = (value: number | null): string => (value === null ? '∞' : `${plain.format(value)}×`)
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

async function show(title: string, event: AdlEvent, rows?: readonly (readonly string[])[]): Promise<void> {
  const solution = await solve(event, minMaxLeverage())
  if (solution.reductions === undefined) throw new Error(`no answer: ${solution.status}`)
  const optimal = parseAllocation({ format: 'spillway/allocation@1', reductions: solution.reductions })
  const queue = await queueByLeverage(event)
  const [judgedQueue, judgedOptimal] = [
    await verify(event, queue, minMaxLeverage()),
    await verify(event, optimal, minMaxLeverage()),
  ]
  say(`\n${title}\n`)
  if (rows !== undefined)
    table(
      [...PAPER_HEAD],
      rows.map((row) => [...row]),
    )
  table(
    [
      'largest leverage',
      'before',
      'as allocated',
      'optimal',
      'proved bound',
      'verdict',
      'accounts cut',
      'closed whole',
    ],
    [['queue-leverage', judgedQueue] as const, ['spillway (water-filling)', judgedOptimal] as const].map(
      ([name, judged]) => [
        name,
        shown(judged.leverage.maxBefore),
        shown(judged.leverage.maxAfter),
        shown(judged.leverage.maxOptimal),
        shown(judged.bound),
        judged.verdict,
        whole.format(judged.accounts.touched),
        whole.format(judged.accounts.closed),
      ],
    ),
  )
  const methods = judgedOptimal.methods.map(({ solver, value }) => `${solver} ${value}`).join(', ')
  say(`Methods that reach the optimum: ${methods}; exact gap of the solution ${solution.relativeGap}.`)
}

const paper = paperExample()
await show('The example of arXiv 2603.15963: close 10 BTC of shorts', paper, await paperTable())
const crisis = crisisBook(20_000)
const [demand] = crisis.demand
await show(
  `A made-up crisis: 20,000 accounts, ${whole.format(crisis.takenOver.length)} taken over, ${
    demand === undefined
      ? 'nothing'
      : `${whole.format(Number(demand.quantity.digits) / 10 ** demand.quantity.scale)} contracts`
  } to close on the other side`,
  crisis,
)
say('\nNext: `node dist/cli/main.js --help`, README.md, docs/.')
