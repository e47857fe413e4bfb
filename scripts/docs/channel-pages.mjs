/** Which channel pays where, and what each of its raw results means: from the tables the plugin runs on. */
import { cell, code, table } from './markdown.mjs'
import { clientFor, cloudModule, quickapps, targets } from './platform-modules.mjs'

const channelNames = {
  'wxpay': ['微信支付', 'WeChat Pay'],
  'wxpay-virtual': ['微信虚拟支付', 'WeChat virtual payment'],
  'alipay': ['支付宝', 'Alipay'],
  'appleiap': ['苹果内购', 'Apple in-app purchase'],
  'huawei': ['华为支付', 'Huawei Pay'],
  'douyin': ['抖音支付', 'Douyin'],
  'baidu': ['百度收银台', 'Baidu'],
  'kuaishou': ['快手支付', 'Kuaishou'],
  'qq': ['QQ 钱包', 'QQ Wallet'],
  'jd': ['京东支付', 'JD'],
  'xhs': ['小红书', 'Xiaohongshu'],
  'paypal': ['PayPal', 'PayPal'],
  'stripe': ['Stripe', 'Stripe'],
}

const platformNames = {
  'mp-weixin': ['微信小程序', 'WeChat mini-program'],
  'mp-alipay': ['支付宝小程序', 'Alipay mini-program'],
  'mp-toutiao': ['抖音小程序', 'Douyin mini-program'],
  'mp-baidu': ['百度小程序', 'Baidu mini-program'],
  'mp-kuaishou': ['快手小程序', 'Kuaishou mini-program'],
  'mp-qq': ['QQ 小程序', 'QQ mini-program'],
  'mp-jd': ['京东小程序', 'JD mini-program'],
  'mp-xhs': ['小红书小程序', 'Xiaohongshu mini-program'],
  'mp-harmony': ['鸿蒙元服务', 'HarmonyOS atomic service'],
  'app-plus': ['App', 'app'],
  'app-harmony': ['鸿蒙 App', 'HarmonyOS app'],
  'h5': ['电脑浏览器', 'desktop browser'],
  'h5-weixin': ['微信内网页', 'page inside WeChat'],
  'mweb': ['手机浏览器', 'phone browser'],
  'quickapp-webview-huawei': ['华为快应用', 'Huawei quick app'],
}

const of = (language, names) => names?.[language === 'zh' ? 0 : 1]
function named(names, language, id) {
  const found = of(language, names[id])
  if (!found)
    throw new Error(`scripts/docs/channel-pages.mjs: ${id} has no name`)
  return found
}

/** What the cloud side's own names for a platform are; it knows HarmonyOS apps as apps. */
const cloudPlatform = platform => platform === 'app-harmony' ? 'app-plus' : platform

const marks = {
  zh: { whole: '● 全程', client: '○ 仅客户端', legend: '● 客户端与云端都有：下单、通知、查询、入账。○ 客户端会打开收银台，云端还没有这个渠道，下单与通知要由你自己的服务端完成。', platform: '平台', channel: '渠道' },
  en: { whole: '● whole', client: '○ client only', legend: '● Client and server: create, notify, query, handle. ○ The client opens the cashier; the server has no such channel yet, so a server of yours has to create the order and take the notification.', platform: 'platform', channel: 'channel' },
}

export async function matrixPage(language) {
  const { providers } = await cloudModule()
  const t = marks[language]
  const found = []
  for (const [target, platforms] of Object.entries(targets)) {
    const { builtInProviders } = await clientFor(target)
    for (const platform of platforms) {
      for (const provider of builtInProviders.filter(one => one.platforms.includes(platform)))
        found.push({ platform, id: provider.id, whole: !!providers.get(provider.id)?.platforms.includes(cloudPlatform(platform)) })
    }
  }
  const ids = Object.keys(channelNames).filter(id => found.some(one => one.id === id))
  const platforms = Object.values(targets).flat()
  const rows = platforms.map(platform => [
    `${named(platformNames, language, platform)}<br>${code(platform)}`,
    found.filter(one => one.platform === platform).sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id)).map(({ id, whole }) => `${whole ? '●' : '○'} ${named(channelNames, language, id)} ${code(id)}`).join('<br>'),
  ])
  return [t.legend, table([t.platform, t.channel], rows)]
}

const abilities = {
  zh: [['下单', 'create'], ['查询', 'query'], ['关单', 'close'], ['退款', 'refund'], ['付款码', 'charge'], ['转账', 'transfer'], ['日账单', 'downloadBill'], ['登录换 openid', 'login'], ['凭证校验', 'readReceipt']],
  en: [['create', 'create'], ['query', 'query'], ['close', 'close'], ['refund', 'refund'], ['payment code', 'charge'], ['transfer', 'transfer'], ['day bill', 'downloadBill'], ['openid', 'login'], ['receipt', 'readReceipt']],
}

/** What each channel of the cloud side can do: a function is there, or it is not. */
export async function abilitiesPage(language) {
  const { providers, logins } = await cloudModule()
  const all = [...providers.values(), ...[...logins.values()].filter(({ id }) => !providers.has(id))]
  const columns = abilities[language]
  return [table(
    [marks[language].channel, ...columns.map(([title]) => title)],
    all.map(provider => [`${named(channelNames, language, provider.id)} ${code(provider.id)}`, ...columns.map(([, name]) => typeof provider[name] === 'function' && (name !== 'create' || provider.platforms) ? '●' : '')]),
  )]
}

