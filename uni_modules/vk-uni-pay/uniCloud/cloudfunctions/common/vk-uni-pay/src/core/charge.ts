/**
 * A payment at the desk: the shop scans the payer's code, and the channel collects at once. The
 * order and its one attempt are written first; only the call that wrote them charges, and one
 * number is one code, so that a repetition asks what became of it and never charges again.
 */
import type { CoreDeps } from './deps'
import type { Job } from './create-payment'
import type { Answer } from './ports'
import type { Trade, TradeState } from './provider'
import type { Lease } from './lease'
import type { Attempt, Order } from './order'
import { askAttempt } from './active-query'
import { releaseLease } from './lease'
import { payTypeOf } from './order'
import { findByNumber } from './orders'
import type { Settlement } from './dispatcher'
import { settle } from './dispatcher'
import { describe, refresh } from './query-payment'
import { reasonOf, sendingOver } from './sending'
import { chargeOf, closeHere } from './take-back'
import { note } from './timeline'
import { ChannelError, parameterError, safeText } from './errors'

/**
 * Charges, or answers what became of an earlier call with this number. Answers the fields of
 * `queryPayment` besides those of `createPayment`: `data.trade_state` is SUCCESS, or USERPAYING and
 * UNKNOWN while `queryPayment` has to be asked for the end. @throws PayError 40001, or the channel's refusal
 */
export async function charge(deps: CoreDeps, job: Job, begun: { lease: Lease } | Order): Promise<Answer> {
  if (!('lease' in begun)) {
    checkSame(job, begun)
    return answer(await refresh(deps, begun), begun.attempts[0])
  }
  const { lease } = begun
  try {
    const heard = await chargeOnce(deps, job, lease)
    return answer({ order: await findByNumber(deps.store, lease.order.outTradeNo) ?? lease.order, heard }, lease.order.attempts[0])
  }
  finally {
    await releaseLease(deps, lease)
  }
}

/** @throws PayError 40001 when the number is another payment's */
function checkSame({ terms }: Job, order: Order): void {
  const attempt = chargeOf(order)
  if (!attempt)
    throw parameterError('out_trade_no', 'out_trade_no 已用于其他支付方式的订单，付款码支付请使用新的 out_trade_no')
  const foreign = order.userId !== undefined && order.userId !== terms.userId
  if (foreign || attempt.totalFee !== terms.totalFee || attempt.provider !== terms.provider || attempt.pid !== terms.pid)
    throw parameterError('out_trade_no', 'out_trade_no 已用于另一笔付款码支付，每个付款码请使用新的 out_trade_no')
}

function answer(snapshot: Parameters<typeof describe>[0], attempt: Attempt | undefined): Answer {
  const { provider, platform, totalFee, outTradeNo } = attempt ?? snapshot.order
  const told = describe(snapshot)
  const { trade_state: state } = told.data as { trade_state: TradeState }
  return {
    ...told,
    ...(state === 'USERPAYING' ? { msg: '等待用户在手机上确认支付' } : {}),
    provider,
    pay_type: payTypeOf(provider, platform),
    platform,
    total_fee: totalFee,
    orderInfo: { out_trade_no: outTradeNo, total_fee: totalFee },
  }
}

async function chargeOnce(deps: CoreDeps, job: Job, lease: Lease): Promise<TradeState> {
  const { channel, input, context, notifyUrl } = job
  const [attempt] = lease.order.attempts
  if (!attempt || !channel.provider.charge || input.authCode === undefined)
    return 'UNKNOWN'
  const { context: watched, hasLeft } = sendingOver(channel)
  try {
    const trade = await channel.provider.charge(watched, {
      outTradeNo: attempt.outTradeNo,
      subject: attempt.description,
      totalFee: attempt.totalFee,
      timeExpire: attempt.timeExpire,
      clientIp: context.clientIp,
      other: attempt.other,
      notifyUrl,
      authCode: input.authCode,
    })
    return await hear(deps, lease, attempt, trade)
  }
  catch (error) {
    if (!hasLeft()) {
      await closeHere(deps, lease, reasonOf(error))
      throw error
    }
    if (error instanceof ChannelError)
      return afterRefusal(deps, lease, attempt, withoutCode(error, input.authCode))
    throw error
  }
}

/** A channel may quote the code in its refusal; the text is kept, logged and shown. */
function withoutCode(error: ChannelError, authCode: string): ChannelError {
  return error.message.includes(authCode)
    ? new ChannelError(error.code, error.message.split(authCode).join('…'), error.verdict, { extra: error.extra })
    : error
}

async function hear(deps: CoreDeps, lease: Lease, attempt: Attempt, trade: Trade): Promise<TradeState> {
  if (!trade.payment) {
    const now = deps.env.now()
    const open = { ...attempt, state: 'open' as const }
    await lease.save({ attempts: [open] }, note(lease.order, now, 'invoked', `${attempt.outTradeNo} ${trade.state}`))
    return trade.state
  }
  const settlement = await settle(deps, trade.payment, 'asked')
  deps.env.log(settlement.kind === 'mismatch' ? 'error' : 'info', 'charged', { out_trade_no: attempt.outTradeNo, outcome: settlement.kind })
  return settlement.kind === 'mismatch' ? 'UNKNOWN' : 'SUCCESS'
}

/** What was refused for certain closes the order; what nobody knows is asked about. @throws ChannelError */
async function afterRefusal(deps: CoreDeps, lease: Lease, attempt: Attempt, error: ChannelError): Promise<TradeState> {
  if (error.verdict === 'refused' || error.verdict === 'number-taken') {
    await closeHere(deps, lease, safeText(error, 100))
    throw error
  }
  deps.env.log('warn', 'nobody knows what became of a charge', { out_trade_no: attempt.outTradeNo, verdict: error.verdict, detail: safeText(error) })
  if (error.verdict !== 'paid')
    return 'UNKNOWN'
  // paid under this number before: by a lost call of ours, or by somebody else's order
  const heard = await askAttempt(deps, attempt).catch((cause): { state: TradeState, settlement?: Settlement } => {
    deps.env.log('warn', 'channel could not be asked', { out_trade_no: attempt.outTradeNo, detail: safeText(cause) })
    return { state: 'UNKNOWN' }
  })
  if (heard.settlement?.kind !== 'mismatch')
    return heard.state
  await closeHere(deps, lease, 'the number is another payment\'s')
  throw error
}
