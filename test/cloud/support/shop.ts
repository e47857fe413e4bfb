/** A payment service over a fake WeChat Pay, with a clock the test owns. */
import type { PayConfig, WxpaySettings } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/config'
import type { HandlerModule } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/handlers'
import type { LogFields } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/ports'
import type { Store } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import type { Pay, PayOptions } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/pay'
import type { WechatOptions } from './wechat'
import type { MemoryStore } from './memory-store'
import { handlerTable } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/handlers'
import { command } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import { createPay } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/pay'
import { ownVk } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/runtimes/handler-vk'
import { memoryStore } from './memory-store'
import { account, merchantCert, Wechat } from './wechat'

export const START = Date.parse('2026-01-01T00:00:00Z')

export function wxpaySection(over: Record<string, unknown> = {}): WxpaySettings {
  return {
    appId: account.appid,
    secret: 'app-secret',
    mchId: account.mchid,
    version: 3,
    v3Key: account.v3Key,
    appCertContent: merchantCert,
    appPrivateKeyContent: account.merchant.privatePem,
    wxpayPublicKeyContent: account.platform.publicPem,
    wxpayPublicKeyId: account.publicKeyId,
    gateway: 'https://pay.example.test',
    ...over,
  }
}

export const certificateMode = { wxpayPublicKeyContent: undefined, wxpayPublicKeyId: undefined }

export function configOf(over: Record<string, unknown> = {}): PayConfig {
  const section = wxpaySection(over)
  return {
    notifyUrl: { default: 'https://shop.example.test/http/vk-pay' },
    wxpay: {
      'mp-weixin': section,
      'h5-weixin': section,
      'app-plus': section,
      'h5': section,
      'mweb': { ...section, sceneInfo: { h5_info: { type: 'Wap', app_name: '商城' } } },
    },
  }
}

/** The effect of a handler, countable: one document a run, and a number that grows. */
export const counting: HandlerModule = {
  main: async ({ data, util }) => {
    const { db, _ } = util as { db: { collection: (name: string) => { add: (doc: object) => Promise<unknown>, doc: (id: string) => { update: (patch: object) => Promise<unknown> } } }, _: typeof command }
    await db.collection('goods').doc('g1').update({ stock: _.inc(-1) })
    await db.collection('runs').add({ out_trade_no: data.out_trade_no })
    return { code: 0, msg: '商品订单处理成功' }
  },
}

/** Where no transaction helps: the effect is one document under the callback's id. */
export const keyed: HandlerModule = {
  main: async ({ callback_id, util }) => {
    const { db } = util as { db: { collection: (name: string) => { add: (doc: object) => Promise<unknown>, where: (filter: object) => { count: () => Promise<{ total: number }> } } } }
    const effects = db.collection('effects')
    if ((await effects.where({ key: callback_id }).count()).total === 0)
      await effects.add({ key: callback_id })
    return { code: 0, msg: 'ok' }
  },
}

export interface ShopOptions extends Partial<Omit<PayOptions, 'handlers' | 'config' | 'store'>> {
  config?: PayConfig
  handlers?: Record<string, HandlerModule>
  store?: Store
  memory?: MemoryStore
  mode?: WechatOptions['mode']
}

export interface Shop {
  pay: Pay
  wechat: Wechat
  memory: MemoryStore
  logs: { level: string, event: string, fields?: LogFields }[]
  clock: { now: number }
  /** The same world in another process, over another view of the store. */
  restart: (store?: Store) => Pay
  order: () => Record<string, unknown>
  effects: () => { runs: number, stock: unknown }
}

export async function openShop(options: ShopOptions = {}): Promise<Shop> {
  const clock = { now: START }
  const { mode, memory = memoryStore(), config = configOf(mode === 'certificate' ? certificateMode : {}), handlers = { goods: counting }, store, ...rest } = options
  const now = (): number => clock.now
  const wechat = new Wechat({ now, mode })
  const logs: Shop['logs'] = []
  let ids = 0
  await memory.add('goods', { _id: 'g1', stock: 100 })
  const restart = (over?: Store): Pay => createPay({
    config: { object: config },
    store: over ?? store ?? memory,
    handlers: handlerTable(handlers),
    handlerVk: ownVk(() => ({ baseDao: {}, db: { command } })),
    http: wechat.http,
    log: (level, event, fields) => logs.push({ level, event, fields }),
    now,
    // waiting moves the clock, and lets everything else run first
    sleep: async (ms) => {
      await new Promise(resolve => setImmediate(resolve))
      clock.now += ms
    },
    randomId: length => String(++ids).padStart(length, 'r'),
    ...rest,
  })
  return {
    pay: restart(),
    wechat,
    memory,
    logs,
    clock,
    restart,
    order: () => memory.all('vk-pay-orders')[0] ?? {},
    effects: () => ({ runs: memory.all('runs').length, stock: memory.all('goods')[0]?.stock }),
  }
}

export function goodsOrder(over: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    provider: 'wxpay',
    vk_platform: 'mp-weixin',
    out_trade_no: 'ORDER_1001',
    total_fee: 100,
    subject: '测试商品',
    type: 'goods',
    openid: 'oPayer0000000000000000000000',
    custom: { user_id: 'user_001', goods_id: 'g1', quantity: 1 },
    ...over,
  }
}

/** Creates the order and pays it at the channel, without telling us. */
export async function paidOrder(shop: Shop, over: Record<string, unknown> = {}): Promise<void> {
  const answer = await shop.pay.createPayment({ data: goodsOrder(over) })
  if (answer.code !== 0)
    throw new Error(answer.msg)
  shop.wechat.pay(String(goodsOrder(over).out_trade_no))
}
