/** State machine, codes, schedules, counters: from the code that runs them. */
import { instance } from '@viz-js/viz'
import { cell, code, table } from './markdown.mjs'
import { cloudModule, flowModule, textsModule } from './platform-modules.mjs'
import { keysOfRecords, literalOf, rawDoc } from '../lib/declarations.mjs'

const cloud = 'uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src'
const states = {
  idle: ['空闲', 'nothing is under way', '没有支付在进行'],
  creating: ['下单中', 'the server is asked for a payment', '请服务端下单'],
  invoking: ['收银台', 'the cashier is open, or being opened', '收银台已打开，或正在打开'],
  confirming: ['确认中', 'the cashier is done with; the server is asked', '收银台结束了，正在问服务端'],
  succeeded: ['成功', 'the server said paid; final', '服务端确认已支付，终态'],
  failed: ['失败', 'it failed, and the server said not paid', '失败了，服务端也说没有支付'],
  cancelled: ['取消', 'the payer left, and the server said not paid', '用户离开，服务端说没有支付'],
  pending: ['未知', 'nobody can know yet; may still become paid', '现在谁也不知道，之后仍可能变成已支付'],
}
const events = {
  START: ['发起支付', 'a payment was asked for'],
  CREATED: ['服务端给了收银台参数', 'the server answered with what the cashier needs'],
  RETURNED: ['收银台回来了、没了动静，或本来就不会回来：去问服务端', 'the cashier came back, fell silent, or cannot come back: ask the server'],
  DISMISSED: ['用户离开，服务端说没有支付', 'the payer left, and the server said not paid'],
  REJECTED: ['被拒绝，服务端说没有支付，或收银台没打开过', 'it was refused, and the server said not paid, or no cashier had opened'],
  TIMED_OUT: ['规定时间内服务端答不上来', 'the server could not tell in time'],
  RECHECK: ['再问一次服务端', 'ask the server once more'],
  CLOSED: ['服务端说订单已关闭', 'the server said the order is closed'],
  PAID: ['服务端说已支付', 'the server said paid'],
}
const pick = (language, [zh, en]) => language === 'zh' ? zh : en

export async function flowPage(language) {
  const { flow } = await flowModule()
  for (const [name, known] of [['state', states], ['event', events]]) {
    const used = name === 'state' ? Object.keys(flow) : [...new Set(Object.values(flow).flatMap(Object.keys))]
    const wrong = [...used.filter(one => !known[one]), ...Object.keys(known).filter(one => !used.includes(one))]
    if (wrong.length > 0)
      throw new Error(`scripts/docs/engine-pages.mjs: ${name} ${wrong.join(', ')} is explained, or used, in one place only`)
  }
  const t = { zh: ['状态', '含义', '事件 → 下一状态', '事件', '含义'], en: ['state', 'meaning', 'event → next state', 'event', 'meaning'] }[language]
  return [
    table(t.slice(0, 3), Object.entries(flow).map(([state, next]) => [
      code(state),
      pick(language, [states[state][2], states[state][1]]),
      Object.entries(next).map(([event, to]) => `${code(event)} → ${code(to)}`).join('<br>') || '–',
    ])),
    table(t.slice(3), Object.keys(events).map(event => [code(event), pick(language, events[event])])),
  ]
}

/** Ends that may still change: what all of them do alike is drawn once, from the box around them. */
const open = ['pending', 'cancelled', 'failed']

/** Edges from one state to another, with the names of their events on one line each. */
function edgesOf(flow) {
  const common = Object.entries(flow[open[0]]).filter(([event, to]) => open.every(state => flow[state][event] === to))
  const joined = ([tail, transitions, attributes]) => [...new Set(transitions.map(([, to]) => to))].map((head) => {
    const events = transitions.filter(([, to]) => to === head)
    return { tail, head, attributes: { label: events.map(([event]) => ` ${event} `).join('\\n'), ...attributes } }
  })
  const own = Object.entries(flow).map(([state, next]) => [state, Object.entries(next).filter(([event, to]) => !open.includes(state) || !common.some(([name, target]) => name === event && target === to)), {}])
  return [...own, ['cancelled', common, { ltail: 'cluster_open' }]].flatMap(joined)
}

/** Upwards: drawn lightly, and without a say in the order of the rows. */
const upwards = ({ tail, head }) => open.includes(tail) && !open.includes(head) && head !== 'succeeded' ? { constraint: false, style: 'dashed' } : {}

