import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import { createVk } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/data/vk'
import type { Vk } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/data/vk'
import { openSqlStore } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/sql'

interface OrderData { out_trade_no: string, user_id: string, recharge_balance: number, goods_id: string, quantity: number }
interface HandlerEvent { data: OrderData, util: { vk: Vk } }

/** Handlers as authors write them. */
async function recharge({ data, util: { vk } }: HandlerEvent) {
  const { out_trade_no, user_id, recharge_balance } = data
  await vk.baseDao.updateById({
    dbName: 'uni-id-users',
    id: user_id,
    dataJson: { balance: vk.db.command.inc(recharge_balance) },
  })
  await vk.baseDao.add({
    dbName: 'recharge_logs',
    dataJson: { user_id, amount: recharge_balance, out_trade_no, create_date: 1 },
  })
  return { code: 0, msg: '充值成功' }
}

async function goods({ data, util: { vk } }: HandlerEvent) {
  const { out_trade_no, user_id, goods_id, quantity } = data
  await vk.baseDao.updateById({
    dbName: 'goods',
    id: goods_id,
    dataJson: { stock: vk.db.command.inc(-quantity), sales: vk.db.command.inc(quantity) },
  })
  await vk.baseDao.add({ dbName: 'goods_orders', dataJson: { user_id, goods_id, quantity, out_trade_no, status: 'paid' } })
  return { code: 0, msg: '商品订单处理成功' }
}

async function once(vk: Vk, callbackId: string, handler: () => Promise<unknown>) {
  const existing = await vk.baseDao.find({ dbName: 'callback_logs', where: { callback_id: callbackId } })
  if (existing)
    return existing.result
  const result = await handler()
  await vk.baseDao.add({ dbName: 'callback_logs', dataJson: { callback_id: callbackId, result, create_date: 1 } })
  return result
}

describe('handlers of orders', () => {
  let store: Store

  beforeEach(async () => {
    store = await openSqlStore({ file: ':memory:' })
  })

  afterEach(() => store.close())

  const event = (vk: Vk, data: Partial<OrderData>): HandlerEvent => ({ data: data as OrderData, util: { vk } })

  it('recharge raises the balance and keeps a log', async () => {
    const vk = createVk({ store, now: () => 0 })
    await store.add('uni-id-users', { _id: 'u1', balance: 50 })
    expect(await recharge(event(vk, { out_trade_no: 'NO1', user_id: 'u1', recharge_balance: 100 }))).toEqual({ code: 0, msg: '充值成功' })
    expect(await store.find('uni-id-users', {})).toEqual([{ _id: 'u1', balance: 150 }])
    expect(await store.find('recharge_logs', {})).toMatchObject([{ amount: 100, _add_time_str: '1970-01-01 08:00:00' }])
  })

  it('goods lowers the stock; in a transaction that fails nothing stays', async () => {
    await store.add('goods', { _id: 'g1', stock: 10 })
    const data = { out_trade_no: 'NO1', user_id: 'u1', goods_id: 'g1', quantity: 3 }
    await expect(store.transaction(async (session) => {
      await goods(event(createVk({ store, session }), data))
      throw new Error('later step')
    })).rejects.toThrow('later step')
    expect(await store.find('goods', {})).toEqual([{ _id: 'g1', stock: 10 }])
    await store.transaction(session => goods(event(createVk({ store, session }), data)))
    expect(await store.find('goods', {})).toEqual([{ _id: 'g1', stock: 7, sales: 3 }])
    expect(await store.count('goods_orders', { status: 'paid' })).toBe(1)
  })

  it('the duplicate check answers with the first result', async () => {
    const vk = createVk({ store })
    let runs = 0
    const handler = async () => ({ code: 0, run: ++runs })
    expect(await once(vk, 'paid:NO1', handler)).toEqual({ code: 0, run: 1 })
    expect(await once(vk, 'paid:NO1', handler)).toEqual({ code: 0, run: 1 })
    expect(runs).toBe(1)
  })
})
