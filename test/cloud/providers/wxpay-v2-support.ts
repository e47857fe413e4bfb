import type { PayConfig, WxpaySettings } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/config'
import type { RawRequest } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/ports'
import type { Shop } from '../support/shop'
import type { Algorithm } from '../support/wechat-v2'
import { goodsOrder, openShop, START } from '../support/shop'
import { account, WechatV2 } from '../support/wechat-v2'
import { account as v3, merchantCert } from '../support/wechat'

export interface V2Shop extends Shop { v2: WechatV2 }

export function v2Section(over: Record<string, unknown> = {}): WxpaySettings {
  return {
    appId: account.appid,
    secret: 'app-secret',
    mchId: account.mchid,
    version: 2,
    key: account.key,
    appCertContent: merchantCert,
    appPrivateKeyContent: v3.merchant.privatePem,
    gateway: 'https://pay.example.test',
    ...over,
  }
}

export function v2Config(over: Record<string, unknown> = {}): PayConfig {
  const section = v2Section(over)
  return {
    notifyUrl: { default: 'https://shop.example.test/http/vk-pay' },
    wxpay: {
      'mp-weixin': section,
      'h5-weixin': section,
      'app-plus': section,
      'h5': section,
      'mweb': { ...section, sceneInfo: { h5_info: { type: 'Wap', wap_url: 'https://shop.example.test', wap_name: '商城' } } },
    },
  }
}

/** A shop whose WeChat Pay is v2. */
export async function openV2Shop(algorithm: Algorithm = 'MD5', over: Record<string, unknown> = {}): Promise<V2Shop> {
  const signType = algorithm === 'MD5' ? {} : { signType: algorithm }
  let now = (): number => START
  const v2 = new WechatV2(() => now(), algorithm)
  const shop = await openShop({ config: v2Config({ ...signType, ...over }), http: v2.http })
  now = () => shop.clock.now
  return Object.assign(shop, { v2 })
}

/** Creates the order and pays it at the channel, without telling us. */
export async function paidAtV2(shop: V2Shop, over: Record<string, unknown> = {}): Promise<void> {
  const answer = await shop.pay.createPayment({ data: goodsOrder(over) })
  if (answer.code !== 0)
    throw new Error(answer.msg)
  shop.v2.pay(String(goodsOrder(over).out_trade_no))
}

export async function notified(shop: Shop, request: RawRequest): Promise<{ status: number, reason?: unknown }> {
  const { status } = await shop.pay.paymentNotify(request)
  return { status, reason: shop.logs.find(line => line.event === 'notification refused')?.fields?.reason }
}
