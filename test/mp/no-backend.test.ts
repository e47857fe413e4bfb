import { join } from 'node:path'
import { expect, it } from 'vitest'
import { boot, settle } from './support/mini-program'
import { createPhone } from './support/phone'

const phone = createPhone()
const app = boot(join(import.meta.dirname, '../../.tmp/no-backend/dist/build/mp-weixin'), phone.install)

it('tells an author who configured no backend what to write in main', async () => {
  const page = await app.open('pages/index/index')
  page.tap('.vk-pay-button')
  await settle()
  expect(page.find('.said').textContent).toContain('app.use(createVkPay({ backend')
  expect(page.find('.said').textContent).toContain('main')
  expect(phone.requests).toEqual([])
  expect(phone.payments).toEqual([])
})
