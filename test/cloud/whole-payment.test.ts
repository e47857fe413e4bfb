import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Account, RunningGateway } from '../../examples/gateway/src/index'
import { createAccount, createGateway } from '../../examples/gateway/src/index'
import type { Pay, Store } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/node'
import { createNodeListener, createPay, handlerTable } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/node'
import { newPlace, sqlEngines } from './support/sql-engines'
import { openAt } from './support/sql-place'

const services = 'uni_modules/vk-uni-pay/uniCloud/cloudfunctions/vk-pay/service'
const platforms = ['mp-weixin', 'h5-weixin', 'app-plus', 'h5', 'mweb'] as const

interface Answer { code: number, msg: string, orderInfo: Record<string, string> }

let account: Account
beforeAll(async () => { account = await createAccount(Date.now()) })

/** The config of a merchant in one of the two ways to know WeChat's keys. */
function configOf(gateway: RunningGateway, notifyUrl: string, mode: 'public-key' | 'certificate') {
  const { mchid, secret, apiV3Key, merchantCertPem, merchantPrivateKeyPem, platformPublicKeyPem, platformPublicKeyId, appids } = gateway.account
  const publicKey = mode === 'public-key' ? { wxpayPublicKeyContent: platformPublicKeyPem, wxpayPublicKeyId: platformPublicKeyId } : {}
  const channel = { secret, mchId: mchid, v3Key: apiV3Key, version: 3, appCertContent: merchantCertPem, appPrivateKeyContent: merchantPrivateKeyPem, gateway: gateway.url, ...publicKey }
  return {
    notifyUrl: { default: notifyUrl },
    wxpay: Object.fromEntries(platforms.map(platform => [platform, { ...channel, appId: appids[platform], sceneInfo: { h5_info: { type: 'Wap' } } }])),
  }
}

it.each(sqlEngines)('a handler that rolled back and yet says done is a failure, and leaves nothing (%s)', async (engine) => {
  const gateway = await createGateway({ account, probeEvery: 0 })
  const store = await openAt(await newPlace(engine))
  let rollBack = true
  const pay = createPay({
    config: { object: configOf(gateway, 'http://127.0.0.1:9/vk-pay', 'public-key') },
    store,
    log: () => {},
    handlers: handlerTable({ goods: { main: async ({ util }) => {
      const { vk } = util as { vk: { baseDao: { startTransaction: () => Promise<{ rollback: () => Promise<void>, commit: () => Promise<void> }>, add: (options: object) => Promise<string> } } }
      const db = await vk.baseDao.startTransaction()
      await vk.baseDao.add({ dbName: 'effects', dataJson: { done: true }, db })
      await (rollBack ? db.rollback() : db.commit())
      return { code: 0, msg: 'done' }
    } } }),
  })
  const out_trade_no = 'ROLLED_BACK_1'
  await pay.createPayment({ provider: 'wxpay', data: { vk_platform: 'h5', out_trade_no, total_fee: 100, subject: '整笔支付', type: 'goods' } })
  await fetch(`${gateway.url}/gateway/orders/${out_trade_no}/act`, { method: 'POST', body: JSON.stringify({ action: 'pay-silent' }) })
  expect(await pay.queryPayment({ out_trade_no })).toMatchObject({ orderPaid: true, user_order_success: false })
  expect(await store.count('effects', {})).toBe(0)
  rollBack = false
  await pay.reconcile({ now: Date.now() + 3_600_000 })
  expect(await store.count('effects', {})).toBe(1)
  await gateway.close()
  await store.close()
})

const cases = sqlEngines.flatMap(engine => (['public-key', 'certificate'] as const).map(mode => [engine, mode] as const))

