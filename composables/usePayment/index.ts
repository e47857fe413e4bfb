import { computed, getCurrentInstance, getCurrentScope, onMounted, onScopeDispose, shallowRef } from 'vue'
import { useVkPay } from '../../js_sdk/client'
import { isBusy } from '../../js_sdk/flow'
import type { PaySession } from '../../js_sdk/session'
import type { PayOutcome, PayResult, StateChange } from '../../js_sdk/types'
import { usePageVisibility } from '../usePageVisibility'
// #ifdef H5
import type { AttemptView } from '../../js_sdk/attempt'
import { webSession } from './web-session'
// #endif
import type { UsePaymentOptions, UsePaymentReturn } from './types'

export type * from './types'

/** When a page that comes up asks again about what it left unfinished, ms; the last is after the longest wait for an answer. */
const LOOK_AGAIN_MS = [1500, 8500]

/** A payment for those who draw their own button. Each call has a payment of its own. */
export function usePayment(options: UsePaymentOptions = {}): UsePaymentReturn {
  const client = options.client ?? useVkPay()
  let session!: PaySession
  // #ifdef H5
  const web = webSession(client)
  const returned = shallowRef<AttemptView>()
  session = web
  // #endif
  // #ifndef H5
  session = client.session()
  // #endif
  const change = shallowRef<StateChange>()
  const result = shallowRef<PayResult>()
  const state = computed(() => change.value?.state ?? 'idle')

  const outcomes: Partial<Record<PayOutcome, Listeners<PayResult>>> = {}
  const changes: Listeners<StateChange> = new Set()
  let later: unknown[] = []
  let visible = true
  const on = (outcome: PayOutcome) => adder(outcomes[outcome] ??= new Set())

  session.subscribe({
    onState(next) {
      change.value = next
      if (next.state === 'creating')
        result.value = undefined
      // #ifdef H5
      returned.value = web.returned && { ...web.returned }
      // #endif
      options.onStateChange?.(next)
      changes.forEach(listener => listener(next))
    },
    onResult(ended) {
      result.value = ended
      options.onResult?.(ended)
      outcomes[ended.outcome]?.forEach(listener => listener(ended))
    },
  })

  usePageVisibility(() => {
    visible = true
    session.pageShown()
  }, () => {
    visible = false
    session.pageHidden()
  })
  if (getCurrentScope())
    onScopeDispose(dispose)
  // what this page left unfinished; while a page is being set up, uni-app does not name it yet
  if (getCurrentInstance())
    onMounted(takeUp)
  else
    takeUp()

  /**
   * Again a little later: the server asks the channel at most once a second, so its first answer may
   * be of before; and on launch the app asks as well, and keeps what it learnt for the page.
   */
  function takeUp() {
    void session.resume()
    later = LOOK_AGAIN_MS.map(ms => client.clock.setTimeout(() => {
      // a page out of sight asks when it is shown again
      if (!visible)
        return
      void session.resume()
      if (session.state === 'idle')
        session.pageShown()
    }, ms))
  }

  function dispose() {
    later.forEach(client.clock.clearTimeout)
    session.dispose()
  }

  return {
    state,
    current: computed(() => change.value && session.current && { ...session.current }),
    busy: computed(() => isBusy(state.value)),
    result: computed(() => result.value),
    error: computed(() => result.value?.error),
    codeUrl: computed(() => change.value?.code_url),
    expiresAt: computed(() => change.value?.expires_at),
    pay: (order, payOptions) => session.pay(order, payOptions),
    // #ifdef H5
    returned: computed(() => returned.value),
    repayable: () => web.repayable,
    repay: () => web.repay(),
    // #endif
    check: () => session.check(),
    dismiss: () => session.dismiss(),
    onSuccess: on('success'),
    onFail: on('fail'),
    onCancel: on('cancel'),
    onPending: on('pending'),
    onStateChange: adder(changes),
    dispose,
  }
}

type Listeners<T> = Set<(value: T) => void>

function adder<T>(listeners: Listeners<T>) {
  return (listener: (value: T) => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
}
