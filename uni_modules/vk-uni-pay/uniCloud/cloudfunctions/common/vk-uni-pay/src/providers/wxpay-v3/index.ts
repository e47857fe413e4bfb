import { defineProvider } from '../../core/provider'
import { downloadBill } from './bill'
import { charge } from './charge'
import { forms } from './forms'
import { authorizeUrl, login } from './login'
import { merchantKeys } from './keys'
import { parseNotify, reply } from './notification'
import { close, query, reverse } from './orders'
import { create, formOf, validate } from './purchase'
import { queryRefund, refund } from './refunds'
import { queryTransfer, transfer, validateTransfer } from './transfers'

/**
 * WeChat Pay APIv3: mini-program and official account (JSAPI), QR code (Native), phone browser (H5),
 * app, payment code, transfers; a merchant's own, or as a service provider (`subMchId`).
 */
export const wxpayV3 = defineProvider({
  id: 'wxpay',
  platforms: Object.keys(forms),
  // one merchant number for all of them; an openid of a payee is mostly a mini-program's
  sectionOf: {
    codepay: ['mp-weixin', 'h5-weixin', 'h5', 'app-plus', 'mweb'],
    transfer: ['mp-weixin', 'h5-weixin', 'app-plus'],
  },
  identity: ({ config }) => {
    const { appid, mchid, sub } = merchantKeys(config)
    return { appid, mchid, ...(sub ? { subMchid: sub.mchid, ...(sub.appid === undefined ? {} : { subAppid: sub.appid }) } : {}) }
  },
  validate,
  create,
  present: (context, prepay) => formOf(context).present(context, prepay),
  query,
  close,
  refund,
  queryRefund,
  charge,
  reverse,
  validateTransfer,
  transfer,
  queryTransfer,
  downloadBill,
  parseNotify,
  reply,
  login,
  authorizeUrl,
})
