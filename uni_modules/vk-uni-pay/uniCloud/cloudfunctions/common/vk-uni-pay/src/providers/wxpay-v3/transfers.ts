/**
 * "商家转账", in the form in which the payee confirms (documents 4012716434 and 4012716437): the
 * answer brings what the payee's WeChat opens the confirmation with.
 */
import { Buffer } from 'node:buffer'
import type { KeyObject } from 'node:crypto'
import { constants, publicEncrypt } from 'node:crypto'
import type { ChannelContext, TransferFact, TransferRequest, TransferState } from '../../core/provider'
import { ChannelError, parameterError, PayCode, PayError } from '../../core/errors'
import { lookup } from '../../core/lookup'
import { callApi } from './client'
import { merchantKeys } from './keys'
import { encryptionKey, platformKey } from './platform-keys'

const PATH = '/v3/fund-app/mch-transfer/transfer-bills'

const BILL_NUMBER = /^[0-9a-z]{1,32}$/i
const LONGEST_REMARK = 32
const SMALLEST_NAMED = 30
const NAME_REQUIRED = 200_000

const states: Record<string, TransferState> = {
  ACCEPTED: 'PROCESSING',
  PROCESSING: 'PROCESSING',
  WAIT_USER_CONFIRM: 'WAIT_USER_CONFIRM',
  TRANSFERING: 'WAIT_USER_CONFIRM',
  CANCELING: 'PROCESSING',
  SUCCESS: 'SUCCESS',
  FAIL: 'FAIL',
  CANCELLED: 'CANCELLED',
}

/** Fields of the transfer that are ours to fill. */
const ownFields = ['appid', 'out_bill_no', 'openid', 'user_name', 'transfer_amount', 'transfer_remark', 'notify_url']

interface Scene { transfer_scene_id: string, transfer_scene_report_infos: unknown[], user_recv_perception?: string }

const textOf = (value: unknown): string => typeof value === 'string' ? value : ''

/** What the merchant declared the money to be: from the call's `other`, else from the config. @throws PayError 40001 */
function sceneOf({ config }: ChannelContext, other: Record<string, unknown> | undefined): Scene {
  const pick = (field: string, setting: string): unknown => other?.[field] ?? config.value(setting)
  const id = pick('transfer_scene_id', 'transferSceneId')
  const infos = pick('transfer_scene_report_infos', 'transferSceneReportInfos')
  const perception = pick('user_recv_perception', 'userRecvPerception')
  const sceneId = typeof id === 'number' ? String(id) : id
  if (typeof sceneId !== 'string' || !/^\d{1,36}$/.test(sceneId))
    throw parameterError(`${config.name}.transferSceneId`, `微信转账需要转账场景 ID：配置 ${config.name}.transferSceneId，或传 other.transfer_scene_id，例如 "1000"`)
  const isInfo = (info: unknown): boolean => typeof info === 'object' && info !== null && ['info_type', 'info_content'].every(field => textOf((info as Record<string, unknown>)[field]) !== '')
  if (!Array.isArray(infos) || infos.length === 0 || !infos.every(isInfo))
    throw parameterError(`${config.name}.transferSceneReportInfos`, `微信转账需要场景报备信息：配置 ${config.name}.transferSceneReportInfos，或传 other.transfer_scene_report_infos，例如 [{ info_type: "活动名称", info_content: "新会员有礼" }]`)
  if (perception !== undefined && typeof perception !== 'string')
    throw parameterError(`${config.name}.userRecvPerception`, `${config.name}.userRecvPerception 必须是字符串`)
  return { transfer_scene_id: sceneId, transfer_scene_report_infos: infos, user_recv_perception: perception }
}

