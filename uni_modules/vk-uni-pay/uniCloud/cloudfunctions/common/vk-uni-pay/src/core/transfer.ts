/**
 * Money out of the merchant's balance: for the merchant's own code, reachable by no client. The
 * transfer is written down under the number the caller chose before the channel is asked; the same
 * number is the same transfer, here and at the channel. What became of it is told by the answer, a
 * notification or reconciliation, whichever comes first.
 *
 * Why a crash between any two statements is survived: before the row there is nothing; after it the
 * row is due, and reconciliation asks the channel, which either knows the transfer or is asked for
 * it again under the same number; what the channel answered and we did not write is heard again.
 */
import type { Channel, CoreDeps } from './deps'
import type { Answer, ClientContext } from './ports'
import type { TransferRequest } from './provider'
import type { Transfer, TransferStatus } from './transfers'
import { applyTransfer, changeTransfer, findTransfer, isEnded, TRANSFERS, transferToRow } from './transfers'
import { notifyPath } from './notify'
import { reasonOf, sendingOver } from './sending'
import { ChannelError, PayCode, PayError, parameterError, safeText } from './errors'
import { command, DuplicateError } from './store'

const BILL_NUMBER = /^[\w\-|*]{1,64}$/
const CONTROL = /\p{Cc}/u
/** The first look at a transfer nobody told us about. */
export const TRANSFER_DUE_MS = 60_000
/** The section of the config transfers are paid from, unless the caller names another. */
const PLATFORM = 'transfer'

const messages: Record<TransferStatus, string> = {
  CREATED: '转账已记录，结果待渠道确认，请勿换单号重试',
  PROCESSING: '转账处理中',
  WAIT_USER_CONFIRM: '等待收款用户确认',
  SUCCESS: '转账成功',
  FAIL: '转账失败',
  CANCELLED: '转账已撤销',
  REFUSED: '转账未被渠道接受',
}

function textOf(data: Record<string, unknown>, fields: readonly string[], maxLength: number): string | undefined {
  for (const field of fields) {
    const value = data[field]
    if (value === undefined || value === null || value === '')
      continue
    if (typeof value !== 'string' || value.length > maxLength || CONTROL.test(value))
      throw parameterError(field, `${field} 必须是不超过 ${maxLength} 个字符的字符串`)
    return value
  }
  return undefined
}

function checkNumber(data: Record<string, unknown>): string {
  const value = data.out_bill_no ?? data.out_trade_no
  if (typeof value === 'string' && BILL_NUMBER.test(value))
    return value
  throw parameterError('out_bill_no', 'out_bill_no（或 out_trade_no）必须是 1–64 个字符，只能包含数字、字母和 _ - | *')
}

function checkAmount(data: Record<string, unknown>, maxTotalFee: number): number {
  const value = data.total_fee ?? data.money
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value <= 0)
    throw parameterError('total_fee', 'total_fee（或 money）必须是正整数，单位为分，例如 100 表示 1 元')
  if (value > maxTotalFee)
    throw parameterError('total_fee', `total_fee 不能超过 ${maxTotalFee} 分，可通过配置 maxTotalFee 调整`)
  return value
}

interface Job { channel: Channel, row: Omit<Transfer, 'id'> }

/** All that can be refused without writing or sending anything. @throws PayError */
async function prepare(deps: CoreDeps, data: Record<string, unknown>, context: ClientContext): Promise<Job> {
  const outBillNo = checkNumber(data)
  const totalFee = checkAmount(data, (await deps.settings()).maxTotalFee)
  const desc = textOf(data, ['desc'], 100)
  if (desc === undefined)
    throw parameterError('desc', 'desc（转账说明）必须填写')
  const { other } = data
  if (other !== undefined && other !== null && (typeof other !== 'object' || Array.isArray(other)))
    throw parameterError('other', 'other 必须是对象')
  const key = { provider: textOf(data, ['provider'], 32) ?? 'wxpay', platform: textOf(data, ['platform'], 32) ?? PLATFORM, pid: textOf(data, ['pid'], 64) }
  const channel = await deps.channel(key)
  if (!channel.provider.transfer || !channel.provider.queryTransfer)
    throw new PayError(PayCode.notAllowed, `支付渠道 ${key.provider} 不支持转账`, { field: 'provider' })
  const { appid, mchid } = channel.provider.identity(channel.context)
  const now = deps.env.now()
  const row: Omit<Transfer, 'id'> = {
    ...key,
    outBillNo,
    appid,
    mchid,
    totalFee,
    openid: textOf(data, ['openid'], 128),
    payeeAccount: textOf(data, ['payee_account'], 100),
    payeeRealName: textOf(data, ['payee_real_name', 're_user_name'], 64),
    desc,
    other: other as Record<string, unknown> | undefined ?? undefined,
    notifyUrl: addressOf(channel, context.spaceId, key),
    state: 'CREATED',
    createDate: now,
    updateDate: now,
    dueDate: now + TRANSFER_DUE_MS,
  }
  channel.provider.validateTransfer?.(channel.context, requestOf(row))
  return { channel, row }
}