/** The diagram of the table. */
export async function flowSvg() {
  const { flow } = await flowModule()
  const viz = await instance()
  const svg = viz.renderString({
    graphAttributes: { compound: true, nodesep: 0.5, ranksep: 0.55, bgcolor: 'transparent', fontname: 'sans-serif' },
    nodeAttributes: { shape: 'box', style: 'rounded', fontname: 'sans-serif', fontsize: 16, color: '#000000', margin: '0.18,0.09' },
    edgeAttributes: { fontname: 'sans-serif', fontsize: 12, arrowsize: 0.6, penwidth: 0.9 },
    nodes: Object.keys(flow).map(name => ({ name, attributes: name === 'succeeded' ? { peripheries: 2 } : {} })),
    edges: edgesOf(flow).map(edge => ({ ...edge, attributes: { ...edge.attributes, ...upwards(edge) } })),
    subgraphs: [{ name: 'cluster_open', graphAttributes: { style: 'rounded,dashed', color: '#000000' }, nodes: open.map(name => ({ name })) }],
  }, { format: 'svg' })
  return svg.slice(svg.indexOf('<svg')).replace(/<title>[\s\S]*?<\/title>/g, '').replace(/<!--[\s\S]*?-->/g, '').replace(/(?<=<svg[^>]*) (?:width|height)="[^"]*pt"/g, '').replace(/#000000/g, 'currentColor').replace(/"black"/g, '"currentColor"')
}

const clientCures = {
  40001: ['订单的某个字段缺失或格式不对', '看 `error.field`', 'a field of the order is missing or malformed', '`error.field` names it'],
  40006: ['订单早已支付', '不用做什么：这次支付会以成功结束', 'the order is paid already', 'nothing: the payment ends in success'],
  60001: ['用户离开了收银台', '–', 'the payer left the cashier', '–'],
  60002: ['结果现在未知', '打开状态页，不要让用户重新付款', 'the outcome is not known yet', 'show the status page; do not ask to pay again'],
  60003: ['收银台报告失败', '看 `raw`、`reason` 与开发构建里的 `hint`', 'the cashier reported a failure', '`raw`, `reason` and, in development, `hint` say more'],
  60004: ['订单已关闭', '换新的订单号重新下单', 'the order is closed', 'make a new order'],
  60005: ['没有后端', '在 main 里写 `app.use(createVkPay({ backend }))`，或关联服务空间', 'no backend', '`app.use(createVkPay({ backend }))` in main, or link a service space'],
  60006: ['当前平台打不开这个渠道', '换渠道，见渠道与平台表', 'this platform cannot open this channel', 'another provider, see the matrix'],
  60007: ['`orderInfo` 不是该渠道要的形状', '看 `error.field`；键名大小写常是原因', '`orderInfo` has not the channel\'s shape', '`error.field` names the key; its case is often the cause'],
  60008: ['取不到付款人的 openid', '在订单里传 `openid`，或看 `error.cause`', 'the payer\'s openid could not be had', 'give `order.openid`, or see `error.cause`'],
  60009: ['服务端没有应答', '检查地址、域名白名单与网络；可以重试', 'the server did not answer', 'check address, domain whitelist and network; try again'],
}

export async function clientErrorsPage(language) {
  const { ErrorCode } = await flowModule()
  const documented = [...rawDoc('js_sdk/errors.ts', 'ErrorCode').matchAll(/^\| (\d{5}) \|/gm)].map(([, number]) => Number(number))
  return errorTable(language, Object.entries(ErrorCode), clientCures, documented)
}

const cloudCures = {
  0: ['成功', '–', 'done', '–'],
  400: ['函数之间的回调签名不对', '核对双方的 `notifyKey` 与时钟（相差不能超过 5 分钟）', 'a callback between functions is wrongly signed', 'the same `notifyKey` on both sides, clocks within 5 minutes'],
  404: ['没有这个接口', '看应答里列出的可用接口；老的云函数缺少新接口文件时重新上传', 'no such action', 'the answer lists those there are; upload the function again when a file is missing'],
  40001: ['参数缺失或格式不对，或配置里没有对应的段', '看 `field` 与 `msg`', 'a parameter is missing or malformed, or the config has no such section', '`field` and `msg` name it'],
  40002: ['签名不对：渠道拒绝了我方签名，或渠道应答验签失败', '核对私钥、证书、公钥与商户号是否配套；运行 `doctor()`', 'a signature is wrong: ours to the channel, or the channel\'s to us', 'private key, certificate, public key and merchant number must belong together; run `doctor()`'],
  40003: ['密钥或证书文件缺失、读不了、不是一对', '看 `field`，它是配置里的位置', 'a key or certificate is missing, unreadable, or not a pair', '`field` is its place in the config'],
  40004: ['连不上渠道', '重试；检查服务器出网', 'the channel could not be reached', 'try again; check outgoing network'],
  40005: ['没有这个订单，或不是本人的订单', '核对订单号与登录用户', 'no such order, or somebody else\'s', 'check number and signed-in user'],
  40006: ['订单已支付', '查询订单；客户端会当作成功', 'the order is paid already', 'query it; the client takes it for success'],
  40007: ['余额不足', '商户充值后用原单号重试；用户余额不足则换付款方式', 'balance too low', 'top up and repeat under the same number; a payer uses another means'],
  40008: ['太频繁', '放慢；或调整配置 `rateLimit`', 'too often', 'slow down, or change `rateLimit`'],
  40009: ['不允许：渠道没有权限、不支持这个操作、不在白名单、路径被禁', '看 `msg` 里的权限名', 'not allowed: no permission at the channel, not supported, not on the whitelist, forbidden path', '`msg` names it'],
  40010: ['渠道忙，或同一订单正在处理', '稍后重试', 'the channel, or this order, is busy', 'try again later'],
  50000: ['其他错误', '拿 `trace_id` 到日志里找', 'anything else', 'look for `trace_id` in the log'],
}

