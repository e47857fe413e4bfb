import type { CreatePaymentResult } from '../../../js_sdk/types'
import type { modelServer } from '../../support/model-server'
import type { Server } from './phone'

const shelf = { goods: [{ _id: 'goods_001', name: '高山乌龙茶', price: 3990, stock: 100, sales: 0 }], user: { _id: 'user_001', balance: 0 }, orders: [], recharge_logs: [], vip_purchase_logs: [] }

/** The pay function as the model has it, with the order's number in `orderInfo`; the demo's interface shows a full shelf. */
export function scripted({ backend }: ReturnType<typeof modelServer>): Server {
  return async ({ body }) => {
    if (!body)
      return shelf
    const answer = await backend.call<Partial<CreatePaymentResult>>(body.action, body.data)
    const { out_trade_no, total_fee, orderInfo } = answer
    return orderInfo ? { ...answer, orderInfo: { ...orderInfo, out_trade_no, total_fee } } : answer
  }
}

/** A real server: whatever host the app was built with, the request goes to `base`. */
export function overHttp(base: string): Server {
  return async ({ url, body }) => {
    const answer = await fetch(base + new URL(url).pathname, body && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return answer.json()
  }
}
