import type { Gateway } from '../context'
import type { Handler, Route } from '../http/router'
import type { Reply } from '../http/message'
import type { Purchase } from './store'
import { json, jsonObject } from '../http/message'
import { route } from '../http/router'
import { verifyReceipt } from './verify-receipt'

type Fields = Record<string, unknown>

/** What a payer can do with the App Store's sheet. */
const SHEET = ['pay', 'refuse', 'pay-silent', 'defer'] as const

const textOf = (value: unknown, otherwise = ''): string => typeof value === 'string' ? value : otherwise
const deviceOf = (fields: Fields): string => textOf(fields.device, 'phone')
const left = (): Reply => json(200, { errMsg: 'requestPayment:fail', errCode: 2 })
const problem = (status: number, message: string): Reply => json(status, { code: 'PARAM_ERROR', message })

/** A purchase in the words of the app runtime: states are text. */
function transactionOf({ apple }: Gateway, purchase: Purchase): Fields {
  const { restored, transactionId, productId, username, quantity, paidAtMs, state } = purchase
  return {
    transactionState: state === 'deferred' ? '4' : state === 'failed' ? '2' : restored ? '3' : '1',
    transactionIdentifier: restored?.transactionId ?? transactionId,
    transactionDate: new Date(restored?.atMs ?? paidAtMs).toISOString(),
    transactionReceipt: apple.receiptOf(purchase),
    payment: { productid: productId, quantity: String(quantity), ...(username === undefined ? {} : { username }) },
  }
}

/** `requestProduct` of the app's payment channel. */
function products({ apple, account }: Gateway): Handler {
  return (request) => {
    const fields = jsonObject(request) ?? {}
    const ids = Array.isArray(fields.ids) ? fields.ids.map(String) : []
    return json(200, { products: apple.show(deviceOf(fields), ids).map((productid) => {
      const { title = '', price = 0 } = account.apple.products[productid] ?? {}
      return { productid, title, description: title, price: price / 100, pricelocal: 'zh_CN@currency=CNY' }
    }) })
  }
}

/** `uni.requestPayment` with provider `appleiap`. */
function buy(gateway: Gateway): Handler {
  const { apple } = gateway
  return (request) => {
    const fields = jsonObject(request) ?? {}
    const { action = 'pay', productid, quantity = 1, username, manualFinishTransaction, sandbox } = fields
    const device = deviceOf(fields)
    if (!SHEET.includes(action as typeof SHEET[number]))
      return problem(400, `action must be one of ${SHEET.join(', ')}`)
    if (!apple.isShown(device, textOf(productid)) || !Number.isInteger(Number(quantity)) || Number(quantity) < 1 || Number(quantity) > 10)
      return json(200, { errMsg: 'requestPayment:fail invalid product', errCode: -100 })
    gateway.log({ event: 'client', door: 'appleiap', errMsg: String(action) })
    if (action === 'refuse')
      return left()
    const purchase = apple.buy({
      productId: textOf(productid),
      quantity: Number(quantity),
      username: username === undefined ? undefined : String(username),
      device,
      environment: sandbox === true ? 'Sandbox' : 'Production',
      state: action === 'defer' ? 'deferred' : 'purchased',
      finished: manualFinishTransaction !== true,
    })
    return action === 'pay-silent' ? left() : json(200, { errMsg: 'requestPayment:ok', ...transactionOf(gateway, purchase) })
  }
}

/** `restoreCompletedTransactions`: with `forget`, as after a restart that lost the usernames. */
function restore(gateway: Gateway): Handler {
  return (request) => {
    const fields = jsonObject(request) ?? {}
    const found = gateway.apple.restore(deviceOf(fields)).map(purchase => transactionOf(gateway, fields.forget === true ? { ...purchase, username: undefined } : purchase))
    return json(200, { transactions: found })
  }
}

function withPurchase({ apple }: Gateway, handle: (purchase: Purchase, fields: Fields) => Reply): Handler {
  return (request, params) => {
    const fields = jsonObject(request) ?? {}
    const purchase = apple.find(params.id ?? textOf(fields.transactionIdentifier))
    return purchase ? handle(purchase, fields) : json(404, { code: 'RESOURCE_NOT_EXISTS', message: 'no such purchase' })
  }
}

/** What happens to a purchase without its app: the parents agree or not, Apple gives the money back. */
function actOn({ clock }: Gateway, purchase: Purchase, action: unknown): Reply {
  if (action === 'revoke')
    purchase.revokedAtMs = clock.now()
  else if ((action === 'approve' || action === 'decline') && purchase.state === 'deferred')
    Object.assign(purchase, { state: action === 'approve' ? 'purchased' : 'failed', paidAtMs: clock.now() })
  else
    return problem(409, 'action must be approve or decline of a deferred purchase, or revoke')
  return json(200, { ...purchase })
}

/** Apple's two `verifyReceipt`, the store on the payer's device, and what a test does to both. */
export function appleRoutes(gateway: Gateway): Route[] {
  const { apple } = gateway
  return [
    route('POST', '/apple/buy/verifyReceipt', verifyReceipt(gateway, 'Production')),
    route('POST', '/apple/sandbox/verifyReceipt', verifyReceipt(gateway, 'Sandbox')),
    route('POST', '/gateway/client/appleiap/products', products(gateway)),
    route('POST', '/gateway/client/appleiap/buy', buy(gateway)),
    route('POST', '/gateway/client/appleiap/restore', restore(gateway)),
    route('POST', '/gateway/client/appleiap/finish', withPurchase(gateway, (purchase) => {
      purchase.finished = true
      return json(200, { errMsg: 'finishTransaction:ok' })
    })),
    route('GET', '/gateway/apple/purchases', () => json(200, { purchases: apple.list() })),
    route('POST', '/gateway/apple/purchases/:id/act', withPurchase(gateway, (purchase, { action }) => actOn(gateway, purchase, action))),
    route('POST', '/gateway/apple/status', (request) => {
      const { status, count = 1 } = jsonObject(request) ?? {}
      if (!Number.isInteger(status) || !Number.isInteger(count) || Number(count) < 1 || Number(count) > 100)
        return problem(400, 'status must be a number of Apple\'s list, count 1–100')
      apple.nextStatuses.push(...Array.from({ length: Number(count) }, () => Number(status)))
      return json(200, { statuses: apple.nextStatuses })
    }),
  ]
}
