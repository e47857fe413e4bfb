import type { Reply } from '../http/message'
import type { Order } from '../orders/order'
import { channelOf, isOpen } from '../orders/order'
import { html } from './html'
import { page } from './layout'
import { STATE_TEXT, TRADE_TYPE_TEXT, yuan } from './texts'

/** The payer's page for one order. After paying or refusing it goes to `redirectUrl`, when there is one. */
export function cashierPage(order: Order, redirectUrl?: string): Reply {
  const unpaid = isOpen(order)
  return page({
    title: `支付 ¥${yuan(order.totalFen)}`,
    script: 'cashier.js',
    theme: channelOf(order),
    body: html`<h1>${order.alipay ? '支付宝收银台' : '收银台'}</h1>
<div data-order="${order.outTradeNo}"${redirectUrl !== undefined && html` data-redirect="${redirectUrl}"`}>
<section class="card" aria-label="订单">
<p class="subject">${order.description}</p>
<p class="amount"><small>¥</small>${yuan(order.totalFen)}</p>
<p class="state" data-role="state" data-state="${order.tradeState}" role="status">${STATE_TEXT[order.tradeState]}</p>
<dl>
<dt>商户单号</dt><dd>${order.outTradeNo}</dd>
<dt>支付方式</dt><dd>${TRADE_TYPE_TEXT[order.tradeType]}</dd>
<dt>${order.alipay ? '收款账号' : '商户号'}</dt><dd>${order.mchid}</dd>
</dl>
</section>
<div class="actions" data-role="choices"${!unpaid && html` hidden`}>
<button type="button" class="primary" data-action="pay">支付 ¥${yuan(order.totalFen)}</button>
<button type="button" data-action="refuse">拒绝</button>
</div>
<p class="message" data-role="message" role="alert"></p>
<div class="actions" data-role="back" hidden><button type="button">返回商家</button></div>
<section data-role="choices"${!unpaid && html` hidden`}>
<h2>试试不顺利的情形</h2>
<div class="tests">
<button type="button" data-action="pay-silent">支付但不通知</button>
<button type="button" data-action="pay-twice">通知两次</button>
<button type="button" data-action="pay-late">延迟通知</button>
<button type="button" data-action="pay-tampered">篡改通知</button>
</div>
</section>
<h2>给商家的通知</h2>
<div class="card slim"><ol class="log" data-role="log" aria-live="polite"></ol></div>
</div>`,
  })
}