export async function cloudErrorsPage(language) {
  const { PayCode } = await cloudModule()
  return errorTable(language, Object.entries(PayCode), cloudCures)
}

function errorTable(language, codes, cures, documented) {
  const numbers = codes.map(([, number]) => number)
  const wrong = [...numbers.filter(number => !cures[number]), ...Object.keys(cures).map(Number).filter(number => !numbers.includes(number)), ...(documented ? numbers.filter(number => !documented.includes(number)) : [])]
  if (wrong.length > 0)
    throw new Error(`scripts/docs/engine-pages.mjs: the codes ${wrong.join(', ')} are explained, or used, in one place only`)
  const t = { zh: ['code', '名字', '原因', '怎么办'], en: ['code', 'name', 'cause', 'cure'] }[language]
  return [table(t, codes.map(([name, number]) => [code(number), code(name), pick(language, [cures[number][0], cures[number][2]]), pick(language, [cures[number][1], cures[number][3]])]))]
}

const verdicts = {
  zh: { 'refused': '确定没有生效', 'unknown': '不知道，会再问', 'number-taken': '单号被占，换派生单号', 'paid': '已支付，去查询', 'no-such-order': '渠道没有这一单' },
  en: { 'refused': 'had no effect, for certain', 'unknown': 'not known, asked again', 'number-taken': 'number in use, a derived one is taken', 'paid': 'paid, queried', 'no-such-order': 'unknown to the channel' },
}

/** The channels' own codes, as our answers translate them. */
export async function channelErrorsPage(language, channel) {
  const module = await cloudModule()
  const [file, refusal] = channel === 'wxpay'
    ? [`${cloud}/providers/wxpay-v3/refusals.ts`, name => module.wxpayRefusal({ status: 400, json: { code: name, message: '' }, verified: true })]
    : [`${cloud}/providers/alipay/refusals.ts`, name => module.alipayRefusal({ status: 200, json: { code: '40004', sub_code: name, sub_msg: '' }, verified: true })]
  const t = { zh: ['渠道的 code', '我们的 code', '对订单意味着', '应答里的提示'], en: ['the channel\'s code', 'our code', 'what it means for the order', 'what `msg` says'] }[language]
  return [table(t, [...new Set(keysOfRecords(file, 'Record<string, Meaning>'))].filter(name => /\D/.test(name)).map((name) => {
    const { code: ours, verdict, message } = refusal(name)
    return [code(name), code(ours), verdicts[language][verdict], cell(message.replace(/^[^：]*：/, '').replace(/（[^（]*）$/, ''))]
  }))]
}

const metricNames = {
  orders_created_total: ['下单数', 'orders written'],
  orders_paid_total: ['付清的订单，`heard` 说明是通知得知还是主动查到', 'orders paid; `heard` says whether notified or asked'],
  orders_closed_total: ['未支付而关闭的订单', 'orders closed unpaid'],
  calls_refused_total: ['被拒绝的调用', 'calls answered with an error'],
  errors_total: ['意料之外的错误，应为 0', 'errors nobody foresaw; should be 0'],
  notifications_total: ['真实的付款通知', 'genuine notifications of payments'],
  notifications_refused_total: ['不可信的通知（`probe` 是微信的探测，属正常）', 'notifications not believed (`probe` is WeChat testing us)'],
  handler_failures_total: ['业务处理失败次数', 'runs of a handler that failed'],
  surplus_paid_twice_total: ['同一订单第二次付款', 'second payments of an order'],
  surplus_paid_late_total: ['订单关闭后的付款', 'payments of closed orders'],
  refunds_total: ['退款', 'refunds'],
}

