/** What is known of where an event comes from: the parts of an `import.json` that every report repeats. */
export interface SourceFacts {
  /** The reader: `binance`, `hyperliquid-fills`, …; undefined where somebody else wrote the file. */
  readonly source?: string
  /** ISO-8601, UTC; `null` where the source does not say. */
  readonly moment: string | null
  /** The last moment, where there are several. */
  readonly until?: string
  readonly files: readonly { readonly name: string; readonly sha256: string; readonly bytes: number }[]
  readonly dropped: readonly CountedReason[]
  readonly repaired: readonly CountedReason[]
  readonly defaulted: readonly CountedReason[]
  readonly unknown: readonly UnknownFact[]
}

/** What the source cannot say; `accounts` where that is so of some of them only. */
export interface UnknownFact {
  readonly reason: string
  readonly says: string
  readonly accounts?: { readonly count: number; readonly of: number }
}

export interface CountedReason {
  readonly reason: string
  readonly count: number
}

/** The facts of a record that was read from a file; whatever is not as `spillway import` writes it is left out. */
export function sourceFacts(record: unknown): SourceFacts | undefined {
  if (!isRecord(record)) return undefined
  const { source, moment, until } = record
  const list = (key: string): readonly Fields[] => {
    const value = record[key]
    return Array.isArray(value) ? value.filter(isRecord) : []
  }
  const counted = (key: string): readonly CountedReason[] =>
    list(key).flatMap(({ reason, count }) =>
      typeof reason === 'string' && typeof count === 'number' ? [{ reason, count }] : [],
    )
  return {
    ...(typeof source === 'string' && { source }),
    moment: typeof moment === 'string' ? moment : null,
    ...(typeof until === 'string' && { until }),
    files: list('files').flatMap(({ name, sha256, bytes }) =>
      typeof name === 'string' && typeof sha256 === 'string' && typeof bytes === 'number'
        ? [{ name, sha256, bytes }]
        : [],
    ),
    dropped: counted('dropped'),
    repaired: counted('repaired'),
    defaulted: counted('defaulted'),
    unknown: list('unknown').flatMap(({ reason, says, accounts }) =>
      typeof reason === 'string' && typeof says === 'string'
        ? [{ reason, says, ...(isShare(accounts) && { accounts: { count: accounts.count, of: accounts.of } }) }]
        : [],
    ),
  }
}

const isShare = (value: unknown): value is NonNullable<UnknownFact['accounts']> =>
  isRecord(value) && typeof value.count === 'number' && typeof value.of === 'number'

type Fields = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
