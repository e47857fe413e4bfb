/** Paid and refunded at the channel before the shop heard of either: merchant and gateway over HTTP, WeChat Pay v3 and v2. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningGateway } from '../../examples/gateway/src/index'
import { createAccount, createGateway, writeMerchantFiles } from '../../examples/gateway/src/index'
import type { Pay, Store } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/node'
import { createPay, openSqlStore } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/node'

const services = 'uni_modules/vk-uni-pay/uniCloud/cloudfunctions/vk-pay/service'
const dir = mkdtempSync(join(tmpdir(), 'vk-pay-refunded-'))

let gateway: RunningGateway
let files: Awaited<ReturnType<typeof writeMerchantFiles>>
const stores: Store[] = []

beforeAll(async () => {
  const account = await createAccount(Date.now())
  gateway = await createGateway({ account, probeEvery: 0, tls: true, speed: 60 })
  files = await writeMerchantFiles(account, dir, gateway.url, 'http://127.0.0.1:9/vk-pay', gateway.tlsUrl)
})
afterAll(async () => {
  await gateway.close()
  await Promise.all(stores.map(store => store.close()))
  rmSync(dir, { recursive: true })
})

interface Shop { pay: Pay, store: Store, log: { event: string, out_trade_no?: unknown }[] }

/** One merchant; each shop has an order book of its own, and neither knows what the other has heard. */
async function openShop(configFile: string): Promise<Shop> {
  const store = await openSqlStore({ file: ':memory:' })
  stores.push(store)
  const log: Shop['log'] = []
  const pay = createPay({ config: { object: createRequire(import.meta.url)(configFile) as Record<string, unknown> }, store, handlers: `${services}/pay-notify`, log: (_, event, fields) => void log.push({ event, ...fields }) })
  await store.add('goods', { _id: 'goods_001', stock: 10, sales: 0 })
  return { pay, store, log }
}

const order = (out_trade_no: string) => ({ provider: 'wxpay', vk_platform: 'mp-weixin', openid: 'oPayer', out_trade_no, total_fee: 100, subject: '礼物', type: 'goods', custom: { goods_id: 'goods_001', quantity: 1 } })

/** The one shop never hears of the payment; the other one does, and gives money back. */
async function refundedBehind(version: 'v2' | 'v3', number: string, fees: readonly number[]): Promise<Shop> {
  const configFile = version === 'v2' ? files.configFileV2 : files.configFile
  const [shop, other] = [await openShop(configFile), await openShop(configFile)]
  for (const { pay } of [shop, other])
    expect(await pay.createPayment({ data: order(number) })).toMatchObject({ code: 0 })
  await fetch(`${gateway.url}/gateway/orders/${number}/act`, { method: 'POST', body: JSON.stringify({ action: 'pay-silent' }) })
  expect(await other.pay.queryPayment({ out_trade_no: number })).toMatchObject({ orderPaid: true })
  for (const [i, refund_fee] of fees.entries()) {
    const out_refund_no = `R${i}_${number}`
    expect(await other.pay.refund({ out_trade_no: number, out_refund_no, refund_fee })).toMatchObject({ code: 0 })
    // now, if not by itself already
    await fetch(`${gateway.url}/gateway/orders/${number}/refunds/${out_refund_no}`, { method: 'POST', body: JSON.stringify({ status: 'SUCCESS', notify: false }) })
  }
  return shop
}

const rowOf = async ({ store }: Shop, out_trade_no: string) => (await store.find('vk-pay-orders', { out_trade_no }))[0]
const stockOf = async ({ store }: Shop) => (await store.find('goods', { _id: 'goods_001' }))[0]?.stock

describe('an order of which we hear when its money has gone back', () => {
  it.each(['v2', 'v3'] as const)('%s: all of it; it is paid and refunded, once, and nothing is delivered', async (version) => {
    const number = `REFUNDED_ALL_${version}`
    const shop = await refundedBehind(version, number, [100])
    for (let i = 0; i < 2; i++)
      expect(await shop.pay.queryPayment({ out_trade_no: number })).toMatchObject({ code: 0, orderPaid: true, status: 3, data: { trade_state: 'REFUND' } })
    expect(await rowOf(shop, number)).toMatchObject({ status: 3, refund_fee: 100, refund_num: 1, transaction_id: expect.stringMatching(/^\d+$/) as unknown, refund_list: [{ refund_fee: 100, refund_status: 'SUCCESS' }] })
    expect(await stockOf(shop)).toBe(10)
    expect((await shop.pay.timeline(number)).timeline).toMatchObject([{ event: 'created' }, { event: 'invoked' }, { event: 'asked' }])
  })

  it('v2: a part of it, in several refunds; the rest is delivered', async () => {
    const shop = await refundedBehind('v2', 'REFUNDED_PART_v2', [10, 20])
    expect(await shop.pay.queryPayment({ out_trade_no: 'REFUNDED_PART_v2' })).toMatchObject({ orderPaid: true, status: 2 })
    expect(await rowOf(shop, 'REFUNDED_PART_v2')).toMatchObject({ status: 2, refund_fee: 30, user_order_success: true })
    expect(await stockOf(shop)).toBe(9)
  })

  it('v3 does not tell how much: nothing is delivered, and the log says why', async () => {
    const shop = await refundedBehind('v3', 'REFUNDED_PART_v3', [10])
    expect(await shop.pay.queryPayment({ out_trade_no: 'REFUNDED_PART_v3' })).toMatchObject({ orderPaid: true, status: 3 })
    expect(await stockOf(shop)).toBe(10)
    expect(shop.log.filter(({ event }) => /does not say how much/.test(event))).toMatchObject([{ out_trade_no: 'REFUNDED_PART_v3' }])
  })
})
