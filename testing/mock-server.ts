import type { MockCall, MockOrder, MockOutcome, MockStepOptions } from './types'

export type Step = { outcome: MockOutcome } & Required<MockStepOptions>

/** What the server has in hand of an order. */
export type Held = { -readonly [Key in keyof MockOrder]: MockOrder[Key] } & {
  step: Step
  /** When it will be paid without anybody doing anything more, milliseconds since 1970. */
  paysAt?: number
  unreachable?: boolean
}

type Data = Record<string, unknown>

const NO_SUCH_ACTION = 404
const NO_SUCH_ORDER = 40005
const ALREADY_PAID = 40006
const STATUS: Record<MockOrder['state'], number> = { NOTPAY: 0, USERPAYING: 0, SUCCESS: 1, CLOSED: -1 }

interface ServerOptions {
  now: () => number
  channels: readonly string[]
  /** Takes the next step of the script. */
  take: () => Step
}

/** Knows orders and whether they are paid; its answers have the fields of the real ones. */
export function mockServer({ now, channels, take }: ServerOptions) {
  const orders = new Map<string, Held>()
  const calls: MockCall[] = []
  let reachable = true

  function settle(order: Held | undefined): Held | undefined {
    if (order?.paysAt !== undefined && order.paysAt <= now()) {
      order.paysAt = undefined
      order.state = 'SUCCESS'
    }
    return order
  }

  function attempt(data: Data): Held {
    const no = String(data.out_trade_no)
    const step = take()
    const order = settle(orders.get(no)) ?? { out_trade_no: no, state: 'NOTPAY', total_fee: 0, provider: '', creates: 0, queries: 0, outcome: step.outcome, step }
    orders.set(no, order)
    Object.assign(order, { step, outcome: step.outcome, unreachable: step.outcome === 'offline', creates: order.creates + 1 })
    if (order.state !== 'SUCCESS')
      Object.assign(order, { total_fee: Number(data.total_fee), provider: String(data.provider) })
    if (step.outcome === 'already-paid')
      order.state = 'SUCCESS'
    return order
  }

  function create(data: Data, order: Held): Data {
    const { out_trade_no, provider, total_fee, state } = order
    const head = { out_trade_no, provider, total_fee, platform: data.vk_platform }
    if (state === 'SUCCESS')
      return { ...head, code: ALREADY_PAID, msg: 'paid already' }
    return { ...head, code: 0, msg: '', orderInfo: { out_trade_no, total_fee, mock: true } }
  }

  function query(order: Held | undefined): Data {
    if (!order)
      return { code: NO_SUCH_ORDER, msg: 'no such order' }
    order.queries++
    const { out_trade_no, total_fee, state } = order
    const orderPaid = state === 'SUCCESS'
    return {
      code: 0,
      msg: '',
      out_trade_no,
      orderPaid,
      status: STATUS[state],
      data: { trade_state: state, total_fee },
      ...orderPaid && { user_order_success: true, transaction_id: `MOCK_${out_trade_no}` },
    }
  }

  function find(no: string): Held {
    const order = settle(orders.get(no))
    if (!order)
      throw new Error(`no such order at the mock server: ${no}`)
    return order
  }

  return {
    orders,
    calls,
    find,
    setReachable(whether: boolean) {
      reachable = whether
      if (whether)
        orders.forEach(order => order.unreachable = false)
    },
    change(no: string, state: 'SUCCESS' | 'CLOSED') {
      const order = find(no)
      if (order.state !== state && (order.state === 'SUCCESS' || order.state === 'CLOSED'))
        throw new Error(`the order ${no} is ${order.state}: it can no longer become ${state}`)
      order.state = state
    },
    /** @throws Error when it cannot be reached */
    answer(action: string, data: Data): Data {
      calls.push({ action, data: JSON.parse(JSON.stringify(data)) as Data })
      const creating = action === 'pay/createPayment' && reachable
      const order = creating ? attempt(data) : settle(orders.get(String(data.out_trade_no)))
      if (!reachable || order?.unreachable)
        throw new Error('request:fail the mock server cannot be reached')
      switch (action) {
        case 'pay/createPayment': return create(data, order!)
        case 'pay/queryPayment': return query(order)
        case 'pay/listProviders': return { code: 0, msg: '', providers: channels.map(provider => ({ provider, platform: data.vk_platform })) }
        default: return { code: NO_SUCH_ACTION, msg: `no such action: ${action}` }
      }
    },
    clear() {
      orders.clear()
      calls.length = 0
      reachable = true
    },
  }
}
