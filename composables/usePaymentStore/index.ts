import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { useVkPay } from '../../js_sdk/client'
import type { JournalEntry } from '../../js_sdk/journal'
import type { PayOutcome, ProviderId, TradeState } from '../../js_sdk/types'

/** A payment that ended, without what only a log wants. */
export interface RecentPayment {
  /** The merchant's order number. */
  out_trade_no: string
  /** The channel it was paid through. */
  provider: ProviderId
  /** fen */
  total_fee: number
  /** How it ended. */
  outcome: PayOutcome
  /** What the server said of it. */
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
 * It hears of everything that happens after it was first used: use it in `App.vue`, and call
 * `resume()` in `onLaunch`.
 */
export const usePaymentStore = defineStore('vk-pay', () => {
  const client = useVkPay()
  const { journal } = client
  const unfinished = shallowRef<JournalEntry[]>([])
  const recent = shallowRef<RecentPayment[]>(readRecent())

  /** Reads the journal again: another tab, or another page, may have written. */
  function refresh() {
    unfinished.value = journal.list().sort((a, b) => b.created_at - a.created_at)
  }

  function note({ out_trade_no, provider, total_fee, outcome, trade_state }: Omit<RecentPayment, 'at'>) {
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

  /** Asks the server about everything unfinished that no page looks after; what has ended moves over to `recent`. Never rejects. */
  const resume = () => client.resume()

  /** Forgets the recent ones, as when the user signs out; the journal stays, it holds what may still be paid. */
  function forget() {
    recent.value = []
    uni.removeStorageSync(KEY)
  }

  client.watch(result => result ? note(result) : refresh())
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

function readRecent(): RecentPayment[] {
  const kept: unknown = uni.getStorageSync(KEY)
  return Array.isArray(kept) ? kept.slice(0, KEPT) : []
}
