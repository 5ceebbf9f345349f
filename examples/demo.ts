/**
 * `npm run demo`: the paper's four accounts and a made-up crisis of 20,000, each closed by a queue and by the optimum, and
 * both judged by `verify`.
 */
import Table from 'cli-table3'
import { type AdlEvent, type Allocation, minMaxLeverage, parseAllocation, solve, verify } from '../models/index.js'
import { crisisBook } from './crisis-book.js'
import { paperExample } from './paper-example.js'
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
const shown = (value: number | null): string => (value === null ? '∞' : value.toFixed(4))

/** Gross leverage of each account after an allocation: notional at the mark over equity (no concession here). */
function leverages(event: AdlEvent, closed: ReadonlyMap<string, number>): number[] {
  const { accounts, positions, markets } = event
  return accounts.names.map((name, account) => {
    let notional = 0
    for (let p = positions.starts[account]!; p < positions.starts[account + 1]!; p++) {
      const { market, markPrice } = markets[positions.market[p]!]!
      const price = Number(markPrice.digits) / 10 ** markPrice.scale
      notional += (Math.abs(positions.quantity.values[p]!) - (closed.get(`${name} ${market}`) ?? 0)) * price
    }
    return notional / accounts.equity.values[account]!
  })
}

const asMap = (allocation: Allocation): Map<string, number> =>
  new Map(
    allocation.accounts.map((account, i) => [`${account} ${allocation.markets[i]}`, allocation.quantity.values[i]!]),
  )

async function show(title: string, event: AdlEvent, names?: readonly string[]): Promise<void> {
  const solution = await solve(event, minMaxLeverage())
  if (solution.reductions === undefined) throw new Error(`no answer: ${solution.status}`)
  const optimal = parseAllocation({ format: 'spillway/allocation@1', reductions: solution.reductions })
  const queue = queueByLeverage(event)
  const [judgedQueue, judgedOptimal] = [
    await verify(event, queue, minMaxLeverage()),
    await verify(event, optimal, minMaxLeverage()),
  ]
  say(`\n${title}\n`)
  if (names !== undefined) {
    const before = leverages(event, new Map())
    const byQueue = leverages(event, asMap(queue))
    const byUs = leverages(event, asMap(optimal))
    table(
      ['account', 'leverage before', 'queue closes', 'leaves', 'optimum closes', 'leaves'],
      names.map((name, i) => [
        name,
        shown(before[i]!),
        (asMap(queue).get(`${name} BTC`) ?? 0).toFixed(4),
        shown(byQueue[i]!),
        (asMap(optimal).get(`${name} BTC`) ?? 0).toFixed(4),
        shown(byUs[i]!),
      ]),
    )
  }
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
    [['queue by leverage', judgedQueue] as const, ['spillway (water-filling)', judgedOptimal] as const].map(
      ([name, judged]) => [
        name,
        shown(judged.leverage.maxBefore),
        shown(judged.leverage.maxAfter),
        shown(judged.leverage.maxOptimal),
        shown(judged.bound),
        judged.verdict,
        judged.accounts.touched,
        judged.accounts.closed,
      ],
    ),
  )
  const roads = judgedOptimal.roads.map(({ solver, value }) => `${solver} ${value}`).join(', ')
  say(`Roads to the optimum: ${roads}; exact gap of the solution ${solution.relativeGap}.`)
}

const paper = paperExample()
await show('The example of arXiv 2603.15963: close 10 BTC of shorts', paper, paper.accounts.names)
const crisis = crisisBook(20_000)
const [demand] = crisis.demand
await show(
  `A made-up crisis: 20,000 accounts, ${crisis.takenOver.length} taken over, ${
    demand === undefined
      ? 'nothing'
      : `${(Number(demand.quantity.digits) / 10 ** demand.quantity.scale).toFixed(0)} contracts`
  } to close on the other side`,
  crisis,
)
say('\nNext: `node dist/cli/main.js --help`, README.md, docs/.')
