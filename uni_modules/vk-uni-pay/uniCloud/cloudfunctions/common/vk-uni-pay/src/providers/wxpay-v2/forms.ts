/**
 * What each platform needs to open the cashier, and which kind of trade it is. The names are those
 * of the client APIs: mind the capital I of `appId` in a browser and the lower-case names in an app.
 */
import type { ChannelContext, Prepay } from '../../core/provider'
import { parameterError } from '../../core/errors'
import { lookup } from '../../core/lookup'
import { clientAppid, merchantKeys } from './keys'
import { signFields } from './signing'

const HOUR_MS = 3_600_000

export interface Form {
  tradeType: 'JSAPI' | 'NATIVE' | 'MWEB' | 'APP'
  needsOpenid: boolean
  /** The field of the answer that leads to the cashier. */
  field: 'prepay_id' | 'code_url' | 'mweb_url'
  /** How long it can be used. */
  validMs: number
  present: (context: ChannelContext, prepay: Prepay) => Record<string, unknown>
}

const seconds = (context: ChannelContext): string => String(Math.floor(context.env.now() / 1000))

/** `wx.requestPayment` and `getBrandWCPayRequest` sign the same five fields, `appId` among them. */
function jsapiForm(context: ChannelContext, prepay: Prepay): Record<string, string> {
  const keys = merchantKeys(context.config)
  const fields = {
    timeStamp: seconds(context),
    nonceStr: context.env.randomId(32),
    package: `prepay_id=${prepay.data.prepay_id}`,
    signType: keys.signType,
  }
  return { ...fields, paySign: signFields(Object.entries({ ...fields, appId: clientAppid(keys) }), keys) }
}

/** The app SDK names no algorithm: it is the one the order was made with. */
function appForm(context: ChannelContext, prepay: Prepay): Record<string, string> {
  const keys = merchantKeys(context.config)
  const fields = {
    appid: clientAppid(keys),
    partnerid: keys.subMchid ?? keys.mchid,
    prepayid: prepay.data.prepay_id ?? '',
    package: 'Sign=WXPay',
    noncestr: context.env.randomId(32),
    timestamp: seconds(context),
  }
  return { ...fields, sign: signFields(Object.entries(fields), keys) }
}

const forms: Readonly<Record<string, Form>> = {
  'mp-weixin': { tradeType: 'JSAPI', needsOpenid: true, field: 'prepay_id', validMs: 2 * HOUR_MS, present: jsapiForm },
  'h5-weixin': {
    tradeType: 'JSAPI',
    needsOpenid: true,
    field: 'prepay_id',
    validMs: 2 * HOUR_MS,
    present: (context, prepay) => ({ appId: clientAppid(merchantKeys(context.config)), ...jsapiForm(context, prepay) }),
  },
  'app-plus': { tradeType: 'APP', needsOpenid: false, field: 'prepay_id', validMs: 2 * HOUR_MS, present: appForm },
  'h5': {
    tradeType: 'NATIVE',
    needsOpenid: false,
    field: 'code_url',
    validMs: 2 * HOUR_MS,
    present: (_, { data, expiresAt }) => ({ code_url: data.code_url, expires_at: expiresAt }),
  },
  'mweb': {
    tradeType: 'MWEB',
    needsOpenid: false,
    field: 'mweb_url',
    validMs: 5 * 60_000,
    // one name for the client, whatever the version calls it
    present: (_, { data, expiresAt }) => ({ h5_url: data.mweb_url, mweb_url: data.mweb_url, expires_at: expiresAt }),
  },
}

export const platforms: readonly string[] = Object.keys(forms)

/** @throws PayError for a platform without a cashier */
export function formOf(context: ChannelContext): Form {
  const form = lookup(forms, context.platform)
  if (!form)
    throw parameterError('vk_platform', `微信支付不支持平台 ${context.platform}，可用：${platforms.join('、')}`)
  return form
}
