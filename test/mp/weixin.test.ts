import { openids, payments, readings } from './support/payments'
import { statusPages } from './support/status-pages'
import { weixinShop } from './support/subject'

const shop = weixinShop()

payments(shop)
statusPages(shop)
openids(shop, 'pay/code2SessionWeixin')
// text is all there is, besides one old shape with a code
readings(shop, {
  cancelled: ['requestPayment:fail cancel', 'requestPayment:fail:cancel'],
  failed: [
    'requestPayment:fail banned',
    'requestPayment:fail banne',
    'requestPayment:fail 系统错误，错误码：1,12:34:56 [touristappid]',
    'requestPayment:fail jsapi has no permission',
    { fail: { errMsg: 'requestPayment:fail', err_code: -1, err_desc: 'Invalid payment situation' } },
  ],
  pending: [{ success: {} }, { fail: {} }, { fail: { errMsg: 'something new' } }],
})
