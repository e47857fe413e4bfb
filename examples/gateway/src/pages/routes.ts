import type { Gateway } from '../context'
import type { Reply } from '../http/message'
import type { Route } from '../http/router'
import type { Order } from '../orders/order'
import type { Fields } from '../doors/pay-sign'
import { isAlipay } from '../alipay/trades'
import { wayBack } from '../alipay/cashier'
import { findOrder, readApp, readJsapi } from '../doors/pay-sign'
import { route } from '../http/router'
import { isOpen } from '../orders/order'
import { obstacle } from '../orders/payable'
import { cashierPage } from './cashier'
import { codePage } from './code'
import { TRANSFER_SCRIPT, transferPage } from './transfer'
import { CASHIER_SCRIPT } from './cashier-script'
import { homePage } from './home'
import { HOME_SCRIPT } from './home-script'
import { noticePage } from './layout'
import { STYLE } from './style'

function asset(type: string, body: string): () => Reply {
  return () => ({ status: 200, headers: { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-cache' }, body })
}

/** Where the payer is sent back to; anything but a web address would be a way to run script here. */
function webAddress(value: string | null): string | undefined {
  return value !== null && /^https?:\/\//i.test(value) && URL.canParse(value) ? value : undefined
}

/** Opens the cashier, or says why this order cannot be paid; a paid or closed one is shown as it is. */
function open(gateway: Gateway, order: Order | undefined, redirectUrl: string | undefined): Reply {
  if (!order)
    return noticePage(404, '没有这笔订单，请返回商家重新下单')
  const why = isOpen(order) ? obstacle(order, gateway.clock.now()) : undefined
  if (why)
    return noticePage(410, why.message)
  if (!isAlipay(order))
    return cashierPage(order, redirectUrl)
  gateway.orders.openTrade(order)
  return cashierPage(order, redirectUrl ?? wayBack(order))
}

/** Why the parameters in a cashier's address may not pay. Addresses without a signature are the operator's own. */
function refusal(gateway: Gateway, query: URLSearchParams): string | undefined {
  if (!query.has('paySign') && !query.has('sign'))
    return undefined
  const fields: Fields = Object.fromEntries(query)
  const jsapi = query.has('paySign')
  const client = jsapi ? readJsapi(fields) : readApp(fields, [gateway.account.mchid, gateway.account.shop.mchid])
  const order = typeof client === 'string' ? client : findOrder(gateway, client, jsapi ? 'JSAPI' : 'APP')
  return typeof order === 'string' ? order : undefined
}

function prepayIdIn(query: URLSearchParams): string {
  return query.get('prepay_id') ?? query.get('prepayid') ?? query.get('package')?.replace(/^prepay_id=/, '') ?? ''
}

function scanned(gateway: Gateway, query: URLSearchParams): Reply {
  const code = query.get('code_url')
  const order = code === null ? gateway.orders.byPrepay(prepayIdIn(query)) : gateway.orders.byCodeUrl(code.trim())
  const refused = refusal(gateway, query)
  return refused === undefined ? open(gateway, order, webAddress(query.get('redirect_url'))) : noticePage(403, refused)
}

function phoneBrowser(gateway: Gateway, query: URLSearchParams): Reply {
  const link = gateway.orders.h5Link(query.get('package') ?? '')
  if (!link || link.prepayId !== query.get('prepay_id'))
    return noticePage(404, '支付链接无效，请返回商家重新下单')
  if (gateway.clock.now() >= link.expiresAtMs)
    return noticePage(410, '支付链接已过期（有效期5分钟），请返回商家重新下单')
  return open(gateway, gateway.orders.byPrepay(link.prepayId), webAddress(query.get('redirect_url')))
}

/** The pages a payer and a developer look at. */
export function pageRoutes(gateway: Gateway): Route[] {
  return [
    route('GET', '/', () => homePage(gateway.orders.list())),
    route('GET', '/cashier', request => scanned(gateway, request.query)),
    route('GET', '/cashier/h5', request => phoneBrowser(gateway, request.query)),
    route('GET', '/code', request => codePage(gateway, request.query.get('kind'))),
    route('GET', '/transfer', request => transferPage(gateway.transfers.byPackage(request.query.get('package') ?? ''))),
    route('GET', '/assets/transfer.js', asset('text/javascript', TRANSFER_SCRIPT)),
    route('GET', '/assets/style.css', asset('text/css', STYLE)),
    route('GET', '/assets/cashier.js', asset('text/javascript', CASHIER_SCRIPT)),
    route('GET', '/assets/home.js', asset('text/javascript', HOME_SCRIPT)),
  ]
}