export function metricsPage(language) {
  const counted = Object.values(literalOf(`${cloud}/runtimes/node-metrics.ts`, 'counted'))
  const missing = counted.filter(({ name }) => !metricNames[name])
  if (missing.length > 0)
    throw new Error(`scripts/docs/engine-pages.mjs: the counter ${missing[0].name} is explained nowhere`)
  const t = { zh: ['指标', '标签', '含义'], en: ['metric', 'labels', 'meaning'] }[language]
  return [table(t, [
    ...counted.map(({ name, labels }) => [code(`vk_pay_${name}`), labels.map(code).join(' '), pick(language, metricNames[name])]),
    [code('vk_pay_confirm_seconds'), '', pick(language, ['从付款到我们得知的秒数，直方图', 'seconds from the payment to our knowing of it, a histogram'])],
  ])]
}

const duration = (language, ms) => ms < 60_000 ? `${ms / 1000} ${language === 'zh' ? '秒' : 's'}` : `${ms / 60_000} ${language === 'zh' ? '分钟' : 'min'}`

export async function schedulePage(language) {
  const { ASK_AFTER_MS } = await cloudModule()
  const list = ASK_AFTER_MS.map(ms => duration(language, ms)).join(language === 'zh' ? '、' : ', ')
  return [language === 'zh' ? `下单后 ${list} 各问一次渠道。` : `The channel is asked ${list} after the order was made.`]
}

/** What goes on for longer has no end of its own. */
const LONG_MS = 600_000

export async function pollPage(language) {
  const { defaultPollPolicy, scanPollPolicy, LONGEST_WAIT_S } = await flowModule()
  const describe = (policy) => {
    const groups = []
    let elapsed = 0
    let attempt = 0
    for (let delay = policy(0, 0); delay !== 'stop' && elapsed < LONG_MS; delay = policy(++attempt, elapsed)) {
      const last = groups.at(-1)
      if (last?.delay === delay)
        last.times++
      else
        groups.push({ delay, times: 1 })
      elapsed += delay
    }
    const endless = elapsed >= LONG_MS
    const text = groups.map(({ delay, times }, index) => `${delay / 1000} s${endless && index === groups.length - 1 ? ' × …' : times > 1 ? ` × ${times}` : ''}`).join(' → ')
    return { text, asked: attempt + 1, elapsed }
  }
  const confirming = describe(defaultPollPolicy)
  const scanning = describe(scanPollPolicy)
  const t = { zh: ['场景', '从一问到下一问', '到何时'], en: ['when', 'from question to question', 'until'] }[language]
  return [pick(language, [
    `收银台说“成功”时，提问请服务端拿住：一得知就应答，最多 ${LONGEST_WAIT_S} 秒（\`await_notify\`）。拿住的时间算在间隔里，所以通常一问就够；不认识这个参数的服务端立即应答，按下表再问。`,
    `When the cashier said ok, the server is asked to hold the question: it answers as soon as it knows, after ${LONGEST_WAIT_S} s at the latest (\`await_notify\`). The time it was held counts, so that one question is usually enough; a server that does not know this parameter answers at once, and is asked again by this table.`,
  ]), table(t, [
    [pick(language, ['收银台回来之后', 'after the cashier came back']), confirming.text, pick(language, [`${Math.round(confirming.elapsed / 1000)} 秒，最多问 ${confirming.asked} 次，仍不知道则为 pending`, `${Math.round(confirming.elapsed / 1000)} s, ${confirming.asked} questions at most; then it is pending`])],
    [pick(language, ['二维码在屏幕上时', 'while a QR code is shown']), scanning.text, pick(language, ['二维码失效', 'the code expires'])],
  ])]
}

/** Every text a payer can read, in the three languages. */
export async function textsPage(language) {
  const all = await textsModule()
  const tables = [
    [all.texts, all.translate, '按钮与结果', 'Button and results'],
    [all.pageTexts, all.translatePage, '状态页', 'Status page'],
    [all.codeTexts, all.codeWords, '二维码', 'QR code'],
    [all.cashierTexts, all.cashierWords, '收银台', 'Cashier'],
    [all.webTexts, all.webWords, '浏览器里的弹层', 'Sheets in browsers'],
  ]
  const head = { zh: ['键', '简体', '繁体', '英文'], en: ['key', 'Simplified', 'Traditional', 'English'] }[language]
  return tables.flatMap(([texts, say, zh, en]) => [
    `#### ${pick(language, [zh, en])}`,
    table(head, Object.keys(texts).map(key => [code(key), ...['zh-Hans', 'zh-Hant', 'en'].map(locale => cell(say({ locale, options: {} }, key)))])),
  ])
}
