import type { Buffer } from 'node:buffer'
import type { Gateway } from '../context'
import type { Handler } from '../http/router'
import type { Request } from '../http/message'
import type { TransferBill, TransferState } from '../orders/transfer'
import { Buffer as Bytes } from 'node:buffer'
import { constants, privateDecrypt } from 'node:crypto'
import { beijingTime } from '../clock'
import { randomDigits, randomText } from '../crypto/random'
import { header, json } from '../http/message'
import { packTransfer } from '../notify/transfer-notification'
import { ApiError, paramError } from './api-error'
import { bodyOf } from './transactions'

type Body = Record<string, unknown>

/** From here on WeChat Pay wants to know the payee's name. */
const NAME_FROM_FEN = 200_000

function text(body: Body, field: string, max: number): string {
  const value = body[field]
  if (typeof value !== 'string' || value === '' || [...value].length > max)
    throw paramError(`/${field}`, `必填，应为1-${max}个字符的字符串`)
  return value
}

const optional = (body: Body, field: string, max: number): string | undefined => body[field] === undefined ? undefined : text(body, field, max)

/** Opens the name with the key the merchant says it has used. */
function nameOf(gateway: Gateway, request: Request, body: Body): string | undefined {
  const sealed = optional(body, 'user_name', 1024)
  if (sealed === undefined)
    return undefined
  const { publicKeyMode, certificateMode } = gateway.keys
  const signer = [publicKeyMode, certificateMode].find(({ serial }) => serial === header(request, 'wechatpay-serial'))
  if (!signer)
    throw paramError('Wechatpay-Serial', '加密敏感信息时必填', 'header')
  let name: Buffer
  try {
    name = privateDecrypt({ key: signer.key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, Bytes.from(sealed, 'base64'))
  }
  catch {
    throw paramError('/user_name', '解密失败，请使用Wechatpay-Serial对应的公钥加密')
  }
  return name.toString('utf8')
}

function checkScene(body: Body): string {
  const infos = body.transfer_scene_report_infos
  if (!Array.isArray(infos) || infos.length === 0 || !infos.every((info: Body) => typeof info?.info_type === 'string' && typeof info.info_content === 'string'))
    throw paramError('/transfer_scene_report_infos', '必填，应为报备信息的数组')
  return text(body, 'transfer_scene_id', 36)
}

function parse(gateway: Gateway, request: Request): Omit<TransferBill, 'transferBillNo' | 'packageInfo' | 'createdAtMs' | 'updatedAtMs' | 'state' | 'calls' | 'deliveries'> {
  const body = bodyOf(request)
  const fen = body.transfer_amount
  const outBillNo = text(body, 'out_bill_no', 32)
  if (!/^[0-9a-z]+$/i.test(outBillNo))
    throw paramError('/out_bill_no', '只能由数字、大小写字母组成')
  if (!Number.isInteger(fen) || (fen as number) < 1)
    throw paramError('/transfer_amount', '必填，应为大于0的整数，单位为分')
  const appid = text(body, 'appid', 32)
  if (!Object.values(gateway.account.appids).includes(appid))
    throw new ApiError(400, 'APPID_MCHID_NOT_MATCH', 'appid和mch_id不匹配')
  const userName = nameOf(gateway, request, body)
  if ((fen as number) >= NAME_FROM_FEN && userName === undefined)
    throw paramError('/user_name', '转账金额2000元及以上时必填')
  const notifyUrl = optional(body, 'notify_url', 256)
  if (notifyUrl !== undefined && !/^https?:\/\/[^?#]+$/.test(notifyUrl))
    throw paramError('/notify_url', '应为可访问的完整URL，不能携带参数')
  return { outBillNo, appid, fen: fen as number, openid: text(body, 'openid', 64), remark: text(body, 'transfer_remark', 32), sceneId: checkScene(body), perception: optional(body, 'user_recv_perception', 64), userName, notifyUrl }
}

function refuseReuse(known: TransferBill, request: Pick<TransferBill, 'fen' | 'openid' | 'appid'>): void {
  if (known.fen !== request.fen || known.openid !== request.openid || known.appid !== request.appid)
    throw new ApiError(400, 'ALREADY_EXISTS', '商户单号已存在，且与之前的请求不一致')
}

/** POST /v3/fund-app/mch-transfer/transfer-bills; the same call again answers the same transfer. */
export function createTransfer(gateway: Gateway): Handler {
  return (request) => {
    const parsed = parse(gateway, request)
    const known = gateway.transfers.byNumber(parsed.outBillNo)
    if (known)
      refuseReuse(known, parsed)
    const bill = known ?? open(gateway, parsed)
    bill.calls += 1
    return json(200, {
      out_bill_no: bill.outBillNo,
      transfer_bill_no: bill.transferBillNo,
      create_time: beijingTime(bill.createdAtMs),
      state: bill.state,
      ...(bill.state === 'WAIT_USER_CONFIRM' ? { package_info: bill.packageInfo } : {}),
      ...(bill.failReason === undefined ? {} : { fail_reason: bill.failReason }),
    })
  }
}

function open(gateway: Gateway, parsed: ReturnType<typeof parse>): TransferBill {
  if (parsed.fen > gateway.transfers.balanceFen)
    throw new ApiError(403, 'NOT_ENOUGH', '商户账户余额不足，请充值后用原商户单号重试')
  gateway.transfers.balanceFen -= parsed.fen
  const nowMs = gateway.clock.now()
  const bill: TransferBill = { ...parsed, transferBillNo: `1330${randomDigits(28)}`, packageInfo: randomText(48), createdAtMs: nowMs, updatedAtMs: nowMs, state: 'WAIT_USER_CONFIRM', calls: 0, deliveries: [] }
  gateway.transfers.add(bill)
  return bill
}

/** The transfer as queries answer it and notifications carry it. Document 4012716437. */
export function transferView(gateway: Gateway, bill: TransferBill): Record<string, unknown> {
  return {
    mch_id: gateway.account.mchid,
    out_bill_no: bill.outBillNo,
    transfer_bill_no: bill.transferBillNo,
    appid: bill.appid,
    state: bill.state,
    transfer_amount: bill.fen,
    transfer_remark: bill.remark,
    ...(bill.failReason === undefined ? {} : { fail_reason: bill.failReason }),
    openid: bill.openid,
    create_time: beijingTime(bill.createdAtMs),
    update_time: beijingTime(bill.updatedAtMs),
  }
}

/** GET /v3/fund-app/mch-transfer/transfer-bills/out-bill-no/{out_bill_no} */
export function queryTransfer(gateway: Gateway): Handler {
  return (_request, params) => {
    const bill = gateway.transfers.byNumber(params.id ?? '')
    if (!bill)
      throw new ApiError(404, 'NOT_FOUND', '记录不存在')
    return json(200, transferView(gateway, bill))
  }
}

/** Ends a transfer that waits for its payee, and tells the merchant until it says yes. */
export function endTransfer(gateway: Gateway, bill: TransferBill, state: Exclude<TransferState, 'WAIT_USER_CONFIRM'>, tell = true): void {
  if (bill.state !== 'WAIT_USER_CONFIRM')
    return
  bill.state = state
  bill.updatedAtMs = gateway.clock.now()
  if (state === 'FAIL')
    bill.failReason = 'OVERDUE_CLOSE'
  if (state !== 'SUCCESS')
    gateway.transfers.balanceFen += bill.fen
  const { notifyUrl, deliveries, outBillNo } = bill
  if (tell && notifyUrl !== undefined)
    gateway.notifier.tell({ courier: 'wxpay', outTradeNo: outBillNo, deliveries, pack: packTransfer(gateway, bill, notifyUrl) })
}