/** The notification's address; a transfer without one is heard of by asking. */
function addressOf(channel: Channel, spaceId: string | undefined, key: Parameters<typeof notifyPath>[0]): string | undefined {
  try {
    return channel.notifyUrl(spaceId) + notifyPath(key)
  }
  catch {
    return undefined
  }
}

/** The same each time: a changed request under one number is refused by channels. */
function requestOf({ outBillNo, totalFee, openid, payeeAccount, payeeRealName, desc, notifyUrl, other }: Omit<Transfer, 'id'>): TransferRequest {
  return { outBillNo, totalFee, openid, payeeAccount, payeeRealName, desc, notifyUrl, other }
}

/** A transfer that is written down, and whether by this call: then nothing can have been sent before. */
interface Reserved { transfer: Transfer, first: boolean }

/** Writes the transfer down, or answers the one that is there. @throws PayError 40001 when the number is another transfer's */
async function reserve(deps: CoreDeps, row: Omit<Transfer, 'id'>): Promise<Reserved> {
  const known = await findTransfer(deps, row.outBillNo)
  if (known)
    return same(deps, known, row)
  try {
    const id = await deps.store.add(TRANSFERS, transferToRow(row))
    deps.env.log('info', 'transfer written', { out_bill_no: row.outBillNo, provider: row.provider, total_fee: row.totalFee })
    return { transfer: { ...row, id }, first: true }
  }
  catch (error) {
    const other = error instanceof DuplicateError ? await findTransfer(deps, row.outBillNo) : undefined
    if (other)
      return same(deps, other, row)
    throw error
  }
}

async function same(deps: CoreDeps, known: Transfer, row: Omit<Transfer, 'id'>): Promise<Reserved> {
  const fields = ['provider', 'platform', 'pid', 'totalFee', 'openid', 'payeeAccount'] as const
  if (fields.some(field => known[field] !== row[field]))
    throw parameterError('out_bill_no', 'out_bill_no 已用于另一笔转账，请换一个转账单号')
  if (known.state !== 'REFUSED')
    return { transfer: known, first: false }
  // refused for certain: the number is as good as new, also with another name or other remarks
  const { payeeRealName, desc, other, notifyUrl } = row
  const again: Partial<Transfer> = { payeeRealName, desc, other, notifyUrl, state: 'CREATED', dueDate: row.dueDate }
  const first = await changeTransfer(deps, known, { ...transferToRow(again as Transfer), reason: command.remove(), other: other ? command.set(other) : command.remove() })
  return { transfer: await findTransfer(deps, row.outBillNo) ?? known, first }
}

/** Asks the channel for a transfer that is written down. @throws ChannelError, PayError */
export async function sendTransfer(deps: CoreDeps, transfer: Transfer, { first = false } = {}): Promise<Transfer> {
  const channel = await deps.channel(transfer)
  const { provider } = channel
  if (!provider.transfer)
    throw new PayError(PayCode.notAllowed, `支付渠道 ${transfer.provider} 不支持转账`, { field: 'provider' })
  const { context, hasLeft } = sendingOver(channel)
  try {
    const fact = await provider.transfer(context, requestOf(transfer))
    if (fact.outBillNo !== transfer.outBillNo || (fact.totalFee !== undefined && fact.totalFee !== transfer.totalFee))
      throw new ChannelError(PayCode.other, '渠道的转账应答与请求不符', 'unknown')
    return await applyTransfer(deps, transfer, fact)
  }
  catch (error) {
    // what an earlier call may have sent is asked about; one that sent nothing says nothing of it
    const refused = hasLeft() ? error instanceof ChannelError && (error.verdict === 'refused' || error.verdict === 'number-taken') : first
    if (refused)
      await refuse(deps, transfer, error)
    // for the caller it is as certain as it is here
    throw refused && error instanceof ChannelError && error.verdict === 'unknown' ? new ChannelError(error.code, error.message, 'refused', { cause: error }) : error
  }
}

