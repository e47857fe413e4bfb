import type { Gateway } from '../context'
import type { Order } from '../orders/order'
import type { Params } from '../v2/xml'
import { signedLines, verifyRsa } from '../crypto/signature'
import { cashierAppid } from '../orders/order'
import { obstacle } from '../orders/payable'
import { signTypeOf, verifies } from '../v2/signing'

/** The parameters a client hands to WeChat, whatever the names of its platform. */
export interface ClientOrder {
  appid: string
  timestamp: string
  nonce: string
  prepayId: string
  signature: string
  /** The third signed line of v3. */
  signedPackage: string
  /** As the client names it; an app names none. */
  signType?: string
  /** The fields that v2 signs. */
  fields: Params
}

/** Parameters as a page or app sent them. */
export type Fields = Record<string, unknown>

/** What is wrong with the parameters of `wx.requestPayment` or the JSAPI bridge, or the order they stand for. */
export function readJsapi(fields: Fields): ClientOrder | string {
  const names = ['appId', 'timeStamp', 'nonceStr', 'package', 'signType', 'paySign'] as const
  const wrong = names.find(name => typeof fields[name] !== 'string' || fields[name] === '')
  if (wrong)
    return fields[wrong] === undefined || fields[wrong] === '' ? `调用支付JSAPI缺少参数：${wrong}` : `parameter error: parameter.${wrong} should be String`
  const text = fields as Record<typeof names[number], string>
  if (text.signType !== 'RSA' && text.signType !== 'MD5' && text.signType !== 'HMAC-SHA256')
    return '参数signType错误，v3应为RSA，v2应为MD5或HMAC-SHA256'
  if (!text.package.startsWith('prepay_id='))
    return '参数package错误，应为prepay_id=…'
  return {
    appid: text.appId,
    timestamp: text.timeStamp,
    nonce: text.nonceStr,
    prepayId: text.package.slice('prepay_id='.length),
    signature: text.paySign,
    signedPackage: text.package,
    signType: text.signType,
    fields: { appId: text.appId, timeStamp: text.timeStamp, nonceStr: text.nonceStr, package: text.package, signType: text.signType },
  }
}

/** The same for the app SDK, whose names are all lower case. */
export function readApp(fields: Fields, mchids: readonly string[]): ClientOrder | string {
  const names = ['appid', 'partnerid', 'prepayid', 'package', 'noncestr', 'timestamp', 'sign'] as const
  const wrong = names.find(name => typeof fields[name] !== 'string' || fields[name] === '')
  if (wrong)
    return `缺少参数：${wrong}`
  const text = fields as Record<typeof names[number], string>
  if (text.package !== 'Sign=WXPay')
    return '参数package错误，应为Sign=WXPay'
  if (!mchids.includes(text.partnerid))
    return '参数partnerid错误，应为商户号'
  return {
    appid: text.appid,
    timestamp: text.timestamp,
    nonce: text.noncestr,
    prepayId: text.prepayid,
    signature: text.sign,
    signedPackage: text.prepayid,
    fields: { appid: text.appid, partnerid: text.partnerid, prepayid: text.prepayid, package: text.package, noncestr: text.noncestr, timestamp: text.timestamp },
  }
}

/** Signed as the order was made: with the merchant's private key, or over v2 with the API key. */
function isGenuine({ keys, account }: Gateway, client: ClientOrder, order: Order | undefined): boolean {
  const named = client.signType === 'RSA' ? undefined : signTypeOf(client.signType)
  const v2 = order ? order.v2?.signType : client.signType === undefined ? undefined : named
  if (v2 === undefined)
    return (client.signType ?? 'RSA') === 'RSA' && verifyRsa(keys.merchantPublicKey, signedLines(client.appid, client.timestamp, client.nonce, client.signedPackage), client.signature)
  return (client.signType === undefined || named === v2) && verifies(client.fields, client.signature, v2, account.apiKey)
}

/**
 * The order a client may pay with these parameters, or why it may not.
 * Signed text of v3: appid, time, nonce and `prepay_id=…` (JSAPI) or the bare prepay_id (app), each line ended.
 */
export function findOrder(gateway: Gateway, client: ClientOrder, tradeType: 'JSAPI' | 'APP'): Order | string {
  const order = gateway.orders.byPrepay(client.prepayId)
  if (!/^\d{10}$/.test(client.timestamp) || !isGenuine(gateway, client, order))
    return '支付验证签名失败'
  // WeChat's own words for a prepay_id that is unknown, too old or another app's
  if (!order || order.prepay.id !== client.prepayId || cashierAppid(order) !== client.appid)
    return '调用支付JSAPI缺少参数：total_fee'
  if (order.tradeType !== tradeType)
    return 'Invalid payment situation'
  const why = obstacle(order, gateway.clock.now())
  if (why)
    return why.code === 'PREPAY_EXPIRED' ? '调用支付JSAPI缺少参数：total_fee' : why.message
  return order
}
