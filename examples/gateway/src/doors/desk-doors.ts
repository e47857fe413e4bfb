import type { Gateway } from '../context'
import type { Handler, Route } from '../http/router'
import type { TransferBill, TransferState } from '../orders/transfer'
import { json, jsonObject } from '../http/message'
import { route } from '../http/router'
import { CODE_KINDS } from '../orders/payment-codes'
import { endTransfer } from '../v3/transfers'

/** What a payee, or the time, does with a transfer that waits. */
const ENDS: Record<string, Exclude<TransferState, 'WAIT_USER_CONFIRM'>> = { confirm: 'SUCCESS', expire: 'FAIL', cancel: 'CANCELLED' }

function issueCode(gateway: Gateway): Handler {
  return (request) => {
    const { kind = 'paid' } = jsonObject(request) ?? {}
    const known = CODE_KINDS.find(one => one === kind)
    if (!known)
      return json(400, { code: 'PARAM_ERROR', message: `kind must be one of ${CODE_KINDS.join(', ')}` })
    const { code, expiresAtMs } = gateway.codes.issue(known)
    return json(200, { auth_code: code, kind: known, expires_at: expiresAtMs })
  }
}

/** POST /gateway/codes: a payment code, as a payer's phone would show it. */
export function codeRoutes(gateway: Gateway): Route[] {
  return [route('POST', '/gateway/codes', issueCode(gateway))]
}

function view({ outBillNo, transferBillNo, state, fen, openid, userName, calls, deliveries }: TransferBill): Record<string, unknown> {
  return { out_bill_no: outBillNo, transfer_bill_no: transferBillNo, state, amount: fen, openid, user_name: userName, calls, notifications: deliveries }
}

function act(gateway: Gateway): Handler {
  return (request, params) => {
    const bill = gateway.transfers.byNumber(params.number ?? '')
    if (!bill)
      return json(404, { code: 'NOT_FOUND', message: 'no such transfer at this gateway' })
    const { action = 'confirm', notify = true } = jsonObject(request) ?? {}
    const end = typeof action === 'string' && Object.hasOwn(ENDS, action) ? ENDS[action] : undefined
    if (!end)
      return json(400, { code: 'PARAM_ERROR', message: `action must be one of ${Object.keys(ENDS).join(', ')}` })
    if (bill.state !== 'WAIT_USER_CONFIRM')
      return json(409, { code: 'INVALID_STATE', message: `the transfer is ${bill.state}` })
    endTransfer(gateway, bill, end, notify !== false)
    return json(200, view(bill))
  }
}

function look(gateway: Gateway): Handler {
  return (_request, params) => {
    const bill = gateway.transfers.byNumber(params.number ?? '')
    return bill ? json(200, view(bill)) : json(404, { code: 'NOT_FOUND', message: 'no such transfer at this gateway' })
  }
}

/** What WeChat does with the parameters of `wx.requestMerchantTransfer`, and a payee who takes the money. */
function clientDoor(gateway: Gateway): Handler {
  const refused = (why: string): ReturnType<Handler> => json(200, { errMsg: `requestMerchantTransfer:fail ${why}` })
  return (request) => {
    const { mchId, appId, package: info, action = 'confirm' } = jsonObject(request) ?? {}
    const bill = gateway.transfers.byPackage(typeof info === 'string' ? info : '')
    if (!bill || mchId !== gateway.account.mchid || appId !== bill.appid)
      return refused('参数错误')
    if (bill.state !== 'WAIT_USER_CONFIRM')
      return refused('单据状态不正确')
    if (action === 'cancel')
      return json(200, { errMsg: 'requestMerchantTransfer:cancel' })
    endTransfer(gateway, bill, 'SUCCESS')
    return json(200, { errMsg: 'requestMerchantTransfer:ok' })
  }
}

/** The payee's side of transfers. */
export function transferRoutes(gateway: Gateway): Route[] {
  return [
    route('GET', '/gateway/transfers/:number', look(gateway)),
    route('POST', '/gateway/transfers/:number', act(gateway)),
    route('POST', '/gateway/client/transfer', clientDoor(gateway)),
  ]
}
