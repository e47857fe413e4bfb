import type { ChannelContext, Charge, Trade } from '../../core/provider'
import { ChannelError, PayCode } from '../../core/errors'
import { compactTime } from './china-time'
import { callApi } from './client'
import { otherFields, payerAddress } from './purchase'
import { paidFact } from './trade'

const isStillPaying = (error: unknown): boolean => error instanceof ChannelError && error.extra?.channel_code === 'USERPAYING'

/**
 * "付款码支付". Both codes SUCCESS are the payment itself; the payer who has to type a password is
 * reported as an error, and is none. @throws ChannelError, `unknown` where the end must be asked for
 */
export async function charge(context: ChannelContext, request: Charge): Promise<Trade> {
  try {
    const answer = await callApi(context, {
      path: '/pay/micropay',
      fields: {
        ...otherFields(request),
        body: request.subject,
        out_trade_no: request.outTradeNo,
        total_fee: String(request.totalFee),
        fee_type: 'CNY',
        spbill_create_ip: payerAddress(request),
        time_expire: request.timeExpire === undefined ? undefined : compactTime(request.timeExpire),
        auth_code: request.authCode,
      },
    })
    const payment = paidFact(context, answer)
    return payment?.outTradeNo === request.outTradeNo ? { state: 'SUCCESS', payment } : { state: 'UNKNOWN' }
  }
  catch (error) {
    if (isStillPaying(error))
      return { state: 'USERPAYING' }
    throw error
  }
}

/**
 * "撤销订单", with the merchant's certificate: closes what is unpaid and refunds what is paid.
 * `recall` says whether it must be asked again. @throws ChannelError
 */
export async function reverse(context: ChannelContext, outTradeNo: string): Promise<void> {
  try {
    const answer = await callApi(context, { path: '/secapi/pay/reverse', certified: true, fields: { out_trade_no: outTradeNo } })
    if (answer.get('recall') === 'Y')
      throw new ChannelError(PayCode.busy, '微信支付尚未完成撤销，请稍后重试', 'unknown')
  }
  catch (error) {
    // taken back, or closed, before: nothing is left to do
    if (!(error instanceof ChannelError) || error.verdict !== 'number-taken')
      throw error
  }
}
