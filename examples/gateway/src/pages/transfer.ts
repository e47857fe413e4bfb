import type { Reply } from '../http/message'
import type { TransferBill } from '../orders/transfer'
import { html } from './html'
import { noticePage, page } from './layout'
import { yuan } from './texts'

const STATE: Record<TransferBill['state'], string> = { WAIT_USER_CONFIRM: '等待收款', SUCCESS: '已收款', FAIL: '转账失败', CANCELLED: '已撤销' }

/** What `wx.requestMerchantTransfer` shows the payee. */
export function transferPage(bill: TransferBill | undefined): Reply {
  if (!bill)
    return noticePage(404, '没有这笔转账')
  const waits = bill.state === 'WAIT_USER_CONFIRM'
  return page({
    title: `收款 ¥${yuan(bill.fen)}`,
    script: 'transfer.js',
    body: html`<h1>确认收款</h1>
<div data-transfer="${bill.outBillNo}">
<section class="card" aria-label="转账">
<p class="subject">${bill.perception ?? bill.remark}</p>
<p class="amount"><small>¥</small>${yuan(bill.fen)}</p>
<p class="state" data-state="${bill.state}" role="status">${STATE[bill.state]}</p>
<dl><dt>转账单号</dt><dd>${bill.outBillNo}</dd><dt>备注</dt><dd>${bill.remark}</dd></dl>
</section>
<p class="message" data-role="message" role="alert"></p>
<div class="actions"${!waits && html` hidden`}>
<button type="button" class="primary" data-action="confirm">收款</button>
<button type="button" data-action="expire">不收，等它退回</button>
</div>
</div>`,
  })
}

/** The page's script: does what the payee chose, and shows the page anew. */
export const TRANSFER_SCRIPT = `
(() => {
  const root = document.querySelector('[data-transfer]')
  const api = '/gateway/transfers/' + encodeURIComponent(root.dataset.transfer)
  for (const button of root.querySelectorAll('[data-action]')) {
    button.addEventListener('click', async () => {
      const response = await fetch(api, { method: 'POST', body: JSON.stringify({ action: button.dataset.action }) })
      if (response.ok) location.reload()
      else root.querySelector('[data-role=message]').textContent = (await response.json()).message
    })
  }
})()
`
