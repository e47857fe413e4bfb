/**
 * One business order, one order at the channel that can be paid. The row is written before the
 * channel is called, and so is each attempt: whatever crashes, we know of every number the channel
 * may have heard, and can ask about it.
 */
import type { Channel, CoreDeps } from './deps'
import type { Answer, ClientContext } from './ports'
import type { Prepay, Purchase } from './provider'
import type { Lease } from './lease'
import type { Attempt, Order, Terms } from './order'
import type { PaymentInput } from './validate'
import { attemptNumber, liveAttempts, newAttemptKey, reusableAttempt, sameTerms } from './attempts'
import { alreadyPaidError, busyError, holdLease, newLease, releaseLease, takeLease } from './lease'
import { isPaid, ORDERS, orderToRow, payTypeOf } from './order'
import { findByNumber } from './orders'
import { askAttempt } from './active-query'
import { charge } from './charge'
import { notifyPath } from './notify'
import { resolvePlatform } from './platform'
import { limitRate } from './rate-limit'
import { chargeOf } from './take-back'
import { CODEPAY, firstDue } from './schedule'
import { note, timelineEntry } from './timeline'
import { validatePayment } from './validate'
import { ChannelError, parameterError, PayCode, PayError } from './errors'
import { DuplicateError } from './store'

export interface CreateRequest {
  data: Record<string, unknown>
  context: ClientContext
}

/** Everything about one call that does not change while it runs. */
export interface Job {
  input: PaymentInput
  context: ClientContext
  channel: Channel
  terms: Terms
  notifyUrl: string
}

/** @throws PayError for everything but a payment that can be opened */
export async function createPayment(deps: CoreDeps, request: CreateRequest): Promise<Answer> {
  const job = await prepare(deps, request)
  if (job.input.authCode !== undefined)
    return charge(deps, job, await findByNumber(deps.store, job.input.outTradeNo) ?? await insert(deps, job))
  const begun = await begin(deps, job)
  if ('attempt' in begun)
    return present(job, begun.attempt)
  try {
    return present(job, await attemptUnderLease(deps, job, begun.lease))
  }
  finally {
    await releaseLease(deps, begun.lease)
  }
}

/** All that can be refused without writing or sending anything. */
async function prepare(deps: CoreDeps, { data, context }: CreateRequest): Promise<Job> {
  const input = await validatePayment(deps, data, context)
  await limitRate(deps, 'create', { context, outTradeNo: input.outTradeNo })
  const platform = input.authCode !== undefined
    ? CODEPAY
    : resolvePlatform({
        requested: typeof data.vk_platform === 'string' ? data.vk_platform : undefined,
        isPC: data.isPC === true,
        needQRcode: Boolean(data.needQRcode),
        context,
      })
  const key = { provider: input.provider, platform, pid: input.pid }
  const channel = await deps.channel(key)
  checkUse(channel, platform)
  const notifyUrl = channel.notifyUrl(context.spaceId) + notifyPath(key)
  // who scans a code is not known, whoever shows it
  const openid = platform === 'h5' || platform === CODEPAY ? undefined : input.openid
  const { totalFee, subject: description, type, userId, productId, quantity, custom, other } = input
  const terms: Terms = { ...key, totalFee, description, type, userId, openid, productId, quantity, custom, other }
  channel.provider.validate(channel.context, { ...purchaseOf(terms, input.timeExpire, context.clientIp), outTradeNo: input.outTradeNo, notifyUrl, returnUrl: input.returnUrl, authCode: input.authCode })
  return { input, context, channel, terms, notifyUrl }
}

/** A section may be there for another use: `codepay` opens no cashier, and not every channel takes payment codes. */
function checkUse({ provider }: Channel, platform: string): void {
  if (platform === CODEPAY) {
    if (!provider.charge || !provider.reverse)
      throw new PayError(PayCode.notAllowed, `支付渠道 ${provider.id} 不支持付款码支付`, { field: 'auth_code' })
  }
  else if (!provider.platforms.includes(platform)) {
    throw parameterError('vk_platform', `支付方式 ${provider.id} 不支持平台 ${platform}，可用：${provider.platforms.join('、')}`)
  }
}

function purchaseOf(terms: Terms, timeExpire: number | undefined, clientIp: string | undefined): Omit<Purchase, 'outTradeNo' | 'notifyUrl'> {
  return { subject: terms.description, totalFee: terms.totalFee, openid: terms.openid, productId: terms.productId, quantity: terms.quantity, other: terms.other, timeExpire, clientIp }
}

async function begin(deps: CoreDeps, job: Job): Promise<{ lease: Lease } | { attempt: Attempt }> {
  const known = await findByNumber(deps.store, job.input.outTradeNo) ?? await insert(deps, job)
  if ('lease' in known)
    return known
  const taken = await takeLease(deps, known, order => payable(deps, job, order))
  return 'lease' in taken ? taken : { attempt: taken.value }
}

