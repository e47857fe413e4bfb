/** What the fuzz must know about a channel. A new channel is one entry. */
import { Buffer } from 'node:buffer'
import type { RawRequest } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/ports'
import type { Random } from '../storm/random'
import type { Shop } from '../support/shop'
import { app, notification as alipayNotification, openAlipayShop, paidAtAlipay } from '../providers/alipay-support'
import type { AlipayShop } from '../providers/alipay-support'
import { openV2Shop, paidAtV2 } from '../providers/wxpay-v2-support'
import type { V2Shop } from '../providers/wxpay-v2-support'
import { openShop, paidOrder } from '../support/shop'
import { account, merchantCert, notification, transactionOf } from '../support/wechat'
import { account as v2Account, readXml } from '../support/wechat-v2'
import { mutateCall } from './mutate'

export interface FuzzedChannel {
  /** A shop with one order that was paid at the channel, of which it has not heard. */
  open: () => Promise<Shop>
  /** The genuine notification. */
  good: (shop: Shop) => RawRequest
  /** What a request says, as far as it is signed: the same text for requests that mean the same. The address is not signed. */
  meaning: (request: RawRequest) => string
  /** A genuine signature over changed facts, and whether they are still those of the order. */
  resigned: (shop: Shop, random: Random) => { request: RawRequest, facts: object, fits: boolean }
  /** What may be in no line of a log and in no answer. */
  secrets: readonly string[]
}

const NUMBER = 'ORDER_1001'
const FEE = 100

const wxpayV3: FuzzedChannel = {
  async open() {
    const shop = await openShop()
    await paidOrder(shop)
    return shop
  },
  good: shop => shop.wechat.notificationFor(NUMBER),
  meaning({ body, headers }) {
    const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
    return JSON.stringify([Buffer.from(body).toString('base64'), ...['timestamp', 'nonce', 'serial', 'signature'].map(name => lower.get(`wechatpay-${name}`))])
  },
  resigned(shop, random) {
    const nowMs = shop.clock.now
    const transaction = mutateCall(transactionOf(shop.wechat.orders.get(NUMBER)!, nowMs), random)
    const { amount } = transaction as { amount?: { total?: unknown, currency?: unknown } | null }
    const fits = transaction.appid === account.appid && transaction.mchid === account.mchid && transaction.out_trade_no === NUMBER
      && transaction.trade_state === 'SUCCESS' && amount?.total === FEE && (amount.currency === 'CNY' || amount.currency === undefined)
    return { facts: transaction, request: notification(transaction, { nowMs, change: body => void (random.next() < 0.2 && Object.assign(body, mutateCall({ id: body.id, summary: body.summary, create_time: body.create_time }, random))) }), fits }
  },
  secrets: [account.v3Key, 'app-secret', 'oPayer0000000000000000000000', account.merchant.privatePem.slice(60, 100), merchantCert.slice(60, 100)],
}

const alipay: FuzzedChannel = {
  async open() {
    const shop = await openAlipayShop()
    await paidAtAlipay(shop)
    return shop
  },
  good: shop => alipayNotification((shop as AlipayShop).alipay.order()),
  // the same form can be written in several ways: %2b and %2B
  meaning: ({ body }) => JSON.stringify([...new URLSearchParams(Buffer.from(body).toString('utf8'))].sort(([a], [b]) => a < b ? -1 : 1)),
  resigned(shop, random) {
    const order = (shop as AlipayShop).alipay.order()
    const changed = mutateCall({ app_id: undefined, total_amount: undefined, out_trade_no: undefined, trade_status: undefined, trade_no: undefined, seller_id: undefined, refund_fee: undefined }, random)
    const fields = Object.fromEntries(Object.entries(changed).filter(([, value]) => typeof value === 'string' && value !== '')) as Record<string, string>
    const facts = { app_id: true, total_amount: true, out_trade_no: true, trade_status: true }
    return { facts: fields, request: alipayNotification(order, { fields }), fits: !Object.keys(fields).some(name => Object.hasOwn(facts, name)) }
  },
  secrets: [app.privatePem.slice(60, 100), '0payer0000000000'],
}

/** The fields of a message, whatever is around and between them; nothing a parser of another make cannot read. */
function fieldsOf({ body }: RawRequest): string {
  try {
    return JSON.stringify(Object.entries(readXml(Buffer.from(body).toString('utf8'))).filter(([name, value]) => name === '#text' ? value.trim() !== '' : value !== '').sort(([a], [b]) => a < b ? -1 : 1))
  }
  catch {
    return Buffer.from(body).toString('base64')
  }
}

/** What the handler's order rests on; other fields of a genuinely signed message may say what they like. */
const V2_FACTS = ['appid', 'mch_id', 'out_trade_no', 'total_fee', 'fee_type', 'return_code', 'result_code', 'transaction_id', 'time_end', 'sub_mch_id'] as const

const wxpayV2: FuzzedChannel = {
  async open() {
    const shop = await openV2Shop('HMAC-SHA256')
    await paidAtV2(shop)
    return shop
  },
  good: shop => (shop as V2Shop).v2.notification(NUMBER),
  meaning: fieldsOf,
  resigned(shop, random) {
    const { v2 } = shop as V2Shop
    const genuine = v2.payment(NUMBER)
    const changed = mutateCall(Object.fromEntries([...V2_FACTS, 'attach', 'openid', 'bank_type', 'cash_fee'].map(name => [name, undefined])), random)
    const fields = Object.fromEntries(Object.entries(changed).filter(([name, value]) => typeof value === 'string' && /^\w+$/.test(name) && !value.includes(']]>'))) as Record<string, string>
    // an empty field is one that is left out
    const same = (name: string): boolean => (fields[name] ?? genuine[name] ?? '') === (genuine[name] ?? '')
    // without a currency it is the yuan; the time and the id are the channel's own words
    const fits = V2_FACTS.every(name => same(name) || (name === 'fee_type' && fields[name] === '') || name === 'transaction_id' || name === 'time_end')
    return { facts: fields, request: v2.notification(NUMBER, fields), fits }
  },
  secrets: [v2Account.key, 'app-secret', 'oPayer0000000000000000000000', account.merchant.privatePem.slice(60, 100)],
}

export const channels: Readonly<Record<string, FuzzedChannel>> = { 'wxpay v3': wxpayV3, 'wxpay v2': wxpayV2, alipay }
