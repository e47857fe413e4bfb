import type { LocaleId, ProviderId } from '../../js_sdk/types'

/**
 * Sign, colour and names of the channels this platform can pay with. A sign is a letter on the brand's
 * colour, as a font of logos would weigh more than the cashier.
 */
const channels: Readonly<Record<string, readonly [sign: string, colour: string, zhHans: string, en: string, zhHant: string]>> = {
  // these two an app may bring itself, where we have them not
  wxpay: ['微', '#07a355', '微信支付', 'WeChat Pay', '微信支付'],
  alipay: ['支', '#1677ff', '支付宝', 'Alipay', '支付寶'],
  // #ifdef APP-PLUS
  appleiap: ['A', '#1d1d1f', 'App Store', 'App Store', 'App Store'],
  // #endif
  // #ifdef MP-TOUTIAO
  douyin: ['抖', '#161823', '抖音支付', 'Douyin Pay', '抖音支付'],
  // #endif
  // #ifdef APP-HARMONY || MP-HARMONY
  huawei: ['华', '#c7000b', '华为支付', 'Huawei Pay', '華為支付'],
  // #endif
  // #ifdef MP-BAIDU
  baidu: ['百', '#2932e1', '百度收银台', 'Baidu Pay', '百度收銀台'],
  // #endif
  // #ifdef MP-QQ
  qq: ['Q', '#0a7fd8', 'QQ 钱包', 'QQ Wallet', 'QQ 錢包'],
  // #endif
  // #ifdef MP-KUAISHOU
  kuaishou: ['快', '#e8470a', '快手支付', 'Kuaishou Pay', '快手支付'],
  // #endif
  // #ifdef MP-JD
  jd: ['京', '#c81623', '京东支付', 'JD Pay', '京東支付'],
  // #endif
  // #ifdef MP-XHS
  xhs: ['红', '#e0213a', '小红书支付', 'Xiaohongshu Pay', '小紅書支付'],
  // #endif
}

/** A channel as it is drawn. */
export interface ChannelFace {
  id: ProviderId
  name: string
  sign: string
  colour: string
}

/** One that an app registered itself goes by its id. */
export function channelFace(id: ProviderId, locale: LocaleId): ChannelFace {
  const [sign, colour, zhHans, en, zhHant] = channels[id.replace('-virtual', '')] ?? [id.slice(0, 1).toUpperCase(), '#4e5969', id, id, id]
  return { id, name: locale === 'en' ? en : locale === 'zh-Hant' ? zhHant : zhHans, sign, colour }
}
