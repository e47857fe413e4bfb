import type { Account, Platform } from '../account/account'
import type { AlipayPlatform } from '../alipay/account'
import type { Order, TradeType } from '../orders/order'
import type { DeliveryKind, Parcel } from './delivery'
import type { Courier } from './courier'
import { createHash } from 'node:crypto'
import { openKeyring } from '../account/keyring'
import { alipayCourier } from '../alipay/notification'
import { wxpayV2Courier } from '../v2/notification'
import { wxpayCourier } from './notification'

/** A payment that no order of this gateway stands for. */
export interface SoldOrder {
  provider: 'wxpay' | 'alipay'
  /** Of the plugin's configuration; picks appid and kind of trade. */
  platform: Platform | AlipayPlatform
  /** Of WeChat Pay. */
  version: 2 | 3
  outTradeNo: string
  totalFen: number
  description: string
  /** @default made of the order's number, so that the same order is the same payment */
  transactionId?: string
  paidAtMs: number
  /** When it is signed, milliseconds since 1970. */
  signedAtMs: number
  kind: DeliveryKind
}

const TRADES: Record<string, TradeType> = { 'mp-weixin': 'JSAPI', 'h5-weixin': 'JSAPI', 'app-plus': 'APP', 'mweb': 'H5', 'h5': 'NATIVE' }
const ALIPAY_TRADES: Record<string, TradeType> = { 'mp-alipay': 'ALIPAY_MINI', 'app-plus': 'ALIPAY_APP', 'h5': 'ALIPAY_QR' }

function digitsOf(text: string, count: number): string {
  const hash = BigInt(`0x${createHash('sha256').update(text).digest('hex')}`)
  return hash.toString().slice(0, count)
}

/** @throws RangeError when the channel has no such platform */
function orderOf(account: Account, sold: SoldOrder): Order {
  const { provider, platform, version, outTradeNo, totalFen, description, paidAtMs, transactionId = `42${digitsOf(outTradeNo, 26)}` } = sold
  const ofAlipay = provider === 'alipay'
  const tradeType = (ofAlipay ? ALIPAY_TRADES : TRADES)[platform]
  const appid = (ofAlipay ? account.alipay.appids : account.appids)[platform as 'h5']
  if (!tradeType || !appid)
    throw new RangeError(`${provider} has no platform ${platform}; there are ${Object.keys(ofAlipay ? ALIPAY_TRADES : TRADES).join(', ')}`)
  return {
    tradeType,
    appid,
    outTradeNo,
    description,
    totalFen,
    notifyUrl: '',
    mchid: account.mchid,
    createdAtMs: paidAtMs,
    paidAtMs,
    transactionId,
    tradeState: 'SUCCESS',
    creates: 1,
    prepay: { id: '', expiresAtMs: paidAtMs },
    deliveries: [],
    refunds: [],
    ...ofAlipay && { alipay: { mode: 'certificate', method: 'alipay.trade.precreate', tradeNo: transactionId } },
    ...!ofAlipay && version === 2 && { v2: { signType: 'MD5' } },
  }
}

function courierOf(account: Account, { provider, version, signedAtMs }: SoldOrder): Courier {
  const keys = openKeyring(account)
  const now = () => signedAtMs
  if (provider === 'alipay')
    return alipayCourier(account, keys.alipay, now)
  return version === 2 ? wxpayV2Courier(account) : wxpayCourier(account, keys.publicKeyMode, now)
}

/** The notification of a payment, as the channel would send it. */
export function signedNotification(account: Account, sold: SoldOrder): Pick<Parcel, 'headers' | 'body'> {
  const { headers, body } = courierOf(account, sold).pack(orderOf(account, sold), sold.kind)
  return { headers, body }
}