/** The attempt to hand out without asking the channel. @throws PayError when the order cannot be paid any more */
function payable(deps: CoreDeps, job: Job, order: Order): Attempt | undefined {
  if (isPaid(order))
    throw alreadyPaidError(order)
  if (order.status === -1)
    throw parameterError('out_trade_no', '订单已关闭，请使用新的 out_trade_no 重新下单')
  if (chargeOf(order))
    throw parameterError('out_trade_no', 'out_trade_no 已用于付款码支付，请使用新的 out_trade_no')
  if (order.userId !== undefined && order.userId !== job.terms.userId)
    throw parameterError('out_trade_no', 'out_trade_no 已被其他用户的订单使用，请换一个订单号')
  return reusableAttempt(order, job.terms, deps.env.now())
}

/** Writes the row with the lease in it, or answers the row somebody else wrote at the same time. */
async function insert(deps: CoreDeps, job: Job): Promise<{ lease: Lease } | Order> {
  const { input, context, terms } = job
  const now = deps.env.now()
  const attemptKey = newAttemptKey(deps.env.randomId)
  const order: Omit<Order, 'id'> = {
    outTradeNo: input.outTradeNo,
    status: 0,
    ...orderTerms(job),
    nickname: input.nickname,
    deviceId: context.deviceId,
    clientIp: context.clientIp,
    uniPlatform: context.platform,
    appid: context.appid,
    createDate: now,
    attemptKey,
    attempts: [newAttempt(deps, job, { outTradeNo: input.outTradeNo, attemptKey }, 1)],
    queryDate: 0,
    dueDate: firstDue(now),
    refundRev: 0,
    timeline: [timelineEntry(now, 'created', `${payTypeOf(terms.provider, terms.platform)} ${terms.totalFee}`)],
    ...newLease(deps),
  }
  try {
    const id = await deps.store.add(ORDERS, orderToRow(order))
    deps.env.log('info', 'order created', { out_trade_no: input.outTradeNo, pay_type: order.payType, total_fee: terms.totalFee })
    return { lease: holdLease(deps, { ...order, id }, order.leaseId) }
  }
  catch (error) {
    const other = error instanceof DuplicateError ? await findByNumber(deps.store, input.outTradeNo) : undefined
    if (other)
      return other
    throw error
  }
}

/** What the row says of the terms: those of the newest attempt, until one is paid. */
function orderTerms({ terms, channel }: Job) {
  const { provider, platform, totalFee, description, type, pid, userId, openid, custom } = terms
  return {
    provider,
    platform,
    payType: payTypeOf(provider, platform),
    totalFee,
    description,
    type,
    pid,
    userId,
    openid,
    custom: custom ?? {},
    providerAppid: channel.provider.identity(channel.context).appid,
  }
}

function newAttempt(deps: CoreDeps, job: Job, order: Pick<Order, 'outTradeNo' | 'attemptKey'>, no: number): Attempt {
  return {
    ...job.terms,
    ...job.channel.provider.identity(job.channel.context),
    no,
    outTradeNo: attemptNumber(order.outTradeNo, order.attemptKey, no),
    state: 'creating',
    clientIp: job.context.clientIp,
    timeExpire: job.input.timeExpire,
    createDate: deps.env.now(),
  }
}

async function attemptUnderLease(deps: CoreDeps, job: Job, lease: Lease): Promise<Attempt> {
  const ready = payable(deps, job, lease.order)
  if (ready)
    return ready
  await chooseAttempt(deps, job, lease)
  try {
    return await openAttempt(deps, job, lease)
  }
  catch (error) {
    if (!(error instanceof ChannelError) || error.verdict !== 'number-taken')
      throw error
    // the number means something else at the channel (a second database, a changed body): once more with another
    deps.env.log('warn', 'number is taken at the channel', { out_trade_no: lastAttempt(lease).outTradeNo })
    await addAttempt(deps, job, lease)
    return openAttempt(deps, job, lease)
  }
}

function lastAttempt(lease: Lease): Attempt {
  const last = lease.order.attempts[lease.order.attempts.length - 1]
  if (!last)
    throw busyError()
  return last
}

/** Makes the last attempt one that is to be opened now; older ones are closed at the channel first. */
async function chooseAttempt(deps: CoreDeps, job: Job, lease: Lease): Promise<void> {
  const last = lease.order.attempts[lease.order.attempts.length - 1]
  const unfinished = last?.state === 'creating' && sameTerms(last, job.terms) && (last.timeExpire ?? Infinity) > deps.env.now()
  if (!unfinished)
    await addAttempt(deps, job, lease)
}

async function addAttempt(deps: CoreDeps, job: Job, lease: Lease): Promise<void> {
  await closeAttempts(deps, lease)
  const { order } = lease
  const no = order.attempts.reduce((highest, attempt) => Math.max(highest, attempt.no), 0) + 1
  await lease.save({ ...orderTerms(job), attempts: [...order.attempts, newAttempt(deps, job, order, no)], dueDate: firstDue(deps.env.now()) })
}