/** Refused for certain, unless another call with this number was accepted meanwhile. */
async function refuse(deps: CoreDeps, transfer: Transfer, error: unknown): Promise<void> {
  if (transfer.state !== 'CREATED')
    return
  const refused = await changeTransfer(deps, transfer, { state: 'REFUSED', reason: reasonOf(error), payee_real_name: command.remove(), due_date: command.remove() })
  if (refused)
    deps.env.log('warn', 'transfer refused', { out_bill_no: transfer.outBillNo, code: error instanceof PayError ? error.code : undefined, reason: reasonOf(error) })
}

/** Asks the channel what became of a transfer. @throws ChannelError `no-such-order` when it never heard of it */
export async function askTransfer(deps: CoreDeps, transfer: Transfer): Promise<Transfer> {
  const { provider, context } = await deps.channel(transfer)
  if (!provider.queryTransfer)
    throw new PayError(PayCode.notAllowed, `支付渠道 ${transfer.provider} 不支持查询转账`, { field: 'provider' })
  const fact = await provider.queryTransfer(context, transfer.outBillNo)
  if (fact.outBillNo !== transfer.outBillNo || (fact.totalFee !== undefined && fact.totalFee !== transfer.totalFee))
    throw new ChannelError(PayCode.other, '渠道的转账应答与记录不符', 'unknown')
  return applyTransfer(deps, transfer, fact)
}

function answerOf(transfer: Transfer): Answer {
  const { outBillNo, provider, totalFee, transferId, state, confirm, reason } = transfer
  return {
    code: 0,
    msg: messages[state],
    out_bill_no: outBillNo,
    out_trade_no: outBillNo,
    provider,
    total_fee: totalFee,
    state,
    transfer_id: transferId,
    confirm,
    data: { transfer_id: transferId, state, total_fee: totalFee, reason },
  }
}

/**
 * Sends money. Repeating a call with the same `out_bill_no` is safe and answers what became of it.
 * `code` 0 says that the transfer is known, `state` what became of it. @throws PayError 40001,
 * 40007 without balance, 40009, or the channel's error
 */
export async function transfer(deps: CoreDeps, data: Record<string, unknown>, context: ClientContext): Promise<Answer> {
  const { row } = await prepare(deps, data, context)
  const { transfer: reserved, first } = await reserve(deps, row)
  if (isEnded(reserved))
    return answerOf(reserved)
  return answerOf(await asFarAsKnown(deps, reserved, reserved.state === 'CREATED' ? sendTransfer(deps, reserved, { first }) : askTransfer(deps, reserved)))
}

/** What nobody knows is no failure: whoever takes it for one sends the money again under another number. */
async function asFarAsKnown(deps: CoreDeps, transfer: Transfer, work: Promise<Transfer>): Promise<Transfer> {
  try {
    return await work
  }
  catch (error) {
    const unclear = error instanceof ChannelError && (error.verdict === 'unknown' || (error.verdict === 'no-such-order' && transfer.state === 'CREATED'))
    if (!unclear)
      throw error
    deps.env.log('warn', 'nobody knows what became of a transfer', { out_bill_no: transfer.outBillNo, detail: safeText(error) })
    return transfer
  }
}

/** What became of a transfer; the channel is asked while it is not over. @throws PayError 40001, 40005 */
export async function queryTransfer(deps: CoreDeps, data: Record<string, unknown>): Promise<Answer> {
  const outBillNo = checkNumber(data)
  const known = await findTransfer(deps, outBillNo)
  if (!known)
    throw new PayError(PayCode.noSuchOrder, `转账单不存在：${safeText(outBillNo, 40)}`, { field: 'out_bill_no' })
  if (isEnded(known) || known.state === 'REFUSED')
    return answerOf(known)
  return answerOf(await asFarAsKnown(deps, known, askTransfer(deps, known)))
}
