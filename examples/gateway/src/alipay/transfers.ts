import type { Gateway } from '../context'
import type { SignedRequest } from './request'
import type { Methods } from './trades'
import { randomDigits } from '../crypto/random'
import { AlipayError, invalid } from './alipay-error'
import { amountOf, textOf } from './parse-order'
import { alipayTime, yuanText } from './trades'

type Content = Record<string, unknown>

export const TRANSFER_STATUS = ['SUCCESS', 'DEALING', 'FAIL', 'REFUND', 'CLOSED', 'WAIT_PAY'] as const
export type TransferStatus = typeof TRANSFER_STATUS[number]
export const isTransferStatus = (value: unknown): value is TransferStatus => (TRANSFER_STATUS as readonly unknown[]).includes(value)

/** Money to somebody's Alipay account. Fen, ms. */
export interface Transfer {
  readonly outBizNo: string
  readonly orderId: string
  readonly fen: number
  readonly identityType: string
  /** Everything that may not change under the number, printed. */
  readonly terms: string
  readonly createdAtMs: number
  status: TransferStatus
  calls: number
}

/** Codes of this product have no prefix. */
const refused = (code: string, message: string): AlipayError => new AlipayError('40004', code, message)
const LEAST_FEN = 10
const IDENTITY_TYPES = ['ALIPAY_USER_ID', 'ALIPAY_LOGON_ID', 'ALIPAY_OPEN_ID']

function requireCertificates({ mode }: SignedRequest): void {
  if (mode !== 'certificate')
    throw invalid('cert-mode', '该接口仅支持公钥证书模式')
}

interface Payee { identity: string, identityType: string, name?: string }

function payeeOf({ payee_info: info }: Content): Payee {
  const { identity, identity_type: identityType, name } = (typeof info === 'object' && info !== null ? info : {}) as Content
  if (typeof identity !== 'string' || identity === '' || typeof identityType !== 'string' || !IDENTITY_TYPES.includes(identityType))
    throw refused('INVALID_PARAMETER', '参数有误：payee_info')
  if (identityType === 'ALIPAY_LOGON_ID' && typeof name !== 'string')
    throw refused('INVALID_PARAMETER', '参数有误：payee_info.name 必填')
  if (identity.startsWith('nobody'))
    throw refused('PAYEE_NOT_EXIST', '收款账号不存在')
  return { identity, identityType, ...(typeof name === 'string' ? { name } : {}) }
}

function checkProduct(content: Content): void {
  if (content.product_code !== 'TRANS_ACCOUNT_NO_PWD' || content.biz_scene !== 'DIRECT_TRANSFER')
    throw refused('INVALID_PARAMETER', '参数有误：product_code 应为 TRANS_ACCOUNT_NO_PWD，biz_scene 应为 DIRECT_TRANSFER')
}

function numberOf(content: Content): string {
  const number = textOf(content, 'out_biz_no', 64)
  if (number === undefined)
    throw refused('INVALID_PARAMETER', '参数有误：out_biz_no')
  return number
}

function answerOf(transfer: Transfer): Content {
  return { out_biz_no: transfer.outBizNo, order_id: transfer.orderId, pay_fund_order_id: transfer.orderId, status: transfer.status }
}

function transfer(gateway: Gateway, request: SignedRequest): Content {
  requireCertificates(request)
  const { content } = request
  checkProduct(content)
  const outBizNo = numberOf(content)
  const fen = amountOf(content.trans_amount, 'trans_amount')
  if (fen < LEAST_FEN)
    throw refused('EXCEED_LIMIT_SM_MIN_AMOUNT', '单笔最低转账金额0.1元')
  const { identity, identityType } = payeeOf(content)
  const terms = JSON.stringify(content)
  const known = gateway.alipayTransfers.get(outBizNo)
  if (known && known.terms !== terms)
    throw refused('PAYMENT_INFO_INCONSISTENCY', '两次请求商户单号一样，但是参数不一致')
  const made: Transfer = known ?? { outBizNo, orderId: `${alipayTime(gateway.clock.now()).slice(0, 10).replaceAll('-', '')}1100700000${randomDigits(14)}`, fen, identityType, terms, createdAtMs: gateway.clock.now(), status: identity.startsWith('slow') ? 'DEALING' : 'SUCCESS', calls: 0 }
  made.calls += 1
  gateway.alipayTransfers.set(outBizNo, made)
  return { ...answerOf(made), trans_date: alipayTime(made.createdAtMs) }
}

function query(gateway: Gateway, request: SignedRequest): Content {
  requireCertificates(request)
  checkProduct(request.content)
  const found = gateway.alipayTransfers.get(numberOf(request.content))
  if (!found)
    throw refused('ORDER_NOT_EXIST', '转账订单不存在')
  const failure = found.status === 'FAIL' ? { error_code: 'PAYEE_USER_INFO_ERROR', fail_reason: '支付宝账号和姓名不匹配' } : {}
  return { ...answerOf(found), trans_amount: yuanText(found.fen), pay_date: alipayTime(found.createdAtMs), ...failure }
}

/** Of money to accounts. */
export const TRANSFER_METHODS: Methods = {
  'alipay.fund.trans.uni.transfer': transfer,
  'alipay.fund.trans.common.query': query,
}

/** Without who was paid. */
export function transferView({ outBizNo, orderId, fen, identityType, status, calls }: Transfer): Record<string, unknown> {
  return { out_biz_no: outBizNo, order_id: orderId, amount: fen, identity_type: identityType, status, calls }
}
