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

const unchanged = { state: 'idle' } as StateChange

/** A payment for those who draw their own button. Each call has a payment of its own. */
export function usePayment(options: UsePaymentOptions = {}): UsePaymentReturn {
  const client = options.client || useVkPay()
  let session!: PaySession
  // #ifdef H5
  const web = webSession(client)
  const returned = shallowRef<AttemptView>()
  session = web
  // #endif
  // #ifndef H5
  session = client.session()
  // #endif
  const { subscribe, pageShown, pageHidden, dispose } = session
  const change = shallowRef<StateChange>(unchanged)
  const result = shallowRef<PayResult>()

  subscribe({
    onState(next) {
      change.value = next
      if (next.state === 'creating')
        result.value = undefined
      // #ifdef H5
      returned.value = web.returned && { ...web.returned }
      // #endif
    },
    onResult(ended) {
      result.value = ended
    },
  })
  subscribe({ onState: options.onStateChange, onResult: options.onResult })
  const on = (outcome: PayOutcome) => (listener: (result: PayResult) => void) =>
    subscribe({ onResult: ended => void (ended.outcome === outcome && listener(ended)) })

  usePageVisibility(pageShown, pageHidden)
  if (getCurrentScope())
    onScopeDispose(dispose)
  // what this page left unfinished; while a page is being set up, uni-app does not name it yet
  const takeUp = () => void session.resume()
  if (getCurrentInstance())
    onMounted(takeUp)
  else
    takeUp()

  const read = <T>(field: (now: StateChange) => T) => computed(() => field(change.value))
  return {
    state: read(({ state }) => state),
    current: read(() => session.current),
    busy: read(({ state }) => isBusy(state)),
    result: computed(() => result.value),
    error: computed(() => result.value && result.value.error),
    codeUrl: read(({ code_url }) => code_url),
    expiresAt: read(({ expires_at }) => expires_at),
    pay: session.pay,
    open: session.open,
    // #ifdef H5
    returned: computed(() => returned.value),
    repayable: () => web.repayable,
    repay: () => web.repay(),
    // #endif
    check: session.check,
    dismiss: session.dismiss,
    onSuccess: on('success'),
    onFail: on('fail'),
    onCancel: on('cancel'),
    onPending: on('pending'),
    onStateChange: listener => subscribe({ onState: listener }),
    dispose,
  }
}
