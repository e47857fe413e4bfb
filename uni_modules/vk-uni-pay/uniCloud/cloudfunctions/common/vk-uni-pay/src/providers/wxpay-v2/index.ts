import { defineProvider } from '../../core/provider'
import { authorizeUrl, login } from '../wxpay-v3/login'
import { charge, reverse } from './charges'
import { formOf, platforms } from './forms'
import { payee } from './keys'
import { parseNotify, reply } from './notification'
import { close, query } from './orders'
import { create, validate } from './purchase'
import { queryRefund, refund } from './refunds'

/**
 * WeChat Pay v2, in XML: mini-program and official account (JSAPI), QR code (NATIVE), phone browser
 * (MWEB), app, payment code; a merchant's own, or as a service provider (`subMchId`).
 */
export const wxpayV2 = defineProvider({
  id: 'wxpay',
  platforms,
  identity: payee,
  validate,
  create,
  present: (context, prepay) => formOf(context).present(context, prepay),
  query,
  close,
  refund,
  queryRefund: (context, request) => queryRefund(context, request),
  charge,
  reverse,
  parseNotify,
  reply,
  login,
  authorizeUrl,
})
