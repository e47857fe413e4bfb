import { join } from 'node:path'
import { alipay } from './alipay'
import { asWeixin } from './as-weixin'
import type { MiniProgram } from './mini-program'
import { boot } from './mini-program'
import type { Answer, Phone } from './phone'
import { createPhone } from './phone'
import { toutiao } from './toutiao'

/** The shop compiled for a platform, on a phone. */
export interface Subject {
  platform: 'mp-weixin' | 'mp-alipay' | 'mp-toutiao'
  phone: Phone
  app: MiniProgram
  /** What the platform's only channel says, as it is delivered. */
  says: Record<'paid' | 'cancel' | 'fail' | 'unknown', Answer>
}

const built = (platform: string) => join(import.meta.dirname, '../../../examples/shop/dist/build', platform)

export function weixinShop(): Subject {
  const phone = createPhone()
  return {
    platform: 'mp-weixin',
    phone,
    app: boot(built('mp-weixin'), phone.install),
    says: {
      paid: { success: { errMsg: 'requestPayment:ok' } },
      cancel: { fail: { errMsg: 'requestPayment:fail cancel' } },
      fail: { fail: { errMsg: 'requestPayment:fail', err_code: '-1', err_desc: 'Invalid payment situation' } },
      unknown: { success: {} },
    },
  }
}

export function alipayShop(): Subject {
  const phone = createPhone()
  return {
    platform: 'mp-alipay',
    phone,
    app: boot(asWeixin(built('mp-alipay'), 'mp-alipay'), phone.install, alipay()),
    says: {
      paid: { success: { resultCode: '9000' } },
      cancel: { success: { resultCode: '6001' } },
      fail: { success: { resultCode: '4000' } },
      unknown: { success: { resultCode: 'never seen' } },
    },
  }
}

export function toutiaoShop(): Subject {
  const phone = createPhone()
  return {
    platform: 'mp-toutiao',
    phone,
    app: boot(asWeixin(built('mp-toutiao'), 'mp-toutiao'), phone.install, toutiao()),
    says: {
      paid: { success: { code: 0, errMsg: 'pay:ok' } },
      cancel: { success: { code: 4, errMsg: 'pay:ok' } },
      fail: { success: { code: 2, errMsg: 'pay:ok' } },
      unknown: { success: { code: 77, errMsg: 'pay:ok' } },
    },
  }
}
