/** At the desk, out of the balance, and at the end of the day: merchant and gateway over HTTP. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Account, RunningGateway } from '../../examples/gateway/src/index'
import { createAccount, createGateway } from '../../examples/gateway/src/index'
import type { Pay, Store } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/node'
import { createNodeListener, createPay, openSqlStore } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/node'

const services = 'uni_modules/vk-uni-pay/uniCloud/cloudfunctions/vk-pay/service'
const DAY_MS = 86_400_000

type Mode = 'public-key' | 'certificate'
let account: Account
beforeAll(async () => { account = await createAccount(Date.now() - 2 * DAY_MS) })

function configOf(gateway: RunningGateway, notifyUrl: string, mode: Mode, over: Record<string, unknown>) {
  const { mchid, secret, apiV3Key, merchantCertPem, merchantPrivateKeyPem, platformPublicKeyPem, platformPublicKeyId, appids } = gateway.account
  const publicKey = mode === 'public-key' ? { wxpayPublicKeyContent: platformPublicKeyPem, wxpayPublicKeyId: platformPublicKeyId } : {}
  const channel = { appId: appids['mp-weixin'], secret, mchId: mchid, v3Key: apiV3Key, version: 3, appCertContent: merchantCertPem, appPrivateKeyContent: merchantPrivateKeyPem, gateway: gateway.url, transferSceneId: '1000', transferSceneReportInfos: [{ info_type: '活动名称', info_content: '新会员有礼' }], ...publicKey, ...over }
  return { notifyUrl: { default: notifyUrl }, wxpay: { 'mp-weixin': channel } }
}

async function openWorld(mode: Mode, over: Record<string, unknown> = {}) {
  // noon in China, so that no test runs over midnight
  let offset = Math.floor(Date.now() / DAY_MS) * DAY_MS + DAY_MS / 6 - Date.now()
  const now = (): number => Date.now() + offset
  const gateway = await createGateway({ account, probeEvery: 1, notifySigner: mode, now })
  const store: Store = await openSqlStore({ file: ':memory:' })
  let pay!: Pay
  const server = createServer((request, response) => createNodeListener(pay)(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/vk-pay`
  pay = createPay({ config: { object: configOf(gateway, url, mode, over) }, store, handlers: `${services}/pay-notify`, actions: services, log: () => {}, now })
  await store.add('goods', { _id: 'goods_001', stock: 1_000, sales: 0 })
  const post = async (path: string, body: object): Promise<Record<string, unknown>> =>
    await (await fetch(gateway.url + path, { method: 'POST', body: JSON.stringify(body) })).json() as Record<string, unknown>
  return {
    gateway,
    pay,
    store,
    day: (back = 0) => new Date(now() - back * DAY_MS + 8 * 3_600_000).toISOString().slice(0, 10),
    post,
    pass: (ms: number) => { offset += ms },
    stock: async () => (await store.find('goods', { _id: 'goods_001' }))[0]?.stock,
    order: (over: Record<string, unknown>) => ({ provider: 'wxpay', vk_platform: 'mp-weixin', openid: 'oPayer', total_fee: 100, subject: '柜台', type: 'goods', custom: { goods_id: 'goods_001', quantity: 1 }, ...over }),
    async close() {
      await gateway.close()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
      await store.close()
    },
  }
}
type World = Awaited<ReturnType<typeof openWorld>>

describe.each([['public-key', {}], ['certificate', {}], ['public-key', { partner: true }], ['certificate', { partner: true }]] as const)('%s mode %o', (mode, { partner = false }: { partner?: boolean }) => {
  let world: World
  beforeAll(async () => {
    world = await openWorld(mode, partner ? { subMchId: account.shop.mchid, subAppId: account.shop.appid } : {})
  })
  afterAll(() => world.close())

  const scan = async (kind: string, number: string, over: Record<string, unknown> = {}) => {
    const { auth_code } = await world.post('/gateway/codes', { kind })
    return world.pay.createPayment({ data: world.order({ out_trade_no: number, auth_code, ...over }) })
  }

  it('a code that pays at once', async () => {
    const before = Number(await world.stock())
    expect(await scan('paid', 'DESK_PAID_1')).toMatchObject({ code: 0, orderPaid: true, user_order_success: true, pay_type: 'wxpay_codepay', data: { trade_state: 'SUCCESS' } })
    expect(await world.stock()).toBe(before - 1)
  })

  it('a payer who confirms, one who refuses, one who walks away, and one without money', async () => {
    expect(await scan('confirm', 'DESK_CONFIRM')).toMatchObject({ code: 0, orderPaid: false, data: { trade_state: 'USERPAYING' } })
    await world.post('/gateway/orders/DESK_CONFIRM/act', { action: 'pay' })
    world.pass(2_000)
    expect(await world.pay.queryPayment({ out_trade_no: 'DESK_CONFIRM' })).toMatchObject({ orderPaid: true, user_order_success: true })

    await scan('confirm', 'DESK_REFUSE')
    await world.post('/gateway/orders/DESK_REFUSE/act', { action: 'refuse' })
    world.pass(2_000)
    expect(await world.pay.queryPayment({ out_trade_no: 'DESK_REFUSE' })).toMatchObject({ orderPaid: false, data: { trade_state: 'PAYERROR' } })
    world.pass(20_000)
    await world.pay.reconcile()
    expect(await world.pay.queryPayment({ out_trade_no: 'DESK_REFUSE' })).toMatchObject({ status: -1 })

    await scan('confirm', 'DESK_AWAY')
    world.pass(50_000)
    await world.pay.reconcile()
    expect(await world.pay.queryPayment({ out_trade_no: 'DESK_AWAY' })).toMatchObject({ orderPaid: false, status: -1, data: { trade_state: 'CLOSED' } })
    const upstream = await (await fetch(`${world.gateway.url}/gateway/orders/DESK_AWAY`)).json() as { trade_state: string }
    expect(upstream.trade_state).toBe('REVOKED')

    expect(await scan('poor', 'DESK_POOR')).toMatchObject({ code: 40007 })
    expect(await world.pay.queryPayment({ out_trade_no: 'DESK_POOR' })).toMatchObject({ status: -1 })
  })

  it('a large amount is always confirmed; the answer to the scanner may be lost', async () => {
    expect(await scan('paid', 'DESK_LARGE', { total_fee: 100_100 })).toMatchObject({ data: { trade_state: 'USERPAYING' } })
    await world.post('/gateway/faults', { next: { path: '/v3/pay/*', method: 'POST', status: 'hangup', stage: 'after' } })
    expect(await scan('paid', 'DESK_LOST')).toMatchObject({ code: 0, orderPaid: false, data: { trade_state: 'UNKNOWN' } })
    world.pass(2_000)
    expect(await scan('paid', 'DESK_LOST')).toMatchObject({ code: 0, orderPaid: true, data: { trade_state: 'SUCCESS' } })
  })

  it('created, paid, notified, refunded, as ever', async () => {
    const created = await world.pay.createPayment({ data: world.order({ out_trade_no: 'SHOP_1001' }) }) as unknown as { code: number, orderInfo: Record<string, string> }
    expect(created.code).toBe(0)
    const appId = partner ? account.shop.appid : account.appids['mp-weixin']
    expect(await world.post('/gateway/client/jsapi', { appId, ...created.orderInfo })).toEqual({ errMsg: 'requestPayment:ok' })
    await world.gateway.idle()
    expect(await world.pay.queryPayment({ out_trade_no: 'SHOP_1001' })).toMatchObject({ orderPaid: true, user_order_success: true })
    expect(await world.pay.refund({ out_trade_no: 'SHOP_1001', out_refund_no: 'R-SHOP_1001', refund_fee: 40 })).toMatchObject({ code: 0 })
    await world.post('/gateway/orders/SHOP_1001/refunds/R-SHOP_1001', {})
    await world.gateway.idle()
    expect(await world.pay.queryPayment({ out_trade_no: 'SHOP_1001' })).toMatchObject({ status: 2 })
  })

  if (!partner) {
    it('a transfer: written, confirmed by the payee, notified', async () => {
      const sent = await world.pay.transfer({ out_bill_no: 'TDESK1', total_fee: 250_000, openid: 'oPayee', re_user_name: '张三', desc: '报销' }) as unknown as { confirm: Record<string, string> }
      expect(sent).toMatchObject({ code: 0, state: 'WAIT_USER_CONFIRM' })
      expect(await (await fetch(`${world.gateway.url}/gateway/transfers/TDESK1`)).json()).toMatchObject({ user_name: '张三', amount: 250_000 })
      expect((await fetch(`${world.gateway.url}/transfer?package=${encodeURIComponent(sent.confirm.package ?? '')}`)).status).toBe(200)
      expect(await world.post('/gateway/client/transfer', sent.confirm)).toEqual({ errMsg: 'requestMerchantTransfer:ok' })
      await world.gateway.idle()
      const [row] = await world.store.find('vk-pay-transfers', { out_bill_no: 'TDESK1' })
      expect(row).toMatchObject({ state: 'SUCCESS' })
      expect(JSON.stringify(row)).not.toContain('张三')
      expect(await world.pay.queryTransfer({ out_bill_no: 'TDESK1' })).toMatchObject({ state: 'SUCCESS' })
    })

    it('a payee who does not take it, and a balance that is too low', async () => {
      await world.pay.transfer({ out_bill_no: 'TDESK2', total_fee: 100, openid: 'oPayee', desc: '奖励' })
      await world.post('/gateway/transfers/TDESK2', { action: 'expire', notify: false })
      world.pass(70_000)
      expect(await world.pay.reconcile()).toMatchObject({ transfers: 1 })
      expect(await world.pay.queryTransfer({ out_bill_no: 'TDESK2' })).toMatchObject({ state: 'FAIL', data: { reason: 'OVERDUE_CLOSE' } })
      for (let no = 0; no < 10; no += 1)
        await world.pay.transfer({ out_bill_no: `TBIG${no}`, total_fee: 1_000_000, openid: 'oPayee', re_user_name: '李四', desc: '奖励' })
      expect(await world.pay.transfer({ out_bill_no: 'TDESK3', total_fee: 1_000_000, openid: 'oPayee', re_user_name: '李四', desc: '奖励' })).toMatchObject({ code: 40007 })
    })
  }
})

describe('the day bill, with planted differences', () => {
  it('are all found, and nothing else', async () => {
    const world = await openWorld('public-key')
    try {
      const day = world.day()
      const paid = async (number: string): Promise<void> => {
        await world.pay.createPayment({ data: world.order({ out_trade_no: number }) })
        await world.post(`/gateway/orders/${number}/act`, { action: 'pay-silent' })
        await world.pay.queryPayment({ out_trade_no: number })
      }
      for (let no = 0; no < 25; no += 1)
        await paid(`FINE_${String(no).padStart(3, '0')}`)
      await world.pay.refund({ out_trade_no: 'FINE_000', out_refund_no: 'R-FINE', refund_fee: 10 })
      await world.post('/gateway/orders/FINE_000/refunds/R-FINE', {})
      await world.gateway.idle()
      const { auth_code } = await world.post('/gateway/codes', { kind: 'confirm' })
      await world.pay.createPayment({ data: world.order({ out_trade_no: 'TAKEN_BACK', auth_code }) })

      await paid('HIDDEN_1')
      await world.post('/gateway/orders/HIDDEN_1/bill', { hidden: true })
      await paid('CHEAP_1')
      await world.post('/gateway/orders/CHEAP_1/bill', { total: 1 })
      // known at the channel only
      await paid('FORGOTTEN_1')
      await world.store.remove('vk-pay-orders', { out_trade_no: 'FORGOTTEN_1' })
      // paid on two attempts
      await world.pay.createPayment({ data: world.order({ out_trade_no: 'TWICE_1' }) })
      await world.post('/gateway/faults', { next: { path: '/v3/pay/transactions/out-trade-no/TWICE_1/close', status: 'hangup' } })
      const other = await world.store.find('vk-pay-orders', { out_trade_no: 'TWICE_1' })
      await world.store.update('vk-pay-orders', { out_trade_no: 'TWICE_1' }, { attempts: [{ ...(other[0]?.attempts as object[])[0], state: 'closed' }] })
      await fetch(`${world.gateway.url}/gateway/faults`, { method: 'DELETE' })
      await world.pay.createPayment({ data: world.order({ out_trade_no: 'TWICE_1', total_fee: 200 }) })
      const [row] = await world.store.find('vk-pay-orders', { out_trade_no: 'TWICE_1' })
      const second = String((row?.attempts as { out_trade_no: string }[])[1]?.out_trade_no)
      await world.post(`/gateway/orders/${second}/act`, { action: 'pay' })
      await world.post('/gateway/orders/TWICE_1/act', { action: 'pay' })
      await world.gateway.idle()

      world.pass(60_000)
      await world.pay.reconcile()
      expect(await world.pay.checkBill({ provider: 'wxpay', day })).toMatchObject({ code: 40001, field: 'day' })
      world.pass(2 * DAY_MS)
      const answer = await world.pay.checkBill({ provider: 'wxpay', platform: 'mp-weixin', day })
      const told = (answer.differences as { kind: string, out_trade_no: string, bill_fee?: number, order_fee?: number }[]).map(({ kind, out_trade_no, bill_fee, order_fee }) => [kind, out_trade_no, bill_fee, order_fee])
      expect(told.sort()).toEqual([
        ['amount_differs', 'CHEAP_1', 1, 100],
        ['missing_at_channel', 'HIDDEN_1', undefined, 100],
        ['missing_with_us', 'FORGOTTEN_1', 100, undefined],
        ['paid_twice', 'TWICE_1', 100, 200],
      ])
      expect(answer).toMatchObject({ code: 0, difference_count: 4, bill_refunds: 1, orders: 28 })
      expect(await world.pay.checkBill({ day: world.day(1) })).toMatchObject({ code: 0, bill_payments: 0, difference_count: 0 })
    }
    finally {
      await world.close()
    }
  })
})
