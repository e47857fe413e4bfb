import { defineProvider } from '../../core/provider'
import { forms } from './forms'
import { login } from './login'
import { merchantKeys } from './keys'
import { parseNotify, reply } from './notification'
import { close, query } from './orders'
import { create, formOf, validate } from './purchase'
import { queryRefund, refund } from './refunds'

/** WeChat Pay APIv3: mini-program and official account (JSAPI), QR code (Native), phone browser (H5), app. */
export const wxpayV3 = defineProvider({
  id: 'wxpay',
  platforms: Object.keys(forms),
  identity: ({ config }) => {
    const { appid, mchid } = merchantKeys(config)
    return { appid, mchid }
  },
  validate,
  create,
  present: (context, prepay) => formOf(context).present(context, prepay),
  query,
  close,
  refund,
  queryRefund,
  parseNotify,
  reply,
  login,
})
