import type { Backend, CreatePaymentResult, QueryPaymentResult } from '../../js_sdk/types'
import { ErrorCode, VkPayError } from '../../js_sdk/errors'

export interface ModelOrder {
  state: 'NOTPAY' | 'SUCCESS' | 'CLOSED'
  total_fee: number
  provider?: string
  creates: number
  queries: number
}

/** What uni-id answers without a token. */
export const SIGNED_OUT = 30202

/** A server in a few lines: knows orders and whether they are paid. Its next answers can be lost, or be something else. */
export function modelServer() {
  const orders = new Map<string, ModelOrder>()
  const script: { action: string, answer?: unknown, lost?: 'request' | 'answer' }[] = []
  const calls: { action: string, data: Record<string, unknown> }[] = []
  /** Orders it has answered to be paid. */
  const saidPaid = new Set<string>()
  let signedOut = false

  function create(data: Record<string, unknown>): CreatePaymentResult {
    const no = String(data.out_trade_no)
    const order = orders.get(no) ?? { state: 'NOTPAY', total_fee: Number(data.total_fee), creates: 0, queries: 0 }
    orders.set(no, order)
    order.creates++
    const provider = String(data.provider)
    if (order.state === 'SUCCESS') {
      saidPaid.add(no)
      return { out_trade_no: no, provider, total_fee: order.total_fee, code: 40006, msg: 'paid already' }
    }
    // another channel or amount: what was there is closed, and its place taken under the same number
    order.total_fee = Number(data.total_fee)
    order.provider = provider
    const head = { out_trade_no: no, provider, total_fee: order.total_fee }
    const expires_at = undefined
    return {
      ...head,
      code: 0,
      msg: '',
      orderInfo: {
        ...{ timeStamp: '1', nonceStr: 'n', package: 'prepay_id=1', signType: 'RSA', paySign: 's', appId: 'wx' },
        ...{ appid: 'wx', partnerid: '1', prepayid: '1', noncestr: 'n', timestamp: '1', sign: 's' },
        ...{ tradeNO: 'trade-1', order_id: 'order-1', order_token: 'token-1' },
        ...{ code_url: `weixin://wxpay/bizpayurl?pr=${no}`, expires_at, h5_url: 'http://127.0.0.1/h5?prepay_id=1' },
      },
    }
  }

  function query(data: Record<string, unknown>): QueryPaymentResult {
    const no = String(data.out_trade_no)
    const order = orders.get(no)
    if (!order)
      return { code: 40005, msg: 'no such order' }
    order.queries++
    const paid = order.state === 'SUCCESS'
    if (paid)
      saidPaid.add(no)
    return {
      code: 0,
      msg: '',
      out_trade_no: no,
      orderPaid: paid,
      user_order_success: paid || undefined,
      transaction_id: paid ? `T${no}` : undefined,
      status: paid ? 1 : order.state === 'CLOSED' ? -1 : 0,
      data: { trade_state: order.state, total_fee: order.total_fee },
    }
  }

  const backend: Backend = {
    async call<T>(action: string, data: Record<string, unknown>) {
      calls.push({ action, data })
      const at = script.findIndex(step => step.action === action)
      const [step] = at < 0 ? [] : script.splice(at, 1)
      const lost = () => new VkPayError(ErrorCode.NETWORK, 'lost')
      if (step?.lost === 'request')
        throw lost()
      const refusal = signedOut ? { code: SIGNED_OUT, msg: 'signed out' } : undefined
      const answer = step?.answer ?? refusal ?? (action === 'pay/createPayment' ? create(data) : action === 'pay/queryPayment' ? query(data) : { code: 0, openid: 'openid-1' })
      if (step?.lost === 'answer')
        throw lost()
      return answer as T
    },
  }

  return {
    backend,
    orders,
    calls,
    /** The next call of `action` is lost on its way, or its answer is. */
    lose: (action: string, lost: 'request' | 'answer' = 'request') => void script.push({ action, lost }),
    /** The next call of `action` is answered with this. */
    answer: (action: string, answer: unknown) => void script.push({ action, answer }),
    /** Nothing is lost any more. */
    heal: () => void script.splice(0),
    /** Refuses everybody until they sign in. */
    signOut: () => void (signedOut = true),
    signIn: () => void (signedOut = false),
    saidPaid: (no: string) => saidPaid.has(no),
    pay(no: string) {
      const order = orders.get(no)
      if (order?.state === 'NOTPAY')
        order.state = 'SUCCESS'
    },
    close(no: string) {
      const order = orders.get(no)
      if (order?.state === 'NOTPAY')
        order.state = 'CLOSED'
    },
  }
}
