/** What `public.json` and a receipt hold. Numbers are plain decimals in strings: no exponent, no zero at the end. */

/** What can be checked of one account by its own numbers and public ones. */
export type RuleName = 'water-filling' | 'pro-rata'

/** What stands beside every hash of a tree, by its place in the list: contracts, but for the number of leaves. */
export const SUMS = ['leaves', 'capacity', 'closed', 'first'] as const
export type Sums = readonly [leaves: string, capacity: string, closed: string, first: string]

/** `public.json`: the same for everybody. */
export interface PublicReceipts {
  readonly format: 'spillway/receipts@1'
  readonly rule: RuleName
  /** Digests of their content. */
  readonly event: string
  readonly allocation: string
  /** p_k and a_k of a contract, and the unit to which a cut equals the rule's, contracts. */
  readonly markets: readonly PublicMarket[]
  /** Hexadecimal SHA-256 by market. */
  readonly roots: Readonly<Record<string, string>>
  /** λ_k by market, of water-filling: the leverage at which whoever holds nothing else is left; null where no solvent account is cut. */
  readonly levels: Readonly<Record<string, string | null>>
  readonly demand: readonly { readonly market: string; readonly side: 'long' | 'short'; readonly quantity: string }[]
  /** The sums of each root, by name. */
  readonly totals: Readonly<Record<string, Readonly<Record<(typeof SUMS)[number], string>>>>
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
  readonly markets: readonly ReceiptMarket[]
}

export interface ReceiptMarket {
  readonly market: string
  /** c_ik and x_ik, contracts. */
  readonly capacity: string
  readonly closed: string
  /** From the leaf up: on which side the sibling stands, its hash, its sums. */
  readonly path: readonly PathStep[]
}

export type PathStep = readonly [side: 'left' | 'right', hash: string, ...sums: Sums]
