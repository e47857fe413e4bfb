import { describe, expect, it } from 'vitest'
import { devices, useShop } from './support/shop'
import { watchAuthorize, withBridge } from './support/wechat'

const shop = useShop()
const GOODS = '/pages/goods/goods'
const payButton = { name: '立即支付' } as const
const inWechat = (action: 'pay' | 'refuse' = 'pay') => shop.open(GOODS, devices.wechat, withBridge(shop.gateway.url, action))

describe('inside WeChat, without an openid', () => {
  it('fetches it by leaving the page once, goes on by itself, and pays', async () => {
    const before = await shop.goods()
    const known = (await shop.orders()).length
    const page = await inWechat()
    const { visits } = await watchAuthorize(page)
    const start = page.url()
    await page.getByRole('button', payButton).click()
    await page.waitForURL(/order\/success/)
    await page.getByText('支付成功').filter({ visible: true }).first().waitFor()
    expect(page.url()).not.toMatch(/code=|state=/)
    expect(visits.map(url => [url.searchParams.get('redirect_uri'), url.searchParams.get('scope')])).toEqual([[start, 'snsapi_base']])
    expect((await shop.goods()).stock).toBe(before.stock - 1)
    const [order, ...older] = await shop.orders()
    expect(order).toMatchObject({ creates: 1, trade_state: 'SUCCESS' })
    expect(older).toHaveLength(known)

    // the next purchase of this visit does not leave
    await page.goBack()
    await page.getByRole('button', payButton).click()
    await page.waitForURL(url => url.href.includes('order/success') && !url.href.includes(order!.out_trade_no))
    await page.getByText('支付成功').filter({ visible: true }).first().waitFor()
    expect(visits).toHaveLength(1)
    expect((await shop.goods()).stock).toBe(before.stock - 2)
  })

  it('a payer who closes the cashier has cancelled, and nothing is sold', async () => {
    const before = await shop.goods()
    const page = await inWechat('refuse')
    await page.getByRole('button', payButton).click()
    await page.getByText('支付已取消').first().waitFor()
    expect(await shop.goods()).toEqual(before)
    expect((await shop.newest()).trade_state).toBe('NOTPAY')
  })

  it.each<[string, (asked: URL, back: URL) => void]>([
    ['a refusal, which brings a state and no code', (asked, back) => back.searchParams.set('state', asked.searchParams.get('state')!)],
    ['somebody else\'s code and state', (_, back) => {
      back.searchParams.set('code', '0123456789abcdef0123456789abcdef')
      back.searchParams.set('state', 'forged')
    }],
    ['a code that WeChat does not know', (asked, back) => {
      back.searchParams.set('code', '0123456789abcdef0123456789abcdef')
      back.searchParams.set('state', asked.searchParams.get('state')!)
    }],
  ])('%s: a fail, no order, no second visit; a tap tries again', async (_, answer) => {
    const before = (await shop.orders()).length
    const page = await inWechat()
    const { visits, letThrough } = await watchAuthorize(page, answer)
    await page.getByRole('button', payButton).click()
    await page.getByText('支付失败').or(page.getByText('网页授权 code 无效')).first().waitFor()
    expect(visits).toHaveLength(1)
    expect(await shop.orders()).toHaveLength(before)
    letThrough()
    await page.getByRole('button', payButton).click()
    await page.waitForURL(/order\/success/)
    expect(await shop.orders()).toHaveLength(before + 1)
  })
})

describe('on a desktop, inside WeChat', () => {
  it('pays by a code to scan, and asks for no openid', async () => {
    const page = await shop.open(GOODS, devices.wechatDesktop)
    const { visits } = await watchAuthorize(page)
    await page.getByRole('button', payButton).click()
    await page.getByRole('dialog', { name: '请用微信扫码支付' }).getByRole('img').waitFor()
    const { out_trade_no } = await shop.newest()
    await shop.act(out_trade_no, 'pay')
    await page.waitForURL(/order\/success/)
    expect(visits).toEqual([])
  })
})
