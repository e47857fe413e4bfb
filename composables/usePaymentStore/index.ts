import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { VkPay } from '../../js_sdk/client'
import { useVkPay } from '../../js_sdk/client'
import type { JournalEntry } from '../../js_sdk/journal'
import type { PayOutcome, PayResult, ProviderId, TradeState } from '../../js_sdk/types'
import { journalOf } from '../journal-of'
import { readStatus } from '../usePaymentStatus/read-status'

/** A payment that ended, without what only a log wants. */
export interface RecentPayment {
  out_trade_no: string
  provider: ProviderId
  /** fen */
  total_fee: number
  outcome: PayOutcome
  trade_state: TradeState
  /** When this device learnt of it, milliseconds since 1970. */
  at: number
}

const KEY = 'vk-pay-recent'
/** Older ones are forgotten: the list of all orders is the server's. */
const KEPT = 20

/**
 * Unfinished and recent payments of this device, for a badge, a list, a reminder. It needs pinia
 * (2.2), which only an app that imports this file carries.
 *
 * It listens to every session that begins after it was first used: use it in `App.vue`, and call
 * `resume()` in `onLaunch`.
 */
export const usePaymentStore = defineStore('vk-pay', () => {
  const client = useVkPay()
  const journal = journalOf(client)
  const unfinished = shallowRef<JournalEntry[]>([])
  const recent = shallowRef<RecentPayment[]>(readRecent())

  /** Reads the journal again: another tab, or another page, may have written. */
  function refresh() {
    unfinished.value = journal.list().sort((a, b) => b.created_at - a.created_at)
  }

  function note({ out_trade_no, provider, total_fee, outcome, trade_state }: Omit<RecentPayment, 'at'>) {
    refresh()
    if (!out_trade_no)
      return
    const known = recent.value.find(one => one.out_trade_no === out_trade_no)
    // paid is the last word
    if (known?.outcome === 'success' && outcome !== 'success')
      return
    const payment: RecentPayment = { out_trade_no, provider, total_fee, outcome, trade_state, at: client.clock.now() }
    recent.value = [payment, ...recent.value.filter(one => one.out_trade_no !== out_trade_no)].slice(0, KEPT)
    save()
  }

  function save() {
    try {
      uni.setStorageSync(KEY, recent.value)
    }
    catch {
      // kept for this run
    }
  }

  /** Asks the server about everything unfinished; what has ended moves over to `recent`. Never rejects. */
  async function resume(): Promise<void> {
    const before = journal.list()
    await client.resume()
    const left = new Set(journal.list().map(entry => entry.out_trade_no))
    await Promise.all(before.filter(entry => !left.has(entry.out_trade_no)).map(noteEnded))
    refresh()
  }

  async function noteEnded({ out_trade_no, provider, total_fee }: JournalEntry) {
    try {
      const answer = await client.queryPayment({ out_trade_no })
      const status = readStatus(answer)
      if (status === 'paid' || status === 'closed' || status === 'refunded')
        note({ out_trade_no, provider, total_fee: answer.data?.total_fee ?? total_fee, outcome: status === 'closed' ? 'fail' : 'success', trade_state: answer.data?.trade_state ?? 'UNKNOWN' })
    }
    catch {
      // it has ended, and how is not known just now: the server's list of orders tells
    }
  }

  /** Forgets the recent ones, as when the user signs out; the journal stays, it holds what may still be paid. */
  function forget() {
    recent.value = []
    uni.removeStorageSync(KEY)
  }

  follow(client, refresh, note)
  refresh()
  return {
    unfinished,
    recent,
    /** Whether anything is unfinished. */
    hasUnfinished: computed(() => unfinished.value.length > 0),
    refresh,
    resume,
    forget,
  }
})

/** Sessions tell only those who made them, so the makers are listened to. */
function follow(client: VkPay, changed: () => void, ended: (result: PayResult) => void) {
  const { session, pay } = client
  client.session = () => {
    const made = session()
    made.subscribe({ onState: changed, onResult: ended })
    return made
  }
  client.pay = async (payment) => {
    const result = await pay(payment)
    ended(result)
    return result
  }
}

function readRecent(): RecentPayment[] {
  const kept: unknown = uni.getStorageSync(KEY)
  return Array.isArray(kept) ? kept.slice(0, KEPT) : []
}
