/**
 * What each platform needs to open the cashier, and where its order is made. The names are those of
 * the client APIs: mind the capital I of `appId` in a browser and the lower-case names in an app.
 */
import type { ChannelContext, Prepay } from '../../core/provider'
import { linesOf, signText } from './signing'
import { merchantKeys } from './keys'
import { cashierAppid } from './owner'

const HOUR_MS = 3_600_000

export interface Form {
  /** Last part of the path the order is made at. */
  api: 'jsapi' | 'native' | 'h5' | 'app'
  needsOpenid: boolean
  /** The field of the answer that leads to the cashier. */
  field: 'prepay_id' | 'code_url' | 'h5_url'
  /** How long it can be used. */
  validMs: number
  present: (context: ChannelContext, prepay: Prepay) => Record<string, unknown>
}

const seconds = (context: ChannelContext): string => String(Math.floor(context.env.now() / 1000))

/** `wx.requestPayment` and `getBrandWCPayRequest` sign the same four lines. */
function jsapiForm(context: ChannelContext, prepay: Prepay): Record<string, string> {
  const keys = merchantKeys(context.config)
  const timeStamp = seconds(context)
  const nonceStr = context.env.randomId(32)
  const pack = `prepay_id=${prepay.data.prepay_id}`
  const paySign = signText(linesOf(cashierAppid(keys), timeStamp, nonceStr, pack), keys.privateKey)
  return { timeStamp, nonceStr, package: pack, signType: 'RSA', paySign }
}

function appForm(context: ChannelContext, prepay: Prepay): Record<string, string> {
  const keys = merchantKeys(context.config)
  const timestamp = seconds(context)
  const noncestr = context.env.randomId(32)
  const prepayid = prepay.data.prepay_id ?? ''
  const appid = cashierAppid(keys)
  const sign = signText(linesOf(appid, timestamp, noncestr, prepayid), keys.privateKey)
  return { appid, partnerid: keys.sub?.mchid ?? keys.mchid, prepayid, package: 'Sign=WXPay', noncestr, timestamp, sign }
}

export const forms: Readonly<Record<string, Form>> = {
  'mp-weixin': { api: 'jsapi', needsOpenid: true, field: 'prepay_id', validMs: 2 * HOUR_MS, present: jsapiForm },
  'h5-weixin': {
    api: 'jsapi',
    needsOpenid: true,
    field: 'prepay_id',
    validMs: 2 * HOUR_MS,
    present: (context, prepay) => ({ appId: cashierAppid(merchantKeys(context.config)), ...jsapiForm(context, prepay) }),
  },
  'app-plus': { api: 'app', needsOpenid: false, field: 'prepay_id', validMs: 2 * HOUR_MS, present: appForm },
  'h5': {
    api: 'native',
    needsOpenid: false,
    field: 'code_url',
    validMs: 2 * HOUR_MS,
    present: (_, { data, expiresAt }) => ({ code_url: data.code_url, expires_at: expiresAt }),
  },
  'mweb': {
    api: 'h5',
    needsOpenid: false,
    field: 'h5_url',
    validMs: 5 * 60_000,
    present: (_, { data, expiresAt }) => ({ h5_url: data.h5_url, expires_at: expiresAt }),
  },
}
