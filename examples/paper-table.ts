import { type Allocation, minMaxLeverage, parseAllocation, solve, type Verdict, verify } from '../models/index.js'
import { paperExample } from './paper-example.js'
import { queueByLeverage } from './queue-by-leverage.js'

export const PAPER_HEAD = ['account', 'leverage before', 'queue closes', 'leaves', 'optimum closes', 'leaves'] as const

/** The table of README.md: the paper's four accounts, closed by the queue of the registry and by the optimum; BTC and leverage. */
export async function paperTable(): Promise<readonly (readonly string[])[]> {
  const event = paperExample()
  const solution = await solve(event, minMaxLeverage())
  const optimal = parseAllocation({ format: 'spillway/allocation@1', reductions: solution.reductions })
  const [queue, best] = [await judged(await queueByLeverage(event)), await judged(optimal)]
  return event.accounts.names.map((account) => {
    const [left, least] = [queue.get(account), best.get(account)]
    const before = (left ?? least)!.leverageBefore
    const closes = (answer: typeof left): string => `${Number(answer?.reductions[0]?.quantity ?? 0).toFixed(4)} BTC`
    const leaves = (answer: typeof left): string =>
      `${(answer === undefined ? before : answer.leverageAfter)!.toFixed(4)}×`
    return [account, `${before!.toFixed(4)}×`, closes(left), leaves(left), closes(least), leaves(least)]
  })

  async function judged(allocation: Allocation): Promise<Map<string, NonNullable<Verdict['perAccount']>[number]>> {
    const { perAccount = [] } = await verify(event, allocation, minMaxLeverage())
    return new Map(perAccount.map((answer) => [answer.account, answer]))
  }
}
