import type { KeyValueStorage, PayPlatform, ProviderId } from './types'

/** An attempt that is not known to be over. Kept over restarts; holds nothing secret. */
export interface JournalEntry {
  /** The merchant's order number. */
  out_trade_no: string
  provider: ProviderId
  platform: PayPlatform
  /** fen */
  total_fee: number
  /** The page it was started on. */
  route: string
  /** Milliseconds since 1970. */
  created_at: number
  /** The page was left for the channel's own. */
  redirected?: boolean
}

type Entries = Record<string, JournalEntry>

const KEY = 'vk-pay-journal'
/** WeChat lets an order be paid for 7 days (protocol default); after that nothing can come. */
const LONGEST_MS = 7 * 24 * 3600_000

export interface Journal {
  list: () => JournalEntry[]
  get: (outTradeNo: string) => JournalEntry | undefined
  put: (entry: JournalEntry) => void
  /** Whether there was one to remove: of several who learn that an order is paid, one is told so. */
  remove: (outTradeNo: string) => boolean
}

/** The list of unfinished attempts, in `storage`; read afresh each time, as another tab may write too. `changed` is told of what is written here. */
export function createJournal(storage: KeyValueStorage, now: () => number, changed: () => void = () => {}): Journal {
  // what a full or forbidden storage could not take: better kept for this run than not at all
  let unsaved: Entries | undefined

  function read(): Entries {
    if (unsaved)
      return unsaved
    try {
      // whatever else has been stored there has no entries, or none of these
      return Object.fromEntries(Object.entries((storage.get(KEY) || {}) as Entries)
        .filter(([no, entry]) => entry && entry.out_trade_no === no && now() - entry.created_at < LONGEST_MS))
    }
    catch {
      return {}
    }
  }

  function write(entries: Entries) {
    try {
      storage.set(KEY, entries)
      unsaved = undefined
    }
    catch {
      unsaved = entries
    }
    changed()
  }

  return {
    list: () => Object.values(read()),
    get: no => read()[no],
    put: entry => write({ ...read(), [entry.out_trade_no]: entry }),
    remove(no) {
      const { [no]: removed, ...rest } = read()
      if (removed)
        write(rest)
      return !!removed
    },
  }
}
