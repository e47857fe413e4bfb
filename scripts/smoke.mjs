/**
 * One whole payment over real HTTP, from `dist/`: create → pay in the gateway → notification →
 * handler → query. Prints one JSON line; exit 0 only when all of it is true.
 */
import process from 'node:process'
import { startStack } from './lib/local-stack.mjs'

const LIMIT_MS = 15_000
const QUANTITY = 3
const TOTAL_FEE = 11_970

const steps = {}
async function timed(name, work) {
  const startedAt = performance.now()
  const value = await work()
  steps[`${name}_ms`] = Math.round((performance.now() - startedAt) * 10) / 10
  return value
}

async function json(url, body) {
  const response = await fetch(url, body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  return response.json()
}

async function until(found, what) {
  const end = performance.now() + LIMIT_MS
  while (performance.now() < end) {
    const value = await found()
    if (value)
      return value
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  throw new Error(`${what}: not within ${LIMIT_MS} ms`)
}

function check(what, is, expected) {
  if (is !== expected)
    throw new Error(`${what} is ${JSON.stringify(is)}, expected ${JSON.stringify(expected)}`)
}

async function buy({ gateway, server }) {
  const out_trade_no = `SMOKE_${Date.now()}`
  const state = () => json(`${server.url}/demo/state`)
  const call = (action, data) => json(`${server.url}/vk-pay`, { action, data })
  const before = await state()
  const [{ _id: goods_id, stock, sales }] = before.goods

  const login = await timed('login', () => call('pay/code2SessionWeixin', { code: 'smoke' }))
  check('code of code2SessionWeixin', login.code, 0)
  const created = await timed('create', () => call('pay/createPayment', {
    provider: 'wxpay',
    vk_platform: 'mp-weixin',
    openid: login.openid,
    out_trade_no,
    total_fee: TOTAL_FEE,
    subject: '冒烟测试',
    type: 'goods',
    custom: { user_id: 'user_001', goods_id, quantity: QUANTITY },
  }))
  check(`code of createPayment (${created.msg})`, created.code, 0)

  const paid = await timed('pay', () => json(`${gateway.url}/gateway/client/jsapi`, { ...created.orderInfo, appId: gateway.account.appids['mp-weixin'] }))
  check('errMsg of the payment', paid.errMsg, 'requestPayment:ok')

  const delivery = await timed('notification', () => until(async () => {
    const { notifications } = await json(`${gateway.url}/gateway/orders/${out_trade_no}`)
    return notifications.find(({ status }) => status >= 200 && status < 300)
  }, 'an accepted notification'))

  const query = await timed('query', () => call('pay/queryPayment', { out_trade_no }))
  check('trade_state', query.data?.trade_state, 'SUCCESS')
  check('orderPaid', query.orderPaid, true)
  check('user_order_success', query.user_order_success, true)

  const after = await state()
  const goods = after.goods.find(({ _id }) => _id === goods_id)
  check('stock', goods.stock, stock - QUANTITY)
  check('sales', goods.sales, sales + QUANTITY)
  check('orders written by the handler', after.orders.filter(order => order.out_trade_no === out_trade_no).length, 1)
  return {
    out_trade_no,
    trade_state: query.data.trade_state,
    user_order_success: query.user_order_success,
    notification_status: delivery.status,
    effect: { goods_id, stock: [stock, goods.stock], sales: [sales, goods.sales] },
  }
}

const startedAt = performance.now()
let stack
let line
try {
  stack = await timed('start', () => startStack({ gateway: { probeEvery: 0 }, server: { log: () => {} } }))
  line = { ok: true, ...await buy(stack) }
}
catch (error) {
  line = { ok: false, error: error.message }
  process.exitCode = 1
}
finally {
  await stack?.close()
}
console.log(JSON.stringify({ ...line, steps, total_ms: Math.round(performance.now() - startedAt) }))
