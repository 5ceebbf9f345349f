import { add, compare, type Decimal, multiply, signOf, subtract, toText, zero } from '../../../src/numeric/index.js'
import { followsRule, type RuleAccount, type RuleHolding } from './follow-rule.js'
import type { Receipt, ReceiptMarket, Sums } from './format.js'
import { accountHash, leafHash, nodeHash, rootHash } from './hashes.js'
import { decimal, type Published, Refusal, readPublic, readReceipt, scoreIn } from './published.js'
import type { RuleName } from './rules.js'
import { compareScores, type Score, scoreOf, scoreText } from './scores.js'

/** What a receipt turned out to show. */
export interface ReceiptCheck {
  readonly accepted: boolean
  /** Why not. */
  readonly reason?: string
  readonly rule?: string
  readonly number?: number
  readonly account?: string
  /** What the venue states of the account, by name as in the receipt: nobody but its owner can say whether it is right. */
  readonly numbers?: Readonly<Record<string, string>>
  readonly markets?: readonly CheckedMarket[]
}

/** A cut, and what it was made of; fields of a queue's own (`entryPrice`, `walletBalance`) beside. */
export interface CheckedMarket {
  readonly market: string
  /** The side that is closed. The trees hold sizes only: compare it with what you held. */
  readonly side: 'long' | 'short'
  readonly capacity: string
  readonly closed: string
  readonly level: string | null
  /** Contracts that all together closed, and the prices of the market. */
  readonly demand: string
  readonly markPrice: string
  readonly adlPrice: string
  readonly entryPrice?: string | undefined
  readonly walletBalance?: string | undefined
}

/** Where a leaf hangs: what `--check-all` compares. */
export interface Shown {
  readonly market: string
  readonly leaf: string
  /** The sides of its siblings, from the leaf up. */
  readonly turns: string
}

/**
 * Checks one receipt against what is public: the account's numbers hash to a leaf of each tree, every sum on the way is right and none
 * is negative, the totals add up to the demand, and the cut is what rule and level make of the account's own numbers, to one unit.
 */
export function checkReceipt(receiptJson: unknown, publicJson: unknown, note?: (shown: Shown) => void): ReceiptCheck {
  try {
    const { given, shape, markets } = readPublic(publicJson)
    const receipt = readReceipt(receiptJson, shape)
    if (receipt.public !== given.digest) throw new Refusal('the receipt belongs to another public.json')
    for (const market of markets.values()) checkTotals(market)
    const commitment = accountHash(given.rule, receipt)
    const held = receipt.markets.map((own): RuleHolding => {
      const market = markets.get(own.market)
      if (market === undefined) throw new Refusal(`nothing is public of market ${own.market}`)
      const [capacity, closed] = [decimal(own.capacity, 'capacity'), decimal(own.closed, 'closed')]
      if (compare(closed, capacity) > 0) throw new Refusal(`more of ${own.market} is closed than was held`)
      const score = shape.isQueue ? ownScore(given.rule, receipt, own, market) : undefined
      // Before the call, which is none at all where nobody takes notes.
      const { shown, queue } = climb(own, commitment, market, receipt.remarkedEquity, score)
      note?.(shown)
      if (queue !== undefined) checkOthers(queue, market)
      return { market, capacity, closed, ahead: queue?.ahead, together: queue?.together }
    })
    const size = decimal(receipt.factorExposure ?? receipt.grossNotional, 'size', true)
    const remarked = decimal(receipt.remarkedEquity, 'remarkedEquity', true)
    const account: RuleAccount = { number: receipt.number, size, remarked, held }
    const units = held.map(({ market }) => (markets.get(market.market) as Published).unit)
    held.forEach(({ market }, k) => {
      if (followsRule(given.rule, account, k, units)) return
      throw new Refusal(`the cut in ${market.market} is not what rule and level say`)
    })
    return {
      accepted: true,
      rule: given.rule,
      number: receipt.number,
      account: receipt.account,
      numbers: Object.fromEntries(
        (['grossNotional', 'remarkedEquity', ...shape.own] as const).map((name) => [
          name,
          String(Reflect.get(receipt, name)),
        ]),
      ),
      markets: receipt.markets.map(({ path: _, market, ...stated }) => {
        const row = given.markets.findIndex((one) => one.market === market)
        const { markPrice, adlPrice } = given.markets[row]
        const { side, quantity } = given.demand[row]
        return { market, side, ...stated, level: given.levels[market] ?? null, demand: quantity, markPrice, adlPrice }
      }),
    }
  } catch (error) {
    if (error instanceof Refusal) return { accepted: false, reason: error.message }
    throw error
  }
}

