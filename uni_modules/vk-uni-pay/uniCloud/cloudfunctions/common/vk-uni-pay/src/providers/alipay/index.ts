import { defineProvider } from '../../core/provider'
import { downloadBill } from './bill'
import { charge, reverse } from './charge'
import { present, platforms } from './forms'
import { alipayKeys } from './keys'
import { login } from './login'
import { parseNotify, reply } from './notification'
import { close, query } from './orders'
import { create, validate } from './purchase'
import { queryRefund, refund } from './refunds'
import { queryTransfer, transfer } from './transfers'

/** Alipay OpenAPI: mini-program, app, phone browser (WAP), desktop (code to scan, or Alipay's page), payment codes, transfers, day bills. */
export const alipay = defineProvider({
  id: 'alipay',
  platforms,
  // a site has one app for both browsers, and configs have one section
  sectionOf: { mweb: 'h5' },
  // an app belongs to one seller, who is checked where `sellerId` is configured
  identity: ({ config }) => {
    const { appid } = alipayKeys(config)
    return { appid, mchid: appid }
  },
  validate,
  create,
  present,
  query,
  close,
  refund,
  queryRefund,
  charge,
  reverse,
  transfer,
  queryTransfer,
  downloadBill,
  parseNotify,
  reply,
  login,
})
