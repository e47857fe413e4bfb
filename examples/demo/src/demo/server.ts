/** The server of the demo: orders in this device's storage, and whether they are paid. */
import type { Backend } from '@/uni_modules/vk-uni-pay/js_sdk/index'

type State = 'NOTPAY' | 'SUCCESS' | 'CLOSED' | 'REFUND'

interface Order {
  state: State
  total_fee: number
  /** When it will be paid without anybody doing anything more, milliseconds since 1970. */
  pays_at?: number
  /** Until then nobody answers about it. */
  unreachable_until?: number
  handled?: boolean
}

const KEY = 'demo-orders'
const KEPT = 30
const LATENCY_MS = 350

const read = (): Record<string, Order> => uni.getStorageSync(KEY) || {}

function write(no: string, order: Order): void {
  const entries = Object.entries({ ...read(), [no]: order })
  uni.setStorageSync(KEY, Object.fromEntries(entries.slice(-KEPT)))
}

/** The order as it is now, due payments included. */
function orderOf(no: string): Order | undefined {
  const order = read()[no]
  if (order?.state === 'NOTPAY' && order.pays_at !== undefined && order.pays_at <= Date.now()) {
    order.state = 'SUCCESS'
    write(no, order)
  }
  return order
}

/** What the payer's hand does to an order behind the client's back. */
export function change(no: string, patch: Partial<Order>): void {
  const order = orderOf(no)
  if (order)
    write(no, { ...order, ...patch })
}

/** An order in a certain state, for the pages that show states. */
export const place = (no: string, order: Order): void => write(no, order)

const STATUS: Record<State, number> = { NOTPAY: 0, SUCCESS: 1, CLOSED: -1, REFUND: 3 }

function query(no: string): object {
  const order = orderOf(no)
  if (!order)
    return { code: 40005, msg: 'no such order' }
  const orderPaid = order.state === 'SUCCESS' || order.state === 'REFUND'
  return {
    code: 0,
    msg: '',
    out_trade_no: no,
    orderPaid,
    user_order_success: orderPaid ? order.handled ?? true : undefined,
    status: STATUS[order.state],
    data: { trade_state: order.state, total_fee: order.total_fee },
  }
}

function create({ out_trade_no, total_fee, provider, vk_platform }: Record<string, unknown>): object {
  const no = String(out_trade_no)
  const known = orderOf(no)
  if (known?.state === 'SUCCESS')
    return { code: 40006, msg: 'paid already', out_trade_no: no }
  write(no, { state: 'NOTPAY', total_fee: Number(total_fee) })
  return { code: 0, msg: '', out_trade_no: no, provider, total_fee, platform: vk_platform, orderInfo: { demo: no } }
}

const answers: Record<string, (data: Record<string, unknown>) => object> = {
  'pay/createPayment': create,
  'pay/queryPayment': ({ out_trade_no }) => query(String(out_trade_no)),
  'pay/listProviders': ({ vk_platform }) => ({ code: 0, msg: '', providers: ['wxpay', 'alipay'].map(provider => ({ provider, platform: vk_platform })) }),
}

export const backend: Backend = {
  async call<T>(action: string, data: Record<string, unknown>) {
    const order = read()[String(data.out_trade_no)]
    if ((order?.unreachable_until ?? 0) > Date.now())
      return new Promise<never>(() => {})
    await new Promise(resolve => setTimeout(resolve, LATENCY_MS))
    return (answers[action]?.(data) ?? { code: 404, msg: 'no such action' }) as T
  },
}
