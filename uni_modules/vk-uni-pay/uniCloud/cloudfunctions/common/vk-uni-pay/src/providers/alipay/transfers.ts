/** Money out of the merchant's balance to a payee's Alipay account ("转账到支付宝账户"), config section `alipay.transfer`. */
import type { ChannelContext, TransferFact, TransferRequest, TransferState } from '../../core/provider'
import { ChannelError, keyError, parameterError, PayCode } from '../../core/errors'
import { lookup } from '../../core/lookup'
import { fenOf, yuanOf } from './amount'
import { callBusiness } from './client'
import { alipayKeys } from './keys'
import { checkOwnFields } from './purchase'

const product = { product_code: 'TRANS_ACCOUNT_NO_PWD', biz_scene: 'DIRECT_TRANSFER' } as const
const LEAST_FEN = 10
const LONGEST_DESC = 128
const ownFields = ['out_biz_no', 'trans_amount', 'order_title', 'remark', 'payee_info']

const states: Record<string, TransferState> = {
  SUCCESS: 'SUCCESS',
  DEALING: 'PROCESSING',
  WAIT_PAY: 'PROCESSING',
  FAIL: 'FAIL',
  CLOSED: 'FAIL',
  // a bank sent it back: the payee has not got it
  REFUND: 'FAIL',
}

/** Alipay does transfers in certificate mode only. @throws PayError 40003 */
function requireCertificates({ config }: ChannelContext): void {
  if (!alipayKeys(config).certificates)
    throw keyError(`${config.name}.appCertPath`, `支付宝转账必须使用证书模式，请在 ${config.name} 中配置 appCertPath、alipayPublicCertPath 和 alipayRootCertPath`)
}

/** Who is paid: a user id, an openid of this app, or the e-mail or phone number somebody logs in with. */
function payee({ payeeAccount, openid, payeeRealName }: TransferRequest): Record<string, string> {
  const identity = (payeeAccount ?? openid ?? '').trim()
  if (identity === '')
    throw parameterError('payee_account', '支付宝转账必须提供 payee_account（收款方的登录号、2088 开头的用户号或 openid）')
  const name: Record<string, string> = payeeRealName ? { name: payeeRealName } : {}
  if (/^2088\d{12}$/.test(identity))
    return { identity, identity_type: 'ALIPAY_USER_ID', ...name }
  if (/^[\w-]{20,128}$/.test(identity))
    return { identity, identity_type: 'ALIPAY_OPEN_ID', ...name }
  if (!payeeRealName)
    throw parameterError('payee_real_name', '按登录号转账时必须提供 payee_real_name（收款方真实姓名）')
  return { identity, identity_type: 'ALIPAY_LOGON_ID', ...name }
}

/** @throws PayError 40003, 40001 naming the field, before anything is sent */
export function validateTransfer(context: ChannelContext, request: TransferRequest): void {
  requireCertificates(context)
  payee(request)
  const { outBillNo, totalFee, desc, other } = request
  if (!/^\w{1,64}$/.test(outBillNo))
    throw parameterError('out_bill_no', 'out_bill_no 在支付宝中只能包含数字、字母和下划线，最多 64 个字符')
  if (!Number.isSafeInteger(totalFee) || totalFee < LEAST_FEN)
    throw parameterError('total_fee', `支付宝单笔转账最少 ${LEAST_FEN} 分`)
  if (desc === '' || [...desc].length > LONGEST_DESC)
    throw parameterError('desc', `desc（转账说明）必须填写，在支付宝中最多 ${LONGEST_DESC} 个字符`)
  checkOwnFields(other, ownFields)
}

/** An answer about another transfer, or half an answer, is none. */
function factOf(answer: Record<string, unknown>, outBillNo: string): TransferFact {
  const state = typeof answer.status === 'string' ? lookup(states, answer.status) : undefined
  const { order_id: transferId, error_code: reason } = answer
  if (!state || answer.out_biz_no !== outBillNo || typeof transferId !== 'string' || transferId === '')
    throw new ChannelError(PayCode.other, '支付宝的转账应答不完整或与请求不符，请稍后查询', 'unknown')
  const totalFee = fenOf(answer.trans_amount)
  return {
    outBillNo,
    transferId,
    ...(totalFee === undefined ? {} : { totalFee }),
    state,
    ...(state === 'FAIL' ? { reason: typeof reason === 'string' && reason !== '' ? reason : String(answer.status) } : {}),
  }
}

/**
 * `alipay.fund.trans.uni.transfer`: the same `out_biz_no` with the same fields again is the same
 * transfer. @throws PayError, ChannelError
 */
export async function transfer(context: ChannelContext, request: TransferRequest): Promise<TransferFact> {
  validateTransfer(context, request)
  const content = {
    ...product,
    ...request.other,
    out_biz_no: request.outBillNo,
    trans_amount: yuanOf(request.totalFee),
    order_title: request.desc,
    remark: request.desc,
    payee_info: payee(request),
  }
  return factOf(await callBusiness(context, 'alipay.fund.trans.uni.transfer', content), request.outBillNo)
}

/** `alipay.fund.trans.common.query`. @throws ChannelError `no-such-order` when Alipay never heard of it */
export async function queryTransfer(context: ChannelContext, outBillNo: string): Promise<TransferFact> {
  requireCertificates(context)
  return factOf(await callBusiness(context, 'alipay.fund.trans.common.query', { ...product, out_biz_no: outBillNo }), outBillNo)
}
