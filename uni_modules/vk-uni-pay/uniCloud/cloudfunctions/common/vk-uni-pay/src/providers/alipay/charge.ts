/** Collects at once by the code on the payer's phone ("当面付", 条码支付). */
import type { ChannelContext, Charge, Trade } from '../../core/provider'
import { ChannelError, parameterError, PayCode, safeText } from '../../core/errors'
import { yuanOf } from './amount'
import { alipayTime } from './china-time'
import { callBusiness, DONE } from './client'
import { alipayKeys } from './keys'
import { checkNumberAndSubject, checkOwnFields } from './purchase'
import { paidFact } from './trade'

/** The payer is asked for the password, and has yet to give it. */
const WAITING = '10003'
/** Nobody waits longer at a till; then Alipay closes it by itself. */
const VALID_EXPRESS = '5m'
/** Codes of Alipay begin with 25 to 30 and have 16 to 24 digits. */
const AUTH_CODE = /^(?:2[5-9]|30)\d{14,22}$/
const ownFields = ['scene', 'auth_code']

function contentOf(context: ChannelContext, charge: Charge): Record<string, unknown> {
  const { sellerId } = alipayKeys(context.config)
  return {
    product_code: 'FACE_TO_FACE_PAYMENT',
    ...charge.other,
    scene: 'bar_code',
    auth_code: charge.authCode,
    out_trade_no: charge.outTradeNo,
    total_amount: yuanOf(charge.totalFee),
    subject: charge.subject,
    ...(charge.timeExpire === undefined ? { timeout_express: VALID_EXPRESS } : { time_expire: alipayTime(charge.timeExpire) }),
    ...(sellerId === undefined ? {} : { seller_id: sellerId }),
  }
}

/** @throws PayError naming the field, before anything is sent */
export function validateCharge(context: ChannelContext, charge: Charge): void {
  alipayKeys(context.config)
  checkNumberAndSubject(charge)
  checkOwnFields(charge.other, ownFields)
  if (!AUTH_CODE.test(charge.authCode))
    throw parameterError('auth_code', 'auth_code 不是支付宝付款码（25–30 开头的 16–24 位数字）')
}

/**
 * `alipay.trade.pay`. Only `code` 10000 is paid; 10003 waits for the payer, and after 20000 nobody
 * knows: both are asked about. @throws PayError, ChannelError when it is refused for certain
 */
export async function charge(context: ChannelContext, request: Charge): Promise<Trade> {
  validateCharge(context, request)
  const answer = await callBusiness(context, 'alipay.trade.pay', contentOf(context, request), { notify_url: request.notifyUrl }, [DONE, WAITING]).catch((error) => {
    if (!(error instanceof ChannelError) || error.verdict !== 'unknown')
      throw error
    context.env.log('warn', 'charge has no certain answer', { out_trade_no: request.outTradeNo, detail: safeText(error) })
    return {} as Record<string, unknown>
  })
  if (answer.code === WAITING)
    return { state: 'USERPAYING' }
  const payment = answer.out_trade_no === request.outTradeNo ? paid(context, answer) : undefined
  return payment ? { state: 'SUCCESS', payment } : { state: 'UNKNOWN' }
}

function paid(context: ChannelContext, answer: Record<string, unknown>) {
  return paidFact({
    outTradeNo: answer.out_trade_no,
    tradeNo: answer.trade_no,
    totalAmount: answer.total_amount,
    // the answer has no state of its own: its code is it
    status: 'TRADE_SUCCESS',
    paidAt: answer.gmt_payment,
    receiptAmount: answer.receipt_amount,
    openid: answer.buyer_open_id,
    buyerId: answer.buyer_user_id,
  }, alipayKeys(context.config).appid)
}

/** How often it is tried, and how long in between. */
const TRIES = 3
const PAUSE_MS = 1_000

/**
 * `alipay.trade.cancel`: closes what was not paid, refunds what was. What Alipay has never heard of
 * has nothing to take back. @throws ChannelError `unknown` when it has to be tried again
 */
export async function reverse(context: ChannelContext, outTradeNo: string): Promise<void> {
  for (let left = TRIES; left > 0; left -= 1) {
    const answer = await callBusiness(context, 'alipay.trade.cancel', { out_trade_no: outTradeNo }).catch((error) => {
      if (error instanceof ChannelError && error.verdict === 'no-such-order')
        return { retry_flag: 'N', out_trade_no: outTradeNo }
      throw error
    })
    if (answer.retry_flag === 'N' && answer.out_trade_no === outTradeNo)
      return
    if (left > 1)
      await context.env.sleep(PAUSE_MS)
  }
  throw new ChannelError(PayCode.busy, '支付宝撤销未完成，请稍后重试', 'unknown')
}
