import type { Stage } from './support/setup'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { setStage } from './support/setup'

let stage: Stage

beforeEach(async () => {
  stage = await setStage()
})
afterEach(() => stage.close())

async function get(target: string): Promise<{ status: number, text: string, headers: Headers }> {
  const response = await fetch(target.startsWith('http') ? target : stage.gateway.url + target)
  return { status: response.status, text: await response.text(), headers: response.headers }
}

function cashier(query: Record<string, unknown>): ReturnType<typeof get> {
  return get(`/cashier?${new URLSearchParams(query as Record<string, string>)}`)
}

describe('the cashier', () => {
  it('shows amount, subject and number of a scanned code, with every button', async () => {
    const { json } = await stage.create('native', { amount: { total: 12305 } })
    const { status, text } = await cashier({ code_url: json.code_url })
    expect(status).toBe(200)
    for (const part of ['123.05', '测试商品', 'TEST_000001', '不涉及真实资金'])
      expect(text).toContain(part)
    const actions = [...text.matchAll(/data-action="([\w-]+)"/g)].map(match => match[1])
    expect(actions).toEqual(['pay', 'refuse', 'pay-silent', 'pay-twice', 'pay-late', 'pay-tampered'])
  })

  it('escapes what the merchant wrote, and lets no foreign script run', async () => {
    const description = `<img src=x onerror="alert('1')">&`
    const { json } = await stage.create('native', { description })
    for (const target of [`/cashier?code_url=${encodeURIComponent(String(json.code_url))}`, '/']) {
      const { text, headers } = await get(target)
      expect(text).toContain('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;')
      expect(text).not.toContain('<img')
      expect(headers.get('content-security-policy')).toContain(`script-src 'self'`)
    }
  })

  it('opens by prepay_id; a paid order shows its state and hides the buttons', async () => {
    const { json } = await stage.create('jsapi')
    await stage.post('/gateway/orders/TEST_000001/act', { action: 'pay-silent' })
    const { status, text } = await cashier({ prepay_id: json.prepay_id })
    expect(status).toBe(200)
    expect(text).toContain('data-state="SUCCESS"')
    expect(text).toMatch(/data-role="choices" hidden/)
  })

  it('says why there is nothing to pay', async () => {
    const { json } = await stage.create('native')
    expect((await cashier({ code_url: 'weixin://wxpay/bizpayurl?pr=unknown' })).status).toBe(404)
    stage.clock.jump(2 * 3_600_000)
    const old = await cashier({ code_url: json.code_url })
    expect([old.status, old.text.includes('data-action')]).toEqual([410, false])
  })

  it('checks a signature in its address', async () => {
    const { appid } = stage.gateway.account
    const { json } = await stage.create('jsapi')
    const timeStamp = String(stage.clock.now() / 1000)
    const prepayPackage = `prepay_id=${String(json.prepay_id)}`
    const paySign = stage.merchant.sign(appid, timeStamp, 'n0nce', prepayPackage)
    const fields = { appId: appid, timeStamp, nonceStr: 'n0nce', package: prepayPackage, signType: 'RSA', paySign }
    expect((await cashier(fields)).status).toBe(200)
    const wrong = await cashier({ ...fields, nonceStr: 'other' })
    expect([wrong.status, wrong.text.includes('支付验证签名失败'), wrong.text.includes('data-action')]).toEqual([403, true, false])
  })
})

describe('the phone browser\'s cashier', () => {
  async function link(): Promise<string> {
    return String((await stage.create('h5')).json.h5_url)
  }

  it('opens for five minutes, not longer', async () => {
    const url = await link()
    expect((await get(url)).status).toBe(200)
    stage.clock.jump(5 * 60_000)
    const late = await get(url)
    expect([late.status, late.text.includes('已过期')]).toEqual([410, true])
    expect((await get(await link())).status).toBe(200)
  })

  it('needs the token that was handed out', async () => {
    expect((await get((await link()).replace(/package=\d+/, 'package=1'))).status).toBe(404)
    expect((await get((await link()).replace(/prepay_id=\w+/, 'prepay_id=wx1'))).status).toBe(404)
  })

  it('goes back to a web address, and to nothing else', async () => {
    const url = await link()
    const back = 'http://127.0.0.1:5173/#/pages/order?no=1&a="'
    expect((await get(`${url}&redirect_url=${encodeURIComponent(back)}`)).text)
      .toContain('data-redirect="http://127.0.0.1:5173/#/pages/order?no=1&amp;a=&quot;"')
    for (const bad of ['javascript:alert(1)', '//evil', 'data:text/html,x'])
      expect((await get(`${url}&redirect_url=${encodeURIComponent(bad)}`)).text).not.toContain('data-redirect')
  })
})

describe('the home page', () => {
  it('lists orders newest first, unpaid ones on top', async () => {
    for (const number of ['FIRST_1', 'SECOND_2', 'THIRD_3'])
      await stage.create('native', { out_trade_no: number })
    await stage.post('/gateway/orders/SECOND_2/act', { action: 'pay-silent' })
    const { text } = await get('/')
    const found = [...text.matchAll(/(FIRST_1|SECOND_2|THIRD_3) ·/g)].map(match => match[1])
    expect(found).toEqual(['THIRD_3', 'FIRST_1', 'SECOND_2'])
    const { orders } = await (await fetch(`${stage.gateway.url}/gateway/orders`)).json() as { orders: { out_trade_no: string }[] }
    expect(orders.map(order => order.out_trade_no)).toEqual(['THIRD_3', 'SECOND_2', 'FIRST_1'])
  })

  it('serves its scripts and style', async () => {
    for (const file of ['style.css', 'cashier.js', 'home.js'])
      expect((await get(`/assets/${file}`)).status).toBe(200)
    expect((await get('/assets/nothing.js')).status).toBe(404)
  })
})
