import type { RuleName } from './rules.js'

/** What `public.json` and a receipt hold. Numbers are plain decimals in strings: no exponent, no zero at the end; scores are fractions. */

/**
 * What stands beside every hash of a tree, in the order of the columns of its rule (`rules.ts`): the number of leaves, contracts held,
 * closed, and held by accounts with g ≤ 0; in queues the least and the greatest score as well.
 */
export type Sums = readonly string[]

/** `public.json`: the same for everybody. */
export interface PublicReceipts {
  readonly format: 'spillway/receipts@1'
  readonly rule: RuleName
  /** Digests of their content. */
  readonly event: string
  readonly allocation: string
  /** p_k and a_k of a contract, the unit to which a cut equals the rule's, contracts, and what the rule needs besides. */
  readonly markets: readonly PublicMarket[]
  /** Hexadecimal SHA-256 by market. */
  readonly roots: Readonly<Record<string, string>>
  /**
   * By market, of water-filling λ_k, the leverage at which whoever holds nothing else is left; with a factor the level of z'/g; in lots
   * that of the last one taken. Null where no solvent account is cut, and where the rule has no level.
   */
  readonly levels: Readonly<Record<string, string | null>>
  readonly demand: readonly { readonly market: string; readonly side: 'long' | 'short'; readonly quantity: string }[]
  /** The sums of each root, by name. */
  readonly totals: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Number of leaves by market. */
  readonly leaves: Readonly<Record<string, number>>
  /** SHA-256 of the JSON text of all the rest, without spaces. */
  readonly digest: string
}

export interface PublicMarket {
  readonly market: string
  readonly markPrice: string
  readonly adlPrice: string
  readonly unit: string
  /** β_k, with a factor. */
  readonly factorLoading?: string
  /** In lots: their size, and of the last one taken N' before it, g and number of its account; null where none is taken of g > 0. */
  readonly lotSize?: string
  readonly lastNotional?: string | null
  readonly lastEquity?: string | null
  readonly lastNumber?: number | null
}

/** What a leaf says of its account, and how it hangs in the tree of each market. */
export interface Receipt {
  readonly format: 'spillway/receipt@1'
  /** The digest of the `public.json` that it belongs to. */
  readonly public: string
  readonly number: number
  readonly account: string
  /** HMAC-SHA-256 of the number under the venue's key, hexadecimal. */
  readonly salt: string
  /** G_i, gross notional of all that the account holds, and g_i, its equity re-marked at ADL prices. */
  readonly grossNotional: string
  readonly remarkedEquity: string
  /** z_i = Σ_k n_ik p_k β_k, with a factor. */
  readonly factorExposure?: string
  /** e_i, in queues. */
  readonly equity?: string
  /** m_i, in queues by it. */
  readonly maintenanceMargin?: string
  readonly markets: readonly ReceiptMarket[]
}

export interface ReceiptMarket {
  readonly market: string
  /** c_ik and x_ik, contracts. */
  readonly capacity: string
  readonly closed: string
  /** In queues by profit. */
  readonly entryPrice?: string
  /** In queues that measure profit by it. */
  readonly walletBalance?: string
  /** From the leaf up: on which side the sibling stands, its hash, its sums. */
  readonly path: readonly PathStep[]
}

export type PathStep = readonly [side: 'left' | 'right', hash: string, ...sums: Sums]
