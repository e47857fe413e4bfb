import { createServer } from 'node:http'
import { createNodeListener, createOpsListener, createPay, createReceiver, createVk, defineProvider, forward, handlerTable, openSqlStore, PayCode, payMetrics, rememberNonces, startReconciling } from 'vk-uni-pay/node'
import type { Answer, HandlerModule, PayConfig, Store } from 'vk-uni-pay/node'

const config: PayConfig = {
  notifyUrl: { 'default': 'https://pay.example.com/vk-pay', 'mp-space': 'https://fc-mp-space.next.bspapp.com/http/vk-pay' },
  maxTotalFee: 100_000,
  rateLimit: { createPerUser: 10 },
  wxpay: { 'mp-weixin': { appId: 'wx1', mchId: '1', v3Key: 'k', appCertContent: 'PEM', anything: 1 }, 'mweb': { appId: 'wx2', mchId: '1', version: 2, sceneInfo: { h5_info: { type: 'Wap' } } } },
  alipay: { 'mp-alipay': { appId: '2021', privateKey: 'k', alipayPublicKey: 'k' } },
  points: { h5: { shop: 1 } },
}

const vip: HandlerModule = {
  quote: ({ data }) => data.vip_type === 'year' ? { total_fee: 12_800, subject: '会员', custom: { days: 366 } } : { code: 40001, msg: '没有这种会员' },
  main: async ({ data, userInfo, util, callback_id }) => {
    await util.vk.baseDao.updateById({ dbName: 'uni-id-users', id: String(data.user_id), dataJson: { vip: true } })
    return { code: 0, msg: `${callback_id} ${String(userInfo.nickname)}` }
  },
}
const older: HandlerModule = async ({ data }, { db }) => data.out_trade_no !== undefined && db !== undefined

export const handlers = handlerTable({ vip, older, remote: forward({ url: 'https://erp.example.com/orders', timeoutMs: 5000 }) })

export async function host() {
  const store: Store = await openSqlStore({ file: ':memory:' })
  const metrics = payMetrics()
  const pay = createPay({ config: { object: config }, store, handlers, userOf: async token => token || undefined, spaceId: 'default', log: metrics.log })
  createPay({ config: { dir: '/etc/vk-pay' }, store, handlers: './service/pay-notify', actions: './service' })
  createServer(createNodeListener(pay, { cors: '*', trustProxy: true, maxBodyBytes: 1024 }))
  createServer(createOpsListener(pay, { metrics }))
  await startReconciling(pay, { everyMs: 10_000, limit: 50 }).stop()
  const answer: Answer = await pay.refund({ out_trade_no: 'ORDER_0001', out_refund_no: 'R1', refund_fee: 50 })
  await pay.queryPayment({ out_trade_no: 'ORDER_0001' })
  await createVk({ store }).baseDao.findById({ dbName: 'goods', id: '1' })
  await pay.timeline('ORDER_0001')

  // @ts-expect-error without handlers nothing is delivered
  createPay({ config: { object: config }, store })
  // @ts-expect-error a config is an object, a folder or the uni-config-center
  createPay({ config: '/etc/vk-pay', store, handlers })
  // @ts-expect-error who is it: the id, not yes
  createPay({ config: { object: config }, store, handlers, userOf: async () => true })
  // @ts-expect-error bytes are a number
  createNodeListener(pay, { maxBodyBytes: '1mb' })
  // @ts-expect-error no such option
  createNodeListener(pay, { port: 8080 })
  // @ts-expect-error ms are a number
  startReconciling(pay, { everyMs: '5s' })
  // @ts-expect-error which database
  await openSqlStore({})
  // @ts-expect-error the number of an order is a text
  await pay.timeline(1)
  // @ts-expect-error no such function
  await pay.payout({})
  return [answer.code === PayCode.ok, await store.close()]
}

export const wrongConfigs: PayConfig[] = [
  // @ts-expect-error there is no such section
  { wxpay: { weixin: { appId: 'wx1', mchId: '1' } } },
  // @ts-expect-error which app
  { wxpay: { 'mp-weixin': { mchId: '1' } } },
  // @ts-expect-error a number
  { wxpay: { 'mp-weixin': { appId: 'wx1', mchId: '1', version: 'v3' } } },
  // @ts-expect-error a path
  { wxpay: { 'mp-weixin': { appId: 'wx1', mchId: '1', appCertPath: true } } },
  // @ts-expect-error yes or no
  { alipay: { h5: { appId: '2021', sandbox: 'true' } } },
  // @ts-expect-error a price is in fen, a number
  { appleiap: { 'app-plus': { products: { month: '12.00' } } } },
]

export const wrong: [PayConfig, PayConfig, HandlerModule, HandlerModule] = [
  // @ts-expect-error fen are a number
  { maxTotalFee: '1000' },
  // @ts-expect-error no such limit
  { rateLimit: { perDay: 10 } },
  // @ts-expect-error a price is in fen, a number
  { quote: () => ({ total_fee: '1.00' }), main: async () => true },
  // @ts-expect-error it delivers nothing: there is no main
  { quote: () => 100 },
]

export async function receiving(store: Store) {
  createReceiver<{ out_trade_no: string }>({ notifyKey: 'k'.repeat(64), remember: rememberNonces(store), main: ({ out_trade_no }) => ({ code: 0, msg: out_trade_no }) })
  // @ts-expect-error without a memory anybody could send one twice
  createReceiver({ notifyKey: 'k', main: () => ({ code: 0 }) })
  // @ts-expect-error neither address nor name may be a number
  forward({ url: 8080 })
  // @ts-expect-error it can neither create nor query
  defineProvider({ id: 'points' })
}