/** Makes every attempt unpayable at the channel. @throws PayError 40006 when one had been paid, or the channel's error */
export async function closeAttempts(deps: CoreDeps, lease: Lease): Promise<void> {
  for (const attempt of liveAttempts(lease.order)) {
    const channel = await deps.channel(attempt)
    const outcome = await closeOne(channel, attempt)
    if (outcome === 'paid')
      await hearPayment(deps, lease, attempt)
    await lease.save({ attempts: lease.order.attempts.map(item => item.no === attempt.no ? { ...item, state: 'closed', prepay: undefined } : item) })
  }
}

async function closeOne(channel: Channel, attempt: Attempt): Promise<'closed' | 'paid'> {
  try {
    return await channel.provider.close(channel.context, attempt.outTradeNo)
  }
  catch (error) {
    // an attempt whose creation never arrived has nothing to close
    if (error instanceof ChannelError && error.verdict === 'no-such-order')
      return 'closed'
    throw error
  }
}

/**
 * The channel says this was paid: hear it from a query, the only answer that carries amount and
 * ids. A payment of something else under our number means the number is taken. @throws PayError 40006, 40010
 */
async function hearPayment(deps: CoreDeps, lease: Lease, attempt: Attempt): Promise<'number-taken'> {
  const { settlement } = await askAttempt(deps, attempt)
  if (settlement?.kind === 'mismatch')
    return 'number-taken'
  if (!settlement)
    throw busyError()
  throw alreadyPaidError(await findByNumber(deps.store, lease.order.outTradeNo) ?? lease.order)
}

async function openAttempt(deps: CoreDeps, job: Job, lease: Lease): Promise<Attempt> {
  const attempt = lastAttempt(lease)
  const prepay = await callChannel(deps, job, lease, attempt)
  const opened: Attempt = { ...attempt, state: 'open', prepay: prepay.data, expiresAt: prepay.expiresAt }
  const invoked = note(lease.order, deps.env.now(), 'invoked', `${attempt.outTradeNo} ${payTypeOf(attempt.provider, attempt.platform)} ${attempt.totalFee}`)
  await lease.save({ attempts: lease.order.attempts.map(item => item.no === attempt.no ? opened : item) }, invoked, { last: true })
  return opened
}

async function callChannel(deps: CoreDeps, job: Job, lease: Lease, attempt: Attempt): Promise<Prepay> {
  const { channel, notifyUrl } = job
  try {
    return await channel.provider.create(channel.context, {
      // the same address and expiry each time: a changed body under one number is refused by channels
      ...purchaseOf(attempt, attempt.timeExpire, attempt.clientIp),
      outTradeNo: attempt.outTradeNo,
      notifyUrl,
    })
  }
  catch (error) {
    if (error instanceof ChannelError)
      await afterRefusal(deps, lease, attempt, error)
    throw error
  }
}

async function afterRefusal(deps: CoreDeps, lease: Lease, attempt: Attempt, error: ChannelError): Promise<void> {
  const others = lease.order.attempts.filter(item => item.no !== attempt.no)
  const verdict = error.verdict === 'paid' ? await hearPayment(deps, lease, attempt) : error.verdict
  // refused for certain: the number is as good as new
  if (verdict === 'refused')
    await lease.save({ attempts: others })
  if (verdict !== 'number-taken')
    return
  await lease.save({ attempts: [...others, { ...attempt, state: 'closed' }] })
  throw new ChannelError(error.code, error.message, verdict, { cause: error })
}

function present(job: Job, attempt: Attempt): Answer {
  const { channel, input } = job
  const prepay: Prepay = { data: attempt.prepay ?? {}, expiresAt: attempt.expiresAt ?? 0 }
  const orderInfo = channel.provider.present(channel.context, prepay, { returnUrl: input.returnUrl })
  return {
    code: 0,
    msg: '下单成功',
    out_trade_no: input.outTradeNo,
    provider: attempt.provider,
    pay_type: payTypeOf(attempt.provider, attempt.platform),
    platform: attempt.platform,
    total_fee: attempt.totalFee,
    orderInfo: withOrder(orderInfo, input.outTradeNo, attempt.totalFee),
    ...('code_url' in orderInfo || 'qr_code' in orderInfo ? { needQRcode: true } : {}),
  }
}

/**
 * `vkPay.pay({ provider, orderInfo })` is told no more than that, and has to ask what became of
 * which order. Clients hand on the channel's own keys only.
 */
function withOrder(orderInfo: Record<string, unknown>, outTradeNo: string, totalFee: number): Record<string, unknown> {
  return { ...orderInfo, out_trade_no: outTradeNo, total_fee: totalFee }
}
