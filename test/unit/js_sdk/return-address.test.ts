import { afterEach, describe, expect, it } from 'vitest'
import { returnAddress } from '../../../js_sdk/return-address'

const signed = 'charset=utf-8&out_trade_no=ORDER_0001&method=alipay.trade.wap.pay.return&total_amount=39.90&sign=AAA%2B%3D&trade_no=2026&auth_app_id=1&version=1.0&app_id=1&sign_type=RSA2&seller_id=2088&timestamp=2026-01-01+00%3A00%3A00'

describe('where a channel leads back to', () => {
  afterEach(() => history.replaceState(null, '', '/'))

  it.each([
    ['the page as it is', '/m/?from=ad#/pages/goods/goods?id=1', '/m/?from=ad#/pages/goods/goods?id=1'],
    ['without what Alipay added to a paid return', `/m/?from=ad&${signed}#/pages/goods/goods?id=1`, '/m/?from=ad#/pages/goods/goods?id=1'],
    ['with a query that only looks like it', '/m/?method=card&sign=scorpio#/pages/goods/goods', '/m/?method=card&sign=scorpio#/pages/goods/goods'],
    ['without a query of more than a server takes', `/m/?a=${'1'.repeat(600)}#/pages/goods/goods?b=${'2'.repeat(600)}`, '/m/#/pages/goods/goods'],
  ])('%s', (_, address, expected) => {
    history.replaceState(null, '', address)
    expect(returnAddress()).toBe(location.origin + expected)
  })
})
