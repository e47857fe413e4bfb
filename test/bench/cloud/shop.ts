/** A shop over a store whose channel answers at once and costs nothing: what is measured is ours. */
import { Buffer } from 'node:buffer'
import type { HttpPort, RawRequest } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/ports'
import type { Doc, Store } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import { createPay } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/node'
import { configOf } from '../../cloud/support/shop'
import { notification, signedHeaders, transactionOf } from '../../cloud/support/wechat'

/** More than the store remembers: who pays is seldom somebody who has just paid. */
const USERS = 5_000
/** A signed answer is believed for five minutes. */
const SIGNED_ANEW_MS = 60_000
const services = 'uni_modules/vk-uni-pay/uniCloud/cloudfunctions/vk-pay/service'

export type Pay = ReturnType<typeof createPay>

export const userOf = (i: number): string => `user_${(i * 7) % USERS}`

export async function addUsers(store: Store): Promise<void> {
  if (await store.count('uni-id-users', {}) > 0)
    return
  await store.transaction(async (tx) => {
    for (let i = 0; i < USERS; i++)
      await tx.add('uni-id-users', { _id: `user_${i}`, balance: 0 })
  })
}

/** The same answer to every order that is created, signed once in a while. */
function instantChannel(): HttpPort {
  const body = Buffer.from(JSON.stringify({ prepay_id: 'wx2026010100000000000000000000000000' }))
  let answer: { signedAt: number, headers: Record<string, string> } | undefined
  return async () => {
    const now = Date.now()
    if (!answer || now - answer.signedAt > SIGNED_ANEW_MS)
      answer = { signedAt: now, headers: signedHeaders(body, { nowMs: now }) }
    return { status: 200, headers: answer.headers, body }
  }
}

export function openPay(store: Store): Pay {
  return createPay({ config: { object: configOf() }, store, handlers: `${process.cwd()}/${services}/pay-notify`, http: instantChannel(), log: () => {} })
}

export async function createOrder(pay: Pay, out_trade_no: string, i: number): Promise<void> {
  const { code, msg } = await pay.createPayment({ data: { provider: 'wxpay', vk_platform: 'mp-weixin', out_trade_no, total_fee: 100, subject: '充值', type: 'recharge', openid: 'oPayer0000000000000000000000', custom: { user_id: userOf(i), recharge_balance: 100 } } })
  if (code !== 0)
    throw new Error(msg)
}

/** The channel's word that an order was paid. */
export function paidNotification(out_trade_no: string): RawRequest {
  const now = Date.now()
  const upstream = { out_trade_no, api: 'jsapi', body: {}, total: 100, state: 'SUCCESS' as const, creates: 1, transaction_id: `42000${out_trade_no}` }
  return notification(transactionOf(upstream, now), { nowMs: now })
}

export async function notify(pay: Pay, request: RawRequest): Promise<void> {
  const { status } = await pay.paymentNotify(request)
  if (status !== 200)
    throw new Error(`answered ${status}`)
}

export async function newest(store: Store, collection: string): Promise<Doc> {
  const [doc] = await store.find(collection, collection === 'vk-pay-orders' ? { status: 1 } : {}, { limit: 1 })
  if (!doc)
    throw new Error(`${collection} is empty`)
  return doc
}
