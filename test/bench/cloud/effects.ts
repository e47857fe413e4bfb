/** Notification → durable effect of its handler, beside the rate at which the store can make a transaction durable at all. */
import type { Store } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import type { RawRequest } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/ports'
import { command } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import { createPay } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/node'
import { configOf } from '../../cloud/support/shop'
import { Wechat } from '../../cloud/support/wechat'
import { atOnce, measure, print, ROUNDS } from './rounds'

const USERS = 50
const services = 'uni_modules/vk-uni-pay/uniCloud/cloudfunctions/vk-pay/service'

/** Signed notifications of paid orders that the store knows and has not heard of: the part that is not measured. */
async function prepare(store: Store, count: number): Promise<{ pay: ReturnType<typeof createPay>, notifications: RawRequest[] }> {
  const wechat = new Wechat({ now: Date.now })
  const pay = createPay({ config: { object: configOf() }, store, handlers: `${process.cwd()}/${services}/pay-notify`, http: wechat.http, log: () => {} })
  const notifications: RawRequest[] = []
  for (let i = 0; i < count; i++) {
    const out_trade_no = `BENCH_${Date.now().toString(36)}_${i}`
    const { code, msg } = await pay.createPayment({ data: { provider: 'wxpay', vk_platform: 'mp-weixin', out_trade_no, total_fee: 100, subject: '充值', type: 'recharge', openid: 'oPayer0000000000000000000000', custom: { user_id: `user_${i % USERS}`, recharge_balance: 100 } } })
    if (code !== 0)
      throw new Error(msg)
    wechat.pay(out_trade_no)
    notifications.push(wechat.notificationFor(out_trade_no))
  }
  return { pay, notifications }
}

/** The least a store can do for one payment: claim it, and write what the handler writes, together. */
async function claimAndWrite(store: Store, i: number): Promise<void> {
  await store.transaction(async (tx) => {
    await tx.add('callback_logs', { callback_id: `bare:${Date.now().toString(36)}:${i}:${Math.random()}`, state: 'done' })
    await tx.update('uni-id-users', { _id: `user_${i % USERS}` }, { balance: command.inc(100) })
    await tx.add('recharge_logs', { user_id: `user_${i % USERS}`, amount: 100 })
  })
}

export async function benchEffects(name: string, store: Store, { width, count }: { width: number, count: number }): Promise<void> {
  for (let i = 0; i < USERS; i++)
    await store.add('uni-id-users', { _id: `user_${i}`, balance: 0 }).catch(() => {})
  const { pay, notifications } = await prepare(store, count * (ROUNDS + 1))
  let used = 0
  const rates = await measure({
    'a bare transaction: one document': n => atOnce(width, n, () => store.transaction(tx => tx.add('bench_rows', { n: 1 }))),
    'claim and the handler\'s writes, bare': n => atOnce(width, n, i => claimAndWrite(store, i)),
    'notification → durable effect': async (n) => {
      const first = used
      used += n
      await atOnce(width, n, async (i) => {
        const { status } = await pay.paymentNotify(notifications[first + i]!)
        if (status !== 200)
          throw new Error(`answered ${status}`)
      })
    },
  }, count)
  print(`${name}, ${width === 1 ? 'one after the other' : `${width} at once`}`, rates, 'a bare transaction: one document', { name: 'notification → durable effect', ratio: 0.5 })
}
