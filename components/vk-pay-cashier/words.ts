import { translator } from '../../js_sdk/locale/translator'
import type { LocaleId, ProviderId } from '../../js_sdk/types'

/** Texts of the cashier; only a build that has one carries them, and the names of its platform's channels. */
const zhHans = {
  title: '收银台',
  timeLeft: '支付剩余时间 {time}',
  timeOver: '订单已过支付时间，请重新下单',
  ways: '选择支付方式',
  none: '当前没有可用的支付方式',
  loading: '正在加载支付方式',
  payAmount: '确认支付 ¥{amount}',
  pay: '确认支付',
  close: '关闭',
  wxpay: '微信支付',
  alipay: '支付宝',
  // #ifdef APP
  appleiap: 'App Store',
  // #endif
  // #ifdef MP-TOUTIAO
  douyin: '抖音支付',
  // #endif
  // #ifdef APP || MP-HARMONY
  huawei: '华为支付',
  // #endif
  // #ifdef MP-BAIDU
  baidu: '百度收银台',
  // #endif
  // #ifdef MP-QQ
  qq: 'QQ 钱包',
  // #endif
  // #ifdef MP-KUAISHOU
  kuaishou: '快手支付',
  // #endif
  // #ifdef MP-JD
  jd: '京东支付',
  // #endif
  // #ifdef MP-XHS
  xhs: '小红书支付',
  // #endif
}
type Key = keyof typeof zhHans

const zhHant: Record<Key, string> = {
  title: '收銀台',
  timeLeft: '付款剩餘時間 {time}',
  timeOver: '訂單已過付款時間，請重新下單',
  ways: '選擇付款方式',
  none: '目前沒有可用的付款方式',
  loading: '正在載入付款方式',
  payAmount: '確認付款 ¥{amount}',
  pay: '確認付款',
  close: '關閉',
  wxpay: '微信支付',
  alipay: '支付寶',
  // #ifdef APP
  appleiap: 'App Store',
  // #endif
  // #ifdef MP-TOUTIAO
  douyin: '抖音支付',
  // #endif
  // #ifdef APP || MP-HARMONY
  huawei: '華為支付',
  // #endif
  // #ifdef MP-BAIDU
  baidu: '百度收銀台',
  // #endif
  // #ifdef MP-QQ
  qq: 'QQ 錢包',
  // #endif
  // #ifdef MP-KUAISHOU
  kuaishou: '快手支付',
  // #endif
  // #ifdef MP-JD
  jd: '京東支付',
  // #endif
  // #ifdef MP-XHS
  xhs: '小紅書支付',
  // #endif
}

const en: Record<Key, string> = {
  title: 'Checkout',
  timeLeft: '{time} left to pay',
  timeOver: 'Time to pay is over, please order again',
  ways: 'Payment method',
  none: 'No payment method is available here',
  loading: 'Loading payment methods',
  payAmount: 'Pay ¥{amount}',
  pay: 'Pay',
  close: 'Close',
  wxpay: 'WeChat Pay',
  alipay: 'Alipay',
  // #ifdef APP
  appleiap: 'App Store',
  // #endif
  // #ifdef MP-TOUTIAO
  douyin: 'Douyin Pay',
  // #endif
  // #ifdef APP || MP-HARMONY
  huawei: 'Huawei Pay',
  // #endif
  // #ifdef MP-BAIDU
  baidu: 'Baidu Pay',
  // #endif
  // #ifdef MP-QQ
  qq: 'QQ Wallet',
  // #endif
  // #ifdef MP-KUAISHOU
  kuaishou: 'Kuaishou Pay',
  // #endif
  // #ifdef MP-JD
  jd: 'JD Pay',
  // #endif
  // #ifdef MP-XHS
  xhs: 'Xiaohongshu Pay',
  // #endif
}

export const cashierWords = /* @__PURE__ */ translator({ 'zh-Hans': zhHans, 'zh-Hant': zhHant, en })

/** Colour and sign of a channel: a sign is a letter on the brand's colour, as a font of logos would weigh more than the cashier. */
const marks: Record<ProviderId, readonly [sign: string, colour: string]> = {
  'wxpay': ['微', '#07a355'],
  // #ifdef MP-WEIXIN
  'wxpay-virtual': ['微', '#07a355'],
  // #endif
  'alipay': ['支', '#1677ff'],
  // #ifdef APP
  'appleiap': ['A', '#1d1d1f'],
  // #endif
  // #ifdef MP-TOUTIAO
  'douyin': ['抖', '#161823'],
  // #endif
  // #ifdef APP || MP-HARMONY
  'huawei': ['华', '#c7000b'],
  // #endif
  // #ifdef MP-BAIDU
  'baidu': ['百', '#2932e1'],
  // #endif
  // #ifdef MP-QQ
  'qq': ['Q', '#0a7fd8'],
  // #endif
  // #ifdef MP-KUAISHOU
  'kuaishou': ['快', '#e8470a'],
  // #endif
  // #ifdef MP-JD
  'jd': ['京', '#c81623'],
  // #endif
  // #ifdef MP-XHS
  'xhs': ['红', '#e0213a'],
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
  const [sign, colour] = marks[id] ?? [id.slice(0, 1).toUpperCase(), '#4e5969']
  const known = id === 'wxpay-virtual' ? 'wxpay' : id
  return { id, name: known in zhHans && known in marks ? cashierWords(locale, known as Key) : id, sign, colour }
}
