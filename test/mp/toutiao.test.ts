import { afterEach, expect, it } from 'vitest'
import { modelServer } from '../support/model-server'
import type { MpPage } from './support/mini-program'
import { settle } from './support/mini-program'
import { openids, payments, readings } from './support/payments'
import { silent } from './support/phone'
import { scripted } from './support/servers'
import { statusPages } from './support/status-pages'
import { toutiaoShop } from './support/subject'

const shop = toutiaoShop()
const { phone, app } = shop
let page: MpPage | undefined
afterEach(() => page?.close())

payments(shop)
statusPages(shop)
openids(shop, 'pay/code2SessionDouyin')
// tt.pay: the code stands inside of success; fail means that the call itself was refused
readings(shop, {
  cancelled: [{ success: { code: 4 } }, { success: { code: '4' } }],
  failed: [
    { success: { code: 2 } },
    { success: { code: 3 } },
    { fail: { errMsg: 'pay:fail permission denied', errorCode: 157406 } },
    { fail: { errMsg: 'pay:fail Fail to get order info…2010', errNo: 10401, errorCode: 157491 } },
  ],
  pending: [{ success: { code: 1 } }, { success: { code: 9 } }, { success: {} }, { fail: { errMsg: 'pay:fail something new' } }],
})

it('mp-toutiao: hands tt.pay the order of Douyin\'s own cashier, and the server the platform', async () => {
  phone.reset()
  phone.server = scripted(modelServer())
  phone.cashier = silent
  page = await app.open('pages/goods/goods')
  page.tap('.vk-pay-button')
  await settle(500)
  expect(phone.payments).toEqual([{ provider: 'douyin', orderInfo: { order_id: 'order-1', order_token: 'token-1' }, service: 5 }])
  expect(phone.requests.find(({ action }) => action === 'pay/createPayment')?.data).toMatchObject({ provider: 'douyin', vk_platform: 'mp-toutiao', openid: 'openid-1', total_fee: 3990 })
})