/** Everything closed together is the demand. */
function checkTotals({ market, sums, quantity, unit }: Published): void {
  const [, , closed] = sums
  const gap = subtract(decimal(closed, 'closed'), quantity)
  if (compare(gap, unit) > 0 || compare(subtract(zero, gap), unit) > 0) {
    throw new Refusal(`the cuts in ${market} do not add up to the demand`)
  }
}

function ownScore(rule: RuleName, receipt: Receipt, own: ReceiptMarket, { price, isLong }: Published): Score {
  const read = (value: string | undefined, what: string): Decimal | undefined =>
    value === undefined ? undefined : decimal(value, what, what === 'walletBalance')
  return scoreOf(rule, {
    price,
    isLong,
    capacity: decimal(own.capacity, 'capacity'),
    entryPrice: read(own.entryPrice, 'entryPrice'),
    gross: decimal(receipt.grossNotional, 'grossNotional'),
    equity: decimal(receipt.equity, 'equity', true),
    maintenanceMargin: read(receipt.maintenanceMargin, 'maintenanceMargin'),
    walletBalance: read(own.walletBalance, 'walletBalance'),
  })
}

interface Climb {
  readonly shown: Shown
  readonly queue?: QueueStanding
}

/** Who stands before and beside, and of how many what was closed out of turn. */
interface QueueStanding {
  readonly ahead: Decimal
  readonly together: Decimal
  /** Contracts of those ahead that were not closed, and that number of leaves. */
  readonly spared: readonly [contracts: Decimal, leaves: Decimal]
  /** Contracts of those behind that were closed, and that number of leaves. */
  readonly early: readonly [contracts: Decimal, leaves: Decimal]
}

/** Where those ahead do not exceed the demand they were closed whole; where it ends with those beside, or before, nobody behind was closed. */
function checkOthers({ ahead, together, spared, early }: QueueStanding, { market, quantity, unit }: Published): void {
  const isMore = ([contracts, leaves]: QueueStanding['spared']): boolean =>
    compare(contracts, multiply(unit, leaves)) > 0
  if (compare(quantity, ahead) >= 0 && isMore(spared))
    throw new Refusal(`somebody who stands ahead in ${market} was not closed whole`)
  if (compare(quantity, add(ahead, together)) <= 0 && isMore(early))
    throw new Refusal(`somebody who stands behind in ${market} was closed before`)
}

/**
 * From the leaf to the root. The sums of a node are those of its children, so only siblings are given. In a queue a sibling has the own
 * score in all of its leaves, or stands before it as a whole, or behind it.
 */
