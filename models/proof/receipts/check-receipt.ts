import { add, compare, signOf, subtract, toText, zero } from '../../../src/numeric/index.js'
import { followsRule, type RuleAccount } from './follow-rule.js'
import type { Receipt, ReceiptMarket, Sums } from './format.js'
import { accountHash, leafHash, nodeHash, rootHash } from './hashes.js'
import { decimal, type Published, Refusal, readPublic, readReceipt } from './published.js'

/** What a receipt turned out to show. */
export interface ReceiptCheck {
  readonly accepted: boolean
  /** Why not. */
  readonly reason?: string
  readonly rule?: string
  readonly number?: number
  readonly account?: string
  readonly markets?: readonly {
    readonly market: string
    readonly capacity: string
    readonly closed: string
    readonly level: string | null
  }[]
}

/** Where a leaf hangs: what `--check-all` compares. */
export interface Shown {
  readonly market: string
  readonly leaf: string
  /** The sides of its siblings, from the leaf up. */
  readonly place: string
}

/**
 * Checks one receipt against what is public: the account's numbers hash to a leaf of each tree, every sum on the way is right and none
 * is negative, the totals add up to the demand, and the cut is what rule and level make of the account's own numbers, to one unit.
 */
export function checkReceipt(receiptJson: unknown, publicJson: unknown, note?: (shown: Shown) => void): ReceiptCheck {
  try {
    const { given, markets } = readPublic(publicJson)
    const receipt = readReceipt(receiptJson)
    if (receipt.public !== given.digest) throw new Refusal('the receipt belongs to another public.json')
    for (const market of markets.values()) checkTotals(market)
    const account = ownNumbers(receipt, markets)
    const commitment = accountHash(receipt)
    receipt.markets.forEach((own, k) => {
      const market = markets.get(own.market) as Published
      if (compare(decimal(own.closed, 'closed'), decimal(own.capacity, 'capacity')) > 0) {
        throw new Refusal(`more of ${own.market} is closed than was held`)
      }
      // Before the call, which is none at all where nobody takes notes.
      const shown = climb(own, commitment, market, signOf(account.remarked) <= 0)
      note?.(shown)
      if (!followsRule(given.rule, account, k, units(account, markets))) {
        throw new Refusal(`the cut in ${own.market} is not what rule and level say`)
      }
    })
    return {
      accepted: true,
      rule: given.rule,
      number: receipt.number,
      account: receipt.account,
      markets: receipt.markets.map(({ market, capacity, closed }) => ({
        market,
        capacity,
        closed,
        level: given.levels[market] ?? null,
      })),
    }
  } catch (error) {
    if (error instanceof Refusal) return { accepted: false, reason: error.message }
    throw error
  }
}

const units = (account: RuleAccount, markets: ReadonlyMap<string, Published>) =>
  account.held.map(({ market }) => (markets.get(market.market) as Published).unit)

/** Everything closed together is the demand, and no sum is beyond another. */
function checkTotals({ market, sums, quantity, unit, capacity }: Published): void {
  const [, , closed, first] = sums
  const gap = subtract(decimal(closed, 'closed'), quantity)
  if (compare(gap, unit) > 0 || compare(subtract(zero, gap), unit) > 0) {
    throw new Refusal(`the cuts in ${market} do not add up to the demand`)
  }
  if (compare(decimal(first, 'first'), capacity) > 0) throw new Refusal(`the totals of ${market} contradict each other`)
}

function ownNumbers(receipt: Receipt, markets: ReadonlyMap<string, Published>): RuleAccount {
  const held = receipt.markets.map(({ market: name, capacity, closed }) => {
    const market = markets.get(name)
    if (market === undefined) throw new Refusal(`nothing is public of market ${name}`)
    return { market, capacity: decimal(capacity, 'capacity'), closed: decimal(closed, 'closed') }
  })
  const remarked = decimal(receipt.remarkedEquity, 'remarkedEquity', true)
  return { gross: decimal(receipt.grossNotional, 'grossNotional'), remarked, held }
}

/** From the leaf to the root. The sums of a node are those of its children, so only siblings are given. */
function climb(
  { market, capacity, closed, path }: ReceiptMarket,
  commitment: string,
  published: Published,
  isFirst: boolean,
): Shown {
  let sums: Sums = ['1', capacity, closed, isFirst ? capacity : '0']
  const leaf = leafHash(commitment, market, sums)
  let hash = leaf
  for (const [side, sibling, ...theirs] of path) {
    hash = side === 'left' ? nodeHash(sibling, theirs, hash, sums) : nodeHash(hash, sums, sibling, theirs)
    sums = sums.map((own, i) => toText(add(decimal(own, 'sum'), decimal(theirs[i], 'sum')))) as unknown as Sums
  }
  if (sums.join() !== published.sums.join() || rootHash(market, hash, sums) !== published.root) {
    throw new Refusal(`the leaf in ${market} does not lead to the published root`)
  }
  return { market, leaf, place: path.map(([side]) => side[0]).join('') }
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
    for (const { market, leaf, place } of shown) {
      keys.push(`leaf ${leaf} of ${market}`, `place ${place} of ${market}`)
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
