import type { Gateway } from '../context'
import type { CodeKind } from '../orders/payment-codes'
import type { Reply } from '../http/message'
import { CODE_KINDS, CODE_VALID_MS } from '../orders/payment-codes'
import { html } from './html'
import { page } from './layout'

const TEXT: Record<CodeKind, string> = { paid: '直接付款', confirm: '需要确认', poor: '余额不足' }

const readable = (code: string): string => code.replace(/(\d{4})(?=\d)/g, '$1 ')

/** What a payer's phone shows to the scanner; a new code with every look. */
export function codePage(gateway: Gateway, wanted: string | null): Reply {
  const kind = CODE_KINDS.find(one => one === wanted) ?? 'paid'
  const { code } = gateway.codes.issue(kind)
  return page({
    title: '付款码',
    body: html`<h1>付款码</h1>
<section class="card">
<p class="subject">${TEXT[kind]}，${CODE_VALID_MS / 1000} 秒内有效，只能使用一次</p>
<p class="amount" data-code="${code}">${readable(code)}</p>
</section>
<div class="actions">${CODE_KINDS.map(one => html`<a class="button" href="/code?kind=${one}">换一个：${TEXT[one]}</a>`)}</div>`,
  })
}
