/**
 * What each platform needs to open the cashier. Two are made by calling Alipay (a trade, a code to
 * scan); the others are requests that the payer's own app or browser sends: they are only signed here.
 */
import type { ChannelContext, Prepay, PresentOptions, Purchase } from '../../core/provider'
import { parameterError } from '../../core/errors'
import { lookup } from '../../core/lookup'
import { encodeForm } from './form'
import { alipayKeys } from './keys'
import { signedParams } from './signing'

interface CommonForm {
  method: string
  productCode?: string
}

/** An order Alipay makes when it is asked. */
export interface RemoteForm extends CommonForm {
  kind: 'remote'
  needsOpenid: boolean
  /** The field of the answer that leads to the cashier. */
  field: 'trade_no' | 'qr_code'
}

/** An order that is made when the payer's client sends it. */
export interface LocalForm extends CommonForm {
  kind: 'local'
}

export type Form = RemoteForm | LocalForm

const mini: RemoteForm = { kind: 'remote', method: 'alipay.trade.create', productCode: 'JSAPI_PAY', needsOpenid: true, field: 'trade_no' }
const code: RemoteForm = { kind: 'remote', method: 'alipay.trade.precreate', needsOpenid: false, field: 'qr_code' }
const page: LocalForm = { kind: 'local', method: 'alipay.trade.page.pay', productCode: 'FAST_INSTANT_TRADE_PAY' }
const wap: LocalForm = { kind: 'local', method: 'alipay.trade.wap.pay', productCode: 'QUICK_WAP_WAY' }
const app: LocalForm = { kind: 'local', method: 'alipay.trade.app.pay', productCode: 'QUICK_MSECURITY_PAY' }

const forms: Readonly<Record<string, Form>> = { 'mp-alipay': mini, 'app-plus': app, 'h5': code, 'mweb': wap }

export const platforms: readonly string[] = Object.keys(forms)

/**
 * On a desktop a code to scan, unless the order (`other.product_code`) or the config
 * (`productCode`) names the product of Alipay's own page.
 */
export function formOf({ config, platform }: ChannelContext, { other }: Pick<Purchase, 'other'>): Form {
  const form = lookup(forms, platform)
  if (!form)
    throw parameterError('vk_platform', `支付宝不支持平台 ${platform}，可用：${platforms.join('、')}`)
  const product = other?.product_code ?? config.optional('productCode')
  return form === code && product === page.productCode ? page : form
}

/** Where the payer's browser goes. */
function address(context: ChannelContext, { data }: Prepay, { returnUrl = '' }: PresentOptions): string {
  const content = JSON.parse(data.biz_content ?? '{}') as Record<string, unknown>
  const isWap = data.method === wap.method
  const params = signedParams(context, data.method ?? '', {
    notify_url: data.notify_url ?? '',
    return_url: returnUrl,
    // whoever leaves the cashier without paying is sent to the same place
    biz_content: JSON.stringify({ ...(isWap && returnUrl ? { quit_url: returnUrl } : {}), ...content }),
  })
  return `${alipayKeys(context.config).endpoint}?${encodeForm(params)}`
}

/** Freshly signed, with the keys `js_sdk/providers/alipay.ts` reads. */
export function present(context: ChannelContext, prepay: Prepay, options: PresentOptions): Record<string, unknown> {
  const { data, expiresAt } = prepay
  if (data.trade_no !== undefined)
    return { tradeNO: data.trade_no }
  if (data.qr_code !== undefined)
    return { qr_code: data.qr_code, expires_at: expiresAt }
  if (data.method === app.method)
    return { orderStr: encodeForm(signedParams(context, app.method, { notify_url: data.notify_url ?? '', biz_content: data.biz_content ?? '' })) }
  return { url: address(context, prepay, options), expires_at: expiresAt }
}
