import { afterEach, expect, it, vi } from 'vitest'
import { launchContext, loadProvider } from '../../../support/launch-context'

afterEach(() => vi.unstubAllGlobals())

const load = async () => (await loadProvider('h5', 'alipay')).provider
const form = `<form name="punchout_form" method="post" action="https://openapi.alipay.example/gateway.do?charset=UTF-8&amp;method=alipay.trade.wap.pay&amp;sign=a%2Bb%3D">
<input type="hidden" name="biz_content" value="{&quot;subject&quot;:&quot;一件好物&quot;}">
<input type="submit" value="立即支付" style="display:none">
</form><script>document.forms[0].submit();</script>`

it('leaves for the address that the server gives', async () => {
  const provider = await load()
  expect(await provider.launch(launchContext('mweb', { url: 'https://openapi.alipay.example/gateway.do?sign=1' })))
    .toEqual({ kind: 'redirect', url: 'https://openapi.alipay.example/gateway.do?sign=1' })
})

it('leaves for what a form of the SDKs stands for, with every field and the signature as it is', async () => {
  const provider = await load()
  const launched = await provider.launch(launchContext('h5', { form }))
  const url = new URL((launched as { url: string }).url)
  expect(launched).toMatchObject({ kind: 'redirect' })
  expect(url.origin + url.pathname).toBe('https://openapi.alipay.example/gateway.do')
  expect(Object.fromEntries(url.searchParams)).toEqual({ charset: 'UTF-8', method: 'alipay.trade.wap.pay', sign: 'a+b=', biz_content: '{"subject":"一件好物"}' })
})

it('shows the code of a pre-created order, until it ends', async () => {
  const provider = await load()
  expect(await provider.launch(launchContext('h5', { qr_code: 'https://qr.alipay.example/bax1', expires_at: 5 })))
    .toEqual({ kind: 'qrcode', codeUrl: 'https://qr.alipay.example/bax1', expiresAt: 5 })
})

it.each([[{}, 'url'], [undefined, 'url'], [{ URL: 'x' }, 'url'], [{ form: '<p>no form</p>' }, 'form'], [{ form: '<form></form>' }, 'form']])('refuses %j by name', async (orderInfo, field) => {
  const provider = await load()
  await expect(provider.launch(launchContext('h5', orderInfo))).rejects.toMatchObject({ code: 60007, field })
})

it('is not offered inside WeChat, which blocks it', async () => {
  expect((await load()).platforms).not.toContain('h5-weixin')
})