describe.each(cases)('merchant and gateway over HTTP, on %s, in %s mode', (engine, mode) => {
  let gateway: RunningGateway
  let store: Store
  let pay: Pay
  let close: () => Promise<void>

  beforeAll(async () => {
    // a probe with a wrong signature before every notification: it must not get in the way
    gateway = await createGateway({ account, probeEvery: 1, notifySigner: mode })
    store = await openAt(await newPlace(engine))
    const server = createServer((request, response) => createNodeListener(pay)(request, response))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/vk-pay`
    pay = createPay({ config: { object: configOf(gateway, url, mode) }, store, handlers: `${services}/pay-notify`, actions: services, log: () => {} })
    await store.add('goods', { _id: 'goods_001', stock: 100, sales: 0 })
    close = async () => {
      await gateway.close()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
      await store.close()
    }
  })
  afterAll(() => close())

  const post = async <T>(path: string, body: object) =>
    await (await fetch(`${gateway.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })).json() as T

  /** What the payer's side of each platform does with `orderInfo`. */
  async function payAs(platform: typeof platforms[number], no: string, orderInfo: Record<string, string>): Promise<string> {
    if (platform === 'h5' || platform === 'mweb') {
      await post(`/gateway/orders/${no}/act`, { action: 'pay' })
      return 'requestPayment:ok'
    }
    const door = platform === 'app-plus' ? 'app' : 'jsapi'
    const { errMsg } = await post<{ errMsg: string }>(`/gateway/client/${door}`, { appId: account.appids[platform], ...orderInfo })
    return errMsg
  }

  it.each(platforms)('%s: created, paid, notified, handled once, answered', async (platform) => {
    const no = `WHOLE_${mode === 'certificate' ? 'C' : 'P'}_${platform}`.replace(/-/g, '_')
    const [before] = await store.find('goods', { _id: 'goods_001' })
    const { openid } = await pay.code2SessionWeixin({ code: `code-of-${platform}` }) as unknown as { openid: string }
    const created = await pay.call({
      action: 'pay/createPayment',
      data: { provider: 'wxpay', vk_platform: platform, out_trade_no: no, total_fee: 100, subject: '整笔支付', type: 'goods', openid, custom: { user_id: 'u1', goods_id: 'goods_001', quantity: 2 } },
    }, { clientIp: '203.0.113.9' }) as unknown as Answer
    expect(created).toMatchObject({ code: 0 })
    expect(await payAs(platform, no, created.orderInfo)).toBe('requestPayment:ok')
    await gateway.idle()

    const upstream = await (await fetch(`${gateway.url}/gateway/orders/${no}`)).json() as { creates: number, notifications: { kind: string, status: number }[] }
    expect(upstream.creates).toBe(1)
    const accepted = upstream.notifications.map(({ kind, status }) => [kind, status < 300])
    expect(accepted).toEqual(expect.arrayContaining([['probe', false], ['notify', true]]))
    expect(accepted).not.toContainEqual(['probe', true])

    expect(await pay.queryPayment({ out_trade_no: no })).toMatchObject({ code: 0, orderPaid: true, user_order_success: true, data: { trade_state: 'SUCCESS', total_fee: 100 } })
    const [after] = await store.find('goods', { _id: 'goods_001' })
    expect(after).toMatchObject({ stock: Number(before?.stock) - 2, sales: Number(before?.sales) + 2 })
  })

  it('a paySign with one changed character cannot pay', async () => {
    const no = `WHOLE_${mode}_wrong`.replace(/-/g, '_')
    const created = await pay.createPayment({ provider: 'wxpay', data: { vk_platform: 'mp-weixin', out_trade_no: no, total_fee: 100, subject: '整笔支付', type: 'goods', openid: 'openid_of_a_tester_0123456789' } }) as unknown as Answer
    const { paySign } = created.orderInfo
    const changed = (paySign!.startsWith('A') ? 'B' : 'A') + paySign!.slice(1)
    const { errMsg } = await post<{ errMsg: string }>('/gateway/client/jsapi', { appId: account.appids['mp-weixin'], ...created.orderInfo, paySign: changed })
    expect(errMsg).not.toBe('requestPayment:ok')
    expect(await pay.queryPayment({ out_trade_no: no })).toMatchObject({ code: 0, orderPaid: false, data: { trade_state: 'NOTPAY' } })
  })
})
