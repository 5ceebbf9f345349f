/** What can be checked of one account by its own numbers and public ones. */
export const RULES = {
  'water-filling': {},
  'water-filling-lots': { market: ['lotSize', 'lastNotional', 'lastEquity', 'lastNumber'] },
  'factor-water-filling': { own: ['factorExposure'], market: ['factorLoading'] },
  'pro-rata': {},
  'queue-leverage': { own: ['equity'], isQueue: true },
  'queue-pnl-leverage': { own: ['equity'], held: ['entryPrice'], isQueue: true },
  bitmex: { own: ['equity'], held: ['entryPrice'], isQueue: true },
  hyperliquid: { own: ['equity'], held: ['entryPrice'], isQueue: true },
  bybit: { own: ['equity'], held: ['entryPrice'], isQueue: true },
  okx: { own: ['equity'], held: ['entryPrice'], isQueue: true },
  bitget: { own: ['equity', 'maintenanceMargin'], held: ['entryPrice'], isQueue: true },
  gate: { own: ['equity', 'maintenanceMargin'], held: ['entryPrice'], isQueue: true },
  binance: { own: ['equity', 'maintenanceMargin'], held: ['entryPrice', 'walletBalance'], isQueue: true },
  aevo: { own: ['equity', 'maintenanceMargin'], held: ['entryPrice', 'walletBalance'], isQueue: true },
} as const satisfies Record<string, RuleShape>

export type RuleName = keyof typeof RULES

/** Fields that a rule needs besides those of all rules: of an account, of what it holds, of a public market; in the order in which they are hashed. */
interface RuleShape {
  readonly own?: readonly string[]
  readonly held?: readonly string[]
  readonly market?: readonly string[]
  /** Whether leaves stand in the order of a score, and sums carry its range. */
  readonly isQueue?: boolean
}

export interface FullShape extends Required<RuleShape> {
  readonly sums: readonly string[]
}

/** Queues of which no receipts are written, and why not: their place in the queue is not one number of the account's own. */
export const QUEUES_WITHOUT: Readonly<Record<string, string>> = {
  ethereal: 'equals are told apart by profit, balance and account number, and the score of a receipt is one number',
  dydx: 'the order is that of the book from a place drawn by lot, and no number of an account',
  random: 'the order is drawn by lot, and no number of an account',
}

/** What all rules add up, by its index in the list. */
export const SUMS = ['leaves', 'capacity', 'closed', 'first'] as const
/** What queues have beside it: no sums, but the range of scores below a node. */
export const RANGE = ['least', 'greatest'] as const

export function shapeOf(rule: RuleName): FullShape {
  const { own = [], held = [], market = [], isQueue = false }: RuleShape = RULES[rule]
  return { own, held, market, isQueue, sums: isQueue ? [...SUMS, ...RANGE] : SUMS }
}

export const isRule = (name: unknown): name is RuleName => typeof name === 'string' && Object.hasOwn(RULES, name)
