/** What Alipay adds to `return_url` of a payment that was made (alipay.trade.wap.pay, page.pay). */
const ALIPAYS = ['charset', 'out_trade_no', 'method', 'total_amount', 'sign', 'trade_no', 'auth_app_id', 'version', 'app_id', 'sign_type', 'seller_id', 'timestamp']
/** The cloud side takes no longer one. */
const LONGEST = 1024

/**
 * Where a channel's page leads back to: this page. Without what Alipay added last time, whose own
 * limit is 256 characters; and without the page's query, should that be what makes it too long. H5 only.
 */
export function returnAddress(): string {
  const address = new URL(location.href)
  if (/^alipay\.trade\.\w+\.pay\.return$/.test(address.searchParams.get('method') ?? '')) {
    for (const name of ALIPAYS) address.searchParams.delete(name)
  }
  if (address.href.length > LONGEST) {
    address.search = ''
    address.hash = address.hash.replace(/\?.*/, '')
  }
  return address.href
}