function climb(
  { market, capacity, closed, path }: ReceiptMarket,
  commitment: string,
  published: Published,
  remarked: string,
  score: Score | undefined,
): Climb {
  const first = score === undefined && signOf(decimal(remarked, 'remarkedEquity', true)) <= 0 ? capacity : '0'
  const range = score === undefined ? [] : [scoreText(score), scoreText(score)]
  let sums: Sums = ['1', capacity, closed, first, ...range]
  let ahead = zero
  let together = decimal(capacity, 'capacity')
  let spared: QueueStanding['spared'] = [zero, zero]
  let early = spared
  const leaf = leafHash(commitment, market, sums.join())
  let hash = leaf
  for (const [side, sibling, ...theirs] of path) {
    const [one, other] = [sums.join(), theirs.join()]
    hash = side === 'left' ? nodeHash(sibling, other, hash, one) : nodeHash(hash, one, sibling, other)
    if (score !== undefined) {
      const standing = standingOf(side, theirs, score, market)
      const [leaves, held, cut] = theirs.slice(0, 3).map((sum) => decimal(sum, 'sum'))
      if (standing === 'together') together = add(together, held)
      else if (standing === 'behind') early = [add(early[0], cut), add(early[1], leaves)]
      else {
        ahead = add(ahead, held)
        spared = [add(spared[0], subtract(held, cut)), add(spared[1], leaves)]
      }
    }
    sums = joined(sums, theirs, side)
  }
  if (sums.join() !== published.sums.join() || rootHash(market, hash, sums.join()) !== published.root) {
    throw new Refusal(`the leaf in ${market} does not lead to the published root`)
  }
  return {
    shown: { market, leaf, turns: path.map(([side]) => side[0]).join('') },
    ...(score !== undefined && { queue: { ahead, together, spared, early } }),
  }
}

/** The sums of a node; of a queue the range from the least of its right child to the greatest of its left. */
function joined(own: Sums, theirs: Sums, side: 'left' | 'right'): Sums {
  const [left, right] = side === 'left' ? [theirs, own] : [own, theirs]
  const sums = left.slice(0, 4).map((one, i) => toText(add(decimal(one, 'sum'), decimal(right[i], 'sum'))))
  return left.length === 4 ? sums : [...sums, right[4], left[5]]
}

function standingOf(
  side: 'left' | 'right',
  theirs: Sums,
  score: Score,
  market: string,
): 'ahead' | 'together' | 'behind' {
  const [least, greatest] = [scoreIn(theirs[4], 'least'), scoreIn(theirs[5], 'greatest')]
  if (compareScores(least, greatest) > 0) throw new Refusal(`a range of scores in ${market} is turned`)
  if (compareScores(least, score) === 0 && compareScores(greatest, score) === 0) return 'together'
  if (side === 'left' && compareScores(least, score) > 0) return 'ahead'
  if (side === 'right' && compareScores(greatest, score) < 0) return 'behind'
  throw new Refusal(`the queue of ${market} is not in the order of its scores`)
}

/**
 * Checks all receipts of a publication together: each by itself; no number, account, leaf or place stands twice; and together
 * they are all leaves, so that no leaf is in a tree that nobody was shown.
 */
export class ReceiptsCheck {
  readonly #seen = new Set<string>()
  readonly #shown = new Map<string, number>()
  readonly #public: unknown
  count = 0

  constructor(publicJson: unknown) {
    this.#public = publicJson
  }

  /** Why the next receipt is refused; undefined where it is not. */
  add(receiptJson: unknown): string | undefined {
    const shown: Shown[] = []
    const check = checkReceipt(receiptJson, this.#public, (one) => shown.push(one))
    if (!check.accepted) return check.reason
    this.count++
    const keys = [`number ${check.number}`, `account ${JSON.stringify(check.account)}`]
    for (const { market, leaf, turns } of shown) {
      keys.push(`leaf ${leaf} of ${market}`, `place ${turns} of ${market}`)
      this.#shown.set(market, (this.#shown.get(market) ?? 0) + 1)
    }
    const twice = keys.find((key) => this.#seen.has(key))
    for (const key of keys) this.#seen.add(key)
    return twice && `${twice} stands twice`
  }

  /** What is missing when all were added. */
  missing(): string | undefined {
    const { given } = readPublic(this.#public)
    const market = Object.keys(given.leaves).find((name) => (this.#shown.get(name) ?? 0) !== given.leaves[name])
    if (market === undefined) return undefined
    return `${this.#shown.get(market) ?? 0} of ${given.leaves[market]} leaves of ${market} are shown by these receipts`
  }
}