/** @throws PayError naming the field, before anything is written or sent */
export function validateTransfer(context: ChannelContext, request: TransferRequest): void {
  const { sub } = merchantKeys(context.config)
  if (sub)
    throw new PayError(PayCode.notAllowed, '服务商模式暂不支持微信转账，请使用直连商户的配置', { field: `${context.config.name}.subMchId` })
  if (!BILL_NUMBER.test(request.outBillNo))
    throw parameterError('out_bill_no', 'out_bill_no 在微信转账中必须是 1–32 个数字或字母')
  if (!request.openid)
    throw parameterError('openid', '微信转账必须提供 openid（收款用户在该 appId 下的标识）')
  if ([...request.desc].length > LONGEST_REMARK)
    throw parameterError('desc', `desc（转账备注）在微信转账中最多 ${LONGEST_REMARK} 个字符`)
  if (request.totalFee >= NAME_REQUIRED && !request.payeeRealName)
    throw parameterError('re_user_name', '微信转账 2000 元及以上必须提供收款用户姓名 re_user_name')
  if (request.totalFee < SMALLEST_NAMED && request.payeeRealName)
    throw parameterError('re_user_name', '微信转账 0.3 元以下不支持校验收款用户姓名')
  const clash = ownFields.find(field => field in (request.other ?? {}))
  if (clash)
    throw parameterError(`other.${clash}`, `other 中不能包含 ${clash}，它由转账本身决定`)
  sceneOf(context, request.other)
}

/** A transfer as answers and notifications have it, in our terms; nothing unless it is complete. */
export function transferFact(bill: Record<string, unknown>): TransferFact | undefined {
  const state = lookup(states, textOf(bill.state))
  const outBillNo = textOf(bill.out_bill_no)
  const transferId = textOf(bill.transfer_bill_no)
  const amount = bill.transfer_amount
  if (!state || !outBillNo || !transferId || (amount !== undefined && !Number.isSafeInteger(amount)))
    return undefined
  const reason = textOf(bill.fail_reason)
  return { outBillNo, transferId, state, ...(amount === undefined ? {} : { totalFee: amount as number }), ...(reason ? { reason } : {}) }
}

/** An answer about another transfer, or half an answer, is none. */
function checked(answer: Record<string, unknown>, outBillNo: string): TransferFact {
  const fact = transferFact(answer)
  if (fact?.outBillNo !== outBillNo)
    throw new ChannelError(PayCode.other, '微信支付的转账应答不完整或与请求不符', 'unknown')
  return fact
}

/** The parameters of `wx.requestMerchantTransfer`. */
function confirmation({ config }: ChannelContext, answer: Record<string, unknown>): Record<string, string> | undefined {
  const { appid, mchid } = merchantKeys(config)
  const pack = textOf(answer.package_info)
  return pack ? { mchId: mchid, appId: appid, package: pack } : undefined
}

/** RSA-OAEP with SHA-1, as for every field WeChat Pay wants encrypted ("敏感信息加密"). */
function encrypt(text: string, key: KeyObject): string {
  return publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, Buffer.from(text, 'utf8')).toString('base64')
}

/** "发起转账"; the same number with the same fields again answers the same transfer. @throws ChannelError */
export async function transfer(context: ChannelContext, request: TransferRequest): Promise<TransferFact> {
  const { transfer_scene_id: _id, transfer_scene_report_infos: _infos, user_recv_perception: _perception, ...other } = request.other ?? {}
  const platform = request.payeeRealName ? await encryptionKey(context) : undefined
  const body = {
    ...other,
    appid: merchantKeys(context.config).appid,
    out_bill_no: request.outBillNo,
    ...sceneOf(context, request.other),
    openid: request.openid,
    user_name: platform && request.payeeRealName ? encrypt(request.payeeRealName, platform.key) : undefined,
    transfer_amount: request.totalFee,
    transfer_remark: request.desc,
    notify_url: request.notifyUrl,
  }
  const answer = await callApi(context, { method: 'POST', target: PATH, body, serial: platform?.serial }, serial => platformKey(context, serial))
  const confirm = confirmation(context, answer)
  return { ...checked(answer, request.outBillNo), ...(confirm ? { confirm } : {}) }
}

/** "商户单号查询转账单". @throws ChannelError `no-such-order` when the channel never heard of it */
export async function queryTransfer(context: ChannelContext, outBillNo: string): Promise<TransferFact> {
  const answer = await callApi(context, { method: 'GET', target: `${PATH}/out-bill-no/${encodeURIComponent(outBillNo)}` }, serial => platformKey(context, serial))
  return checked(answer, outBillNo)
}
