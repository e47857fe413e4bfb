import { computed, getCurrentScope, onScopeDispose, shallowRef, toValue, watch } from 'vue'
import type { MaybeRefOrGetter } from 'vue'
import { useVkPay } from '../../js_sdk/client'
import type { Poller, Verdict } from '../../js_sdk/poll'
import { defaultPollPolicy, startPolling } from '../../js_sdk/poll'
import type { QueryPaymentResult } from '../../js_sdk/types'
import { usePageVisibility } from '../usePageVisibility'
import { isFact, isPartlyRefunded, isProcessing, isSettled, readStatus } from './read-status'
import type { PaymentStatus, UsePaymentStatusOptions, UsePaymentStatusReturn } from './types'

export type * from './types'

/**
 * What the server says about an order. It keeps asking, by the client's poll policy, until the
 * answer can no longer change or the policy ends; it rests while the page is hidden.
 */
export function usePaymentStatus(outTradeNo: MaybeRefOrGetter<string | undefined>, options: UsePaymentStatusOptions = {}): UsePaymentStatusReturn {
  const { client = useVkPay(), autoRefresh = true } = options
  const policy = client.options.poll ?? defaultPollPolicy
  const answer = shallowRef<QueryPaymentResult>()
  const status = shallowRef<PaymentStatus>('loading')
  const refreshes = shallowRef(0)
  let sequence = 0
  let poller: Poller | undefined
  let wasHidden = false
  let disposed = false

  /** Starts over: whatever was under way no longer counts. Resolves after the first answer. */
  function start(): Promise<void> {
    stop()
    const no = toValue(outTradeNo)
    if (!no || disposed)
      return Promise.resolve()
    const mine = sequence
    return new Promise((resolve) => {
      poller = startPolling({
        clock: client.clock,
        policy: (attempt, elapsedMs) => toValue(autoRefresh) ? policy(attempt, elapsedMs) : 'stop',
        onDeadline: () => {},
        async ask(): Promise<Verdict> {
          const given = await query(no)
          if (mine === sequence)
            take(given)
          resolve()
          return isSettled(answer.value) ? 'done' : 'again'
        },
      })
    })
  }

  function stop() {
    sequence++
    poller?.stop()
  }

  async function query(no: string): Promise<QueryPaymentResult | undefined> {
    try {
      return await client.queryPayment({ out_trade_no: no })
    }
    catch {
      // no answer is not news: nothing is known, and asking goes on
      return undefined
    }
  }

  function take(given: QueryPaymentResult | undefined) {
    const next = readStatus(given)
    // a server that cannot be reached, or is at a loss, does not unsay what it said
    if (next === 'confirming' && isFact(status.value))
      return
    if (next !== 'confirming' || given?.code === 0)
      answer.value = given
    status.value = next
  }

  async function refresh(): Promise<PaymentStatus> {
    refreshes.value++
    await start()
    refreshes.value--
    return status.value
  }

  function dispose() {
    disposed = true
    stop()
  }

  watch(() => toValue(outTradeNo), () => {
    answer.value = undefined
    status.value = 'loading'
    void start()
  }, { immediate: true })

  usePageVisibility(() => {
    if (wasHidden && toValue(autoRefresh) && !isSettled(answer.value))
      void start()
    wasHidden = false
  }, () => {
    wasHidden = true
    poller?.pause()
  })
  if (getCurrentScope())
    onScopeDispose(dispose)

  return {
    status: computed(() => status.value),
    answer: computed(() => answer.value),
    totalFee: computed(() => answer.value?.data?.total_fee),
    processing: computed(() => isProcessing(answer.value)),
    partlyRefunded: computed(() => isPartlyRefunded(answer.value)),
    refreshing: computed(() => refreshes.value > 0),
    refresh,
    dispose,
  }
}
