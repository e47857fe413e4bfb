import type { Reply } from '../http/message'
import type { Order } from '../orders/order'
import { isOpen } from '../orders/order'
import type { Html } from './html'
import { html } from './html'
import { page } from './layout'
import { STATE_TEXT, TRADE_TYPE_TEXT, yuan } from './texts'

function row(order: Order): Html {
  return html`<li><a href="/cashier?prepay_id=${order.prepay.id}">
<span class="subject">${order.description}</span><strong>¥${yuan(order.totalFen)}</strong>
<span class="dim">${order.outTradeNo} · ${TRADE_TYPE_TEXT[order.tradeType]}</span>
<span class="right ${order.tradeState}">${STATE_TEXT[order.tradeState]}</span>
</a></li>`
}

function list(title: string, orders: readonly Order[], whenEmpty: string): Html {
  return html`<h2>${title}</h2>
<div class="card slim">${orders.length > 0
  ? html`<ol class="orders">${orders.map(row)}</ol>`
  : html`<p class="empty">${whenEmpty}</p>`}</div>`
}

/** What the page was drawn from; the script compares it with what is there now. */
function version(orders: readonly Order[]): string {
  return orders.map(order => order.outTradeNo + order.tradeState).join(',')
}

/** All orders, newest first, those to be paid on top. */
export function homePage(orders: readonly Order[]): Reply {
  return page({
    title: '本地支付网关',
    wide: true,
    script: 'home.js',
    body: html`<h1>本地支付网关</h1>
<div data-version="${version(orders)}">
<form class="scan" action="/cashier">
<input name="code_url" required placeholder="粘贴二维码内容 weixin://wxpay/… 或 https://qr.alipay.com/…" aria-label="二维码内容">
<button>打开</button>
</form>
<p class="subject"><a href="/code">付款码</a></p>
${list('待支付', orders.filter(isOpen), '没有待支付的订单')}
${list('最近的订单', orders.filter(order => !isOpen(order)), '还没有订单')}
</div>`,
  })
}
