import { defineProvider } from '../../core/provider'
import { downloadBill } from './bill'
import { charge, reverse, validateCharge } from './charge'
import { present, platforms } from './forms'
import { alipayKeys } from './keys'
import { login } from './login'
import { parseNotify, reply } from './notification'
import { close, query } from './orders'
import { create, validate } from './purchase'
import { queryRefund, refund } from './refunds'
import { queryTransfer, transfer, validateTransfer } from './transfers'

/** Alipay OpenAPI: mini-program, app, phone browser (WAP), desktop (code to scan, or Alipay's page), payment codes, transfers, day bills. */
export const alipay = defineProvider({
  id: 'alipay',
  platforms,
  sectionOf: {
    // a site has one app for both browsers, and configs have one section
    mweb: 'h5',
    codepay: ['h5', 'app-plus', 'mp-alipay'],
    // money goes out with keys that somebody chose for it
    transfer: [],
  },
  // an app belongs to one seller, who is checked where `sellerId` is configured
  identity: ({ config }) => {
    const { appid } = alipayKeys(config)
    return { appid, mchid: appid }
  },
  validate: (context, purchase) => purchase.authCode === undefined ? validate(context, purchase) : validateCharge(context, { ...purchase, authCode: purchase.authCode }),
  create,
  present,
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
})
