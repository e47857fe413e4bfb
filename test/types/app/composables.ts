import { computed, ref } from 'vue'
import { useChannels } from '@/uni_modules/vk-uni-pay/composables/useChannels'
import { useCountdown } from '@/uni_modules/vk-uni-pay/composables/useCountdown'
import { usePayment } from '@/uni_modules/vk-uni-pay/composables/usePayment'
import { usePaymentStatus } from '@/uni_modules/vk-uni-pay/composables/usePaymentStatus'
import { usePaymentStore } from '@/uni_modules/vk-uni-pay/composables/usePaymentStore'
import type { PayOrder, PayResult } from '@/uni_modules/vk-uni-pay/js_sdk'

const order: PayOrder = { out_trade_no: 'ORDER_0001', total_fee: 100, subject: '高山乌龙茶', type: 'goods', anything: { of: 'mine' } }

export async function paying() {
  const { pay, open, state, busy, result, error, codeUrl, expiresAt, check, dismiss, onSuccess, onFail, onCancel, onPending, onStateChange, repay, dispose } = usePayment({ onResult: res => res.code })
  const off = onSuccess(({ out_trade_no, total_fee, late }) => [out_trade_no, total_fee, late])
  for (const on of [onFail, onCancel, onPending])
    on(({ msg, reason }) => [msg, reason])
  onStateChange(({ state, previous }) => [state, previous])
  off()
  const ended: PayResult = await pay(order)
  await pay(() => order, { provider: 'alipay' })
  await pay(async () => order)
  await open({ provider: 'wxpay', out_trade_no: 'ORDER_0001', total_fee: 100, orderInfo: {} })
  void repay?.()
  check()
  dismiss()
  dispose()
  const seconds: number | undefined = expiresAt.value
  const shown: string | undefined = codeUrl.value ?? error.value?.field ?? result.value?.msg
  const succeeded: boolean = state.value === 'succeeded' && busy.value

  // @ts-expect-error the number of the order is missing
  await pay({ total_fee: 100, subject: '高山乌龙茶', type: 'goods' })
  // @ts-expect-error the type, which picks the handler, is missing
  await pay({ out_trade_no: 'ORDER_0001', total_fee: 100, subject: '高山乌龙茶' })
  // @ts-expect-error fen are a number
  await pay({ ...order, total_fee: '1.00' })
  // @ts-expect-error milliseconds, not a date
  await pay({ ...order, time_expire: new Date() })
  // @ts-expect-error the order it makes has no amount
  await pay(() => ({ out_trade_no: 'ORDER_0001', subject: '高山乌龙茶', type: 'goods' }))
  // @ts-expect-error a channel is a text
  await pay(order, { provider: 1 })
  // @ts-expect-error there is no such state
  void (state.value === 'paid')
  // @ts-expect-error only reading: the state is the payment's
  state.value = 'succeeded'
  // @ts-expect-error only reading
  busy.value = false
  // @ts-expect-error there may be none, as in a mini-program
  void repay()
  // @ts-expect-error `orderInfo` is what the cashier needs
  await open({ provider: 'wxpay', out_trade_no: 'ORDER_0001', total_fee: 100 })
  // @ts-expect-error a listener gets a result
  onSuccess((text: string) => text)
  // @ts-expect-error there is no such outcome
  void (ended.outcome === 'paid')
  // @ts-expect-error no such option
  usePayment({ onPaid: () => {} })
  return [seconds, shown, succeeded]
}

export async function asking() {
  const number = ref('ORDER_0001')
  const { status, answer, totalFee, processing, partlyRefunded, refreshing, refresh } = usePaymentStatus(number, { autoRefresh: () => true })
  usePaymentStatus('ORDER_0001')
  usePaymentStatus(() => number.value, { autoRefresh: false })
  const now = await refresh()
  // @ts-expect-error there is no such status
  void (now === 'success')
  // @ts-expect-error which order
  usePaymentStatus()
  // @ts-expect-error the number of an order is a text
  usePaymentStatus(1)
  // @ts-expect-error on or off
  usePaymentStatus('ORDER_0001', { autoRefresh: 1500 })
  // @ts-expect-error only reading
  status.value = 'paid'
  return [status.value, answer.value?.data?.trade_state, totalFee.value?.toFixed(), processing.value, partlyRefunded.value, refreshing.value]
}

export async function choosing() {
  const { channels, openable, loading, chosen, choose, remember, load } = useChannels({ providers: computed(() => ['wxpay', 'alipay'] as const) })
  await load()
  choose(channels.value[0] ?? 'wxpay')
  remember()
  // @ts-expect-error a channel is a text
  choose({ id: 'wxpay' })
  // @ts-expect-error channels are a list
  useChannels({ providers: 'wxpay' })
  return [openable.value, loading.value, chosen.value]
}

export function counting() {
  const { seconds, text, ended } = useCountdown(() => Date.now() + 60_000, { onEnd: () => {} })
  // @ts-expect-error milliseconds, not a date
  useCountdown(new Date())
  return [seconds.value, text.value.length, ended.value]
}

export function remembering() {
  const store = usePaymentStore()
  const [first] = store.recent
  // @ts-expect-error a list has a number of things, and no sum
  void store.recent.total
  return [store.unfinished.length, first?.out_trade_no, first?.outcome === 'success']
}