const vias = {
  zh: { success: 'success 回调', fail: 'fail 回调', single: '唯一的回调', query: '查询渠道', none: '没有回调', any: '任意' },
  en: { success: 'success callback', fail: 'fail callback', single: 'its only callback', query: 'asked the channel', none: 'no callback', any: 'any' },
}
const outcomes = {
  zh: { success: '成功，待确认', cancel: '取消', fail: '失败', pending: '未知' },
  en: { success: 'success, to be confirmed', cancel: 'cancel', fail: 'fail', pending: 'pending' },
}
const reasons = {
  zh: { 'verify': '看起来明确，只有服务端能确认', 'user': '用户离开', 'config': '配置或参数', 'network': '网络', 'duplicate': '重复请求', 'not-installed': '缺应用', 'unknown': '原因不明', 'no-callback': '没有回调' },
  en: { 'verify': 'looks clear, only the server can confirm', 'user': 'the payer left', 'config': 'settings or parameters', 'network': 'network', 'duplicate': 'repeated request', 'not-installed': 'app missing', 'unknown': 'no cause given', 'no-callback': 'no callback' },
}
const outcomeHeads = {
  zh: ['何处得到', '匹配', '结果', '原因', '开发提示'],
  en: ['where', 'match', 'outcome', 'why', 'advice in development'],
}

const comparisons = { '==': '=', '^=': '^=', '*=': '*=', '~': '*=' }

/** The texts a pattern of ours stands for: alternatives, one group of them at most, between ^ and $. */
function textsOf(source) {
  const open = source.indexOf('(?:')
  const close = source.indexOf(')', open)
  const parts = open < 0
    ? source.split('|')
    : source.slice(open + 3, close).split('|').map(one => source.slice(0, open) + one).concat(source.slice(close + 1).split('|').slice(1))
  return parts.map(text => text.replace(/^\^|\$$/g, '').replace(/\\/g, ''))
}

/** The values a row looks for; of a pattern over codes those codes. */
function valuesOf([, , op, value]) {
  if (op === 'any')
    return ['']
  if (!(op instanceof RegExp))
    return [value].flat().map(String)
  const codes = Array.from({ length: 16_000 }, (_, number) => String(-number)).filter(text => op.test(text))
  return codes.length > 0 ? codes : textsOf(op.source)
}

function conditionOf([, field, op], values) {
  if (op === 'any')
    return '–'
  if (values[0] === '')
    return code(`${field} exists`)
  const exact = op instanceof RegExp && values.every(one => op.source.includes(`^${one}$`) || /^-\d+$/.test(one))
  return `${code(`${field} ${op instanceof RegExp ? (exact ? '=' : '*=') : comparisons[op]}`)} ${values.map(code).join(' ')}`
}

/** What the plugin prints for a value in development. What went well needs no advice. */
function adviceOf({ explainReport }, language, id, row, value) {
  const [via, field] = row
  if (['success', 'cancel'].includes(row.at(-2)))
    return ''
  const report = { via: via === 'any' ? 'success' : via, raw: field ? field.split('.').reduceRight((inner, key) => ({ [key]: inner }), value) : {} }
  return cell(explainReport(id, report, language === 'zh' ? 'zh-Hans' : 'en') ?? '')
}

/** A line for each advice that the row's values get. */
function linesOf(client, language, id, row) {
  const groups = new Map()
  for (const value of valuesOf(row)) {
    const advice = adviceOf(client, language, id, row, value)
    groups.set(advice, [...groups.get(advice) ?? [], value])
  }
  return [...groups].map(([advice, values]) => [
    vias[language][row[0]],
    conditionOf(row, values),
    outcomes[language][row.at(-2)],
    reasons[language][row.at(-1)],
    advice,
  ])
}

export async function outcomesPage(language) {
  const parts = []
  for (const target of [...Object.keys(targets), ...quickapps]) {
    const client = await clientFor(target)
    const tables = Object.entries({ ...client.utsRows.length > 0 ? { uts: client.utsRows } : {}, ...client.outcomeRows }).filter(([, rows]) => rows?.length > 0)
    if (tables.length === 0)
      continue
    parts.push(`## ${named(platformNames, language, target === 'h5' ? 'h5' : target)} {#${target}}`.replace(/电脑浏览器|desktop browser/, language === 'zh' ? '浏览器（H5）' : 'browsers (H5)'))
    for (const [id, rows] of tables) {
      const [channel, call] = id.split('/')
      parts.push(`### ${id === 'uts' ? (language === 'zh' ? '所有渠道（UTS 支付模块）' : 'every channel (UTS payment module)') : `${named(channelNames, language, channel)} ${code(call ? `${channel}/${call}` : channel)}`}`)
      parts.push(table(outcomeHeads[language], rows.flatMap(row => linesOf(client, language, id === 'uts' ? 'wxpay' : id, row))))
    }
  }
  return parts
}

export async function outcomeCounts(language) {
  let rows = 0
  const channels = new Set()
  for (const target of [...Object.keys(targets), ...quickapps]) {
    const { outcomeRows, utsRows } = await clientFor(target)
    rows += utsRows.length
    for (const [id, list] of Object.entries(outcomeRows)) {
      rows += list.length
      if (list.length > 0)
        channels.add(id.split('/')[0])
    }
  }
  return [language === 'zh' ? `目前共 ${rows} 行，${channels.size} 个渠道。` : `${rows} rows, ${channels.size} channels at present.`]
}
