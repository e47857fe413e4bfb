/** Reloads the list when an order came or changed. */
export const HOME_SCRIPT = `
(() => {
  const seen = document.querySelector('[data-version]').dataset.version
  async function watch() {
    const response = await fetch('/gateway/orders').catch(() => undefined)
    const version = response && response.ok
      ? (await response.json()).orders.map(order => order.out_trade_no + order.trade_state).join()
      : seen
    if (version !== seen && document.activeElement.tagName !== 'INPUT') location.reload()
    else setTimeout(watch, 2000)
  }
  void watch()
})()
`
