import type { Gateway } from '../context'
import type { AlipayTradeType, OrderRequest } from '../orders/order'
import type { SignedRequest } from './request'
import { badField } from './alipay-error'
import { readTime } from './request'

interface Product {
  tradeType: AlipayTradeType
  /** Must be given so; nothing when Alipay does not insist. */
  productCode?: string
  needsBuyer?: boolean
}

/** What each interface sells. */
export const PRODUCTS: Readonly<Record<string, Product>> = {
  'alipay.trade.create': { tradeType: 'ALIPAY_MINI', productCode: 'JSAPI_PAY', needsBuyer: true },
  'alipay.trade.precreate': { tradeType: 'ALIPAY_QR' },
  'alipay.trade.pay': { tradeType: 'ALIPAY_CODE' },
  'alipay.trade.app.pay': { tradeType: 'ALIPAY_APP' },
  'alipay.trade.wap.pay': { tradeType: 'ALIPAY_WAP', productCode: 'QUICK_WAP_WAY' },
  'alipay.trade.page.pay': { tradeType: 'ALIPAY_PAGE', productCode: 'FAST_INSTANT_TRADE_PAY' },
}

const MINUTE_MS = 60_000
const UNITS: Record<string, number> = { m: MINUTE_MS, h: 60 * MINUTE_MS, d: 1440 * MINUTE_MS }

export function textOf(content: Record<string, unknown>, field: string, maxLength: number): string | undefined {
  const value = content[field]
  if (value === undefined || value === '')
    return undefined
  if (typeof value !== 'string' || value.length > maxLength)
    throw badField(field, `应为不超过${maxLength}个字符的字符串`)
  return value
}

export function amountOf(value: unknown, field: string): number {
  const match = /^(0|[1-9]\d{0,8})(?:\.(\d{1,2}))?$/.exec(typeof value === 'number' ? String(value) : typeof value === 'string' ? value : '')
  const fen = match ? Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0')) : 0
  if (fen < 1)
    throw badField(field, '单位为元，精确到小数点后两位，取值范围[0.01,100000000]')
  return fen
}

function deadline(content: Record<string, unknown>, nowMs: number): number | undefined {
  const moment = textOf(content, 'time_expire', 32)
  if (moment !== undefined) {
    const ms = readTime(moment)
    if (ms === undefined || ms <= nowMs)
      throw badField('time_expire', '应为未来的时间，格式 yyyy-MM-dd HH:mm:ss')
    return ms
  }
  const span = textOf(content, 'timeout_express', 6)
  if (span === undefined)
    return undefined
  const [, count, unit] = /^([1-9]\d{0,4})([mhd])$/.exec(span) ?? []
  if (count === undefined || unit === undefined)
    throw badField('timeout_express', '取值范围 1m~15d')
  return nowMs + Number(count) * (UNITS[unit] ?? 0)
}

function webAddress(value: string | undefined, field: string): string | undefined {
  if (value && !(/^https?:\/\//i.test(value) && URL.canParse(value)))
    throw badField(field, '应为 http(s):// 开头的地址')
  return value || undefined
}

/** An order out of `biz_content`. Throws AlipayError naming the field. */
export function parseOrder(gateway: Gateway, { content, params, mode, method }: SignedRequest, product: Product): OrderRequest {
  const outTradeNo = textOf(content, 'out_trade_no', 64)
  if (outTradeNo === undefined || !/^\w+$/.test(outTradeNo))
    throw badField('out_trade_no', '应为64个字符以内的字母、数字、下划线')
  const description = textOf(content, 'subject', 256)
  if (description === undefined)
    throw badField('subject', '必填')
  if (product.productCode !== undefined && content.product_code !== product.productCode)
    throw badField('product_code', `应为 ${product.productCode}`)
  const buyer = textOf(content, 'buyer_open_id', 128) ?? textOf(content, 'buyer_id', 28)
  if (product.needsBuyer && buyer === undefined)
    throw badField('buyer_open_id', '与 buyer_id 不能同时为空')
  if (content.seller_id !== undefined && content.seller_id !== gateway.account.alipay.sellerId)
    throw badField('seller_id', '不是此应用签约的支付宝账号')
  return {
    tradeType: product.tradeType,
    outTradeNo,
    appid: params.app_id ?? '',
    description,
    totalFen: amountOf(content.total_amount, 'total_amount'),
    notifyUrl: webAddress(params.notify_url, 'notify_url') ?? '',
    openid: buyer,
    expiresAtMs: deadline(content, gateway.clock.now()),
    alipay: {
      mode,
      method,
      returnUrl: webAddress(params.return_url, 'return_url'),
      quitUrl: webAddress(textOf(content, 'quit_url', 400), 'quit_url'),
    },
  }
}
