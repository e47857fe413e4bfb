import type { Reply } from '../http/message'
import type { Channel } from '../orders/order'
import type { Html } from './html'
import { html } from './html'

/** Nothing but the gateway's own files; a subject full of markup stays text, and could not run anyway. */
const POLICY = `default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'`

const THEME_COLOR: Record<Channel, string> = { wxpay: '#07c160', alipay: '#1677ff' }

/** A whole page as an answer. `script` names one of the gateway's own scripts. */
export function page(options: { status?: number, title: string, wide?: boolean, script?: string, theme?: Channel, body: Html }): Reply {
  const document = html`<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="theme-color" content="${THEME_COLOR[options.theme ?? 'wxpay']}">
<title>${options.title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/style.css">
${options.script !== undefined && html`<script src="/assets/${options.script}" defer></script>`}
</head>
<body${options.theme === 'alipay' && html` class="alipay"`}>
<main${options.wide === true && html` class="wide"`}>
${options.body}
<footer>本地支付网关 · 仅供开发测试，不涉及真实资金</footer>
</main>
</body>
</html>
`
  return {
    status: options.status ?? 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': POLICY,
      'referrer-policy': 'no-referrer',
    },
    body: document.source,
  }
}

/** A page that says why there is nothing to pay. */
export function noticePage(status: number, message: string): Reply {
  return page({
    status,
    title: '无法支付',
    body: html`<h1>无法支付</h1>
<div class="card"><p class="subject">${message}</p></div>
<div class="actions"><a class="button" href="/">查看全部订单</a></div>`,
  })
}
