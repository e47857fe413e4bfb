/** The cashier's script: acts for the payer, shows the state and the deliveries as they happen. */
export const CASHIER_SCRIPT = `
(() => {
  const root = document.querySelector('[data-order]')
  const api = '/gateway/orders/' + encodeURIComponent(root.dataset.order)
  const redirectUrl = root.dataset.redirect
  const state = root.querySelector('[data-role=state]')
  const message = root.querySelector('[data-role=message]')
  const choices = root.querySelectorAll('[data-role=choices]')
  const log = root.querySelector('[data-role=log]')
  const back = root.querySelector('[data-role=back]')
  const buttons = [...root.querySelectorAll('[data-action]')]
  const STATES = { NOTPAY: '等待支付', SUCCESS: '支付成功', CLOSED: '订单已关闭', USERPAYING: '等待用户确认', PAYERROR: '支付失败', REVOKED: '订单已撤销' }
  const open = order => order.trade_state === 'NOTPAY' || order.trade_state === 'USERPAYING'
  const KINDS = { notify: '支付通知', repeat: '重复通知', tampered: '篡改的通知', probe: '签名探测' }
  // a tab that came from nowhere has nowhere to go back to
  const canGoBack = Boolean(redirectUrl || window.opener || history.length > 1)
  let shown = -1

  function element(tag, className, text) {
    const node = document.createElement(tag)
    if (className) node.className = className
    node.textContent = text
    return node
  }

  function isAccepted(delivery, order) {
    if (order.channel === 'alipay') return delivery.status === 200 && delivery.answer === 'success'
    if (order.version === 2) return delivery.status === 200 && delivery.answer.includes('SUCCESS')
    return delivery.status >= 200 && delivery.status < 300
  }

  function line(delivery, order) {
    const refusal = delivery.kind === 'tampered' || delivery.kind === 'probe'
    const accepted = isAccepted(delivery, order)
    const status = delivery.status === 0 ? '无应答' : 'HTTP ' + delivery.status
    const row = document.createElement('li')
    row.dataset.kind = delivery.kind
    row.append(
      element('time', '', new Date(delivery.at).toLocaleTimeString('zh-CN', { hour12: false })),
      element('span', '', KINDS[delivery.kind]),
      element('span', 'status ' + (accepted === refusal ? 'bad' : 'ok'), status + ' · ' + delivery.durationMs + ' ms'),
    )
    const detail = delivery.error || delivery.answer
    if (detail) row.append(element('code', '', detail))
    return row
  }

  function show(order) {
    state.dataset.state = order.trade_state
    state.textContent = STATES[order.trade_state]
    choices.forEach((group) => { group.hidden = !open(order) })
    back.hidden = open(order) || !canGoBack
    if (order.notifications.length === shown) return
    shown = order.notifications.length
    log.replaceChildren(...order.notifications.map(one => line(one, order)).reverse())
    if (shown === 0) log.append(element('li', 'empty', order.trade_state === 'SUCCESS' ? '尚未发出通知' : '支付后在此显示'))
  }

  async function refresh() {
    const response = await fetch(api)
    if (response.ok) show(await response.json())
  }

  async function act(action) {
    const response = await fetch(api + '/act', { method: 'POST', body: JSON.stringify({ action }) })
    const answer = await response.json()
    if (!response.ok) throw new Error(answer.message)
    show(answer)
    message.textContent = action === 'refuse' ? '你已取消支付，订单仍可支付' : ''
    if (redirectUrl) location.assign(redirectUrl)
  }

  for (const button of buttons) {
    button.addEventListener('click', async () => {
      buttons.forEach((one) => { one.disabled = true })
      try {
        await act(button.dataset.action)
      }
      catch (error) {
        message.textContent = error.message
      }
      buttons.forEach((one) => { one.disabled = false })
    })
  }

  back.addEventListener('click', () => {
    if (redirectUrl) location.assign(redirectUrl)
    else if (window.opener) window.close()
    else history.back()
  })

  async function watch() {
    await refresh().catch(() => { message.textContent = '网关没有应答' })
    setTimeout(watch, 1000)
  }
  void watch()
})()
`
