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

  usePageVisibility(() => session.pageShown(), () => session.pageHidden())
  if (getCurrentScope())
    onScopeDispose(() => session.dispose())
  // what this page left unfinished; while a page is being set up, uni-app does not name it yet
  if (getCurrentInstance())
    onMounted(() => { void session.resume() })
  else
    void session.resume()

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
    dispose: () => session.dispose(),
  }
}

type Listeners<T> = Set<(value: T) => void>

function adder<T>(listeners: Listeners<T>) {
  return (listener: (value: T) => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
}
