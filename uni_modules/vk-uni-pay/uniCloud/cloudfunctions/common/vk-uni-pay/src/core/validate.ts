import type { CoreDeps, GeneralSettings } from './deps'
import type { HandlerTable } from './handlers'
import type { ClientContext } from './ports'
import { PayCode, PayError, parameterError } from './errors'
import { reservedCustomFields } from './order'
import { quotedTerms } from './quote'

/** What `createPayment` was asked for, checked. */
export interface PaymentInput {
  outTradeNo: string
  totalFee: number
  subject: string
  type: string
  provider: string
  openid?: string
  userId?: string
  nickname?: string
  pid?: string
  timeExpire?: number
  returnUrl?: string
  productId?: string
  quantity?: number
  custom?: Record<string, unknown>
  other?: Record<string, unknown>
  /** What the scanner read of the payer's code; written and logged nowhere. */
  authCode?: string
}

const ORDER_NUMBER = /^[\w\-|*]{6,32}$/
/** WeChat Pay: 18 digits; Alipay: 16–24. */
const AUTH_CODE = /^\d{16,24}$/
/** Levels of what is kept as it comes; databases keep a hundred, and the order is around it. */
const MAX_DEPTH = 32
const CONTROL = /\p{Cc}/u
const MINUTE_MS = 60_000

export function checkOrderNumber(value: unknown): string {
  if (typeof value === 'string' && ORDER_NUMBER.test(value))
    return value
  throw parameterError('out_trade_no', 'out_trade_no 必须是 6–32 个字符，只能包含数字、字母和 _ - | *')
}

function checkTotalFee(value: unknown, maxTotalFee: number): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value <= 0)
    throw parameterError('total_fee', 'total_fee 必须是正整数，单位为分，例如 100 表示 1 元')
  if (value > maxTotalFee)
    throw parameterError('total_fee', `total_fee 不能超过 ${maxTotalFee} 分，可通过配置 maxTotalFee 调整`)
  return value
}

function checkSubject(value: unknown): string {
  const subject = typeof value === 'string' ? value.trim() : ''
  if ([...subject].length < 2)
    throw parameterError('subject', 'subject（商品描述）至少 2 个字符')
  if (CONTROL.test(subject))
    throw parameterError('subject', 'subject（商品描述）不能包含换行等控制字符')
  return subject
}

function checkType(value: unknown, handlers: HandlerTable): string {
  if (typeof value === 'string' && handlers.types.includes(value))
    return value
  throw parameterError('type', `type 必须是已有的订单类型之一：${handlers.types.join('、') || '（service/pay-notify 目录中还没有文件）'}`)
}

function optionalText(data: Record<string, unknown>, field: string, maxLength: number): string | undefined {
  const value = data[field]
  if (value === undefined || value === null || value === '')
    return undefined
  if (typeof value !== 'string' || value.length > maxLength || CONTROL.test(value))
    throw parameterError(field, `${field} 必须是不超过 ${maxLength} 个字符的字符串`)
  return value
}

function optionalObject(data: Record<string, unknown>, field: string): Record<string, unknown> | undefined {
  const value = data[field]
  if (value === undefined || value === null)
    return undefined
  if (typeof value !== 'object' || Array.isArray(value))
    throw parameterError(field, `${field} 必须是对象`)
  if (isDeeperThan(MAX_DEPTH, value))
    throw parameterError(field, `${field} 嵌套过深，最多 ${MAX_DEPTH} 层`)
  return value as Record<string, unknown>
}

/** Without calling itself: what is asked about may be deep enough to end that. */
function isDeeperThan(limit: number, value: object): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limit)
      return true
    level = level.filter((item): item is object => typeof item === 'object' && item !== null).flatMap(item => Object.values(item) as unknown[])
  }
  return false
}

function checkCustom(given: object): Record<string, unknown> | undefined {
  const custom = optionalObject(given as Record<string, unknown>, 'custom')
  for (const name of Object.keys(custom ?? {})) {
    if (reservedCustomFields.has(name))
      throw parameterError(`custom.${name}`, `custom 中不能使用订单字段名 ${name}，请换一个名字`)
    // a database would read these as operators or paths
    if (name === '' || name === '__proto__' || name.startsWith('$') || name.includes('.'))
      throw parameterError('custom', 'custom 的字段名不能为空、不能以 $ 开头、不能包含 .')
  }
  return custom
}

function checkAuthCode(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '')
    return undefined
  if (typeof value === 'string' && AUTH_CODE.test(value))
    return value
  throw parameterError('auth_code', 'auth_code（付款码）必须是扫码得到的 16–24 位数字字符串')
}

function checkTimeExpire(value: unknown, now: number): number | undefined {
  if (value === undefined || value === null)
    return undefined
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < now + MINUTE_MS)
    throw parameterError('time_expire', 'time_expire 必须是至少 1 分钟之后的毫秒时间戳')
  return value
}

function checkQuantity(value: unknown): number | undefined {
  if (value === undefined || value === null)
    return undefined
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1)
    throw parameterError('quantity', 'quantity（商品数量）必须是正整数')
  return value
}

/** Who pays: the signed-in user, whom nothing a client sends can replace; where nobody checks that, who it says it is. */
function payerOf(data: Record<string, unknown>, custom: Record<string, unknown>, { userId, userChecked }: ClientContext): string | undefined {
  return userId ?? (userChecked ? undefined : optionalText(data, 'user_id', 64) ?? optionalText(custom, 'user_id', 64))
}

function checkWhitelist({ userWhitelist }: GeneralSettings, userId: string | undefined): void {
  if (userWhitelist.length > 0 && !(userId !== undefined && userWhitelist.includes(userId)))
    throw new PayError(PayCode.notAllowed, '当前为测试阶段，只有配置 userWhitelist 中的用户可以支付', { field: 'userWhitelist' })
}

/** Reads and checks the request. Nothing has been written or sent when it throws. @throws PayError 40001, 40009, or the one of the type's `quote` */
export async function validatePayment(deps: CoreDeps, data: Record<string, unknown>, context: ClientContext): Promise<PaymentInput> {
  const settings = await deps.settings()
  const outTradeNo = checkOrderNumber(data.out_trade_no)
  const type = checkType(data.type, deps.handlers)
  const asked = checkCustom(data)
  const userId = payerOf(data, asked ?? {}, context)
  checkWhitelist(settings, userId)
  const provider = optionalText(data, 'provider', 32) ?? 'wxpay'
  const nickname = optionalText(data, 'nickname', 64)
  const productId = optionalText(data, 'productid', 255)
  const terms = await quotedTerms(deps, { type, userId, data: { out_trade_no: outTradeNo, type, provider, user_id: userId, nickname, ...(productId === undefined ? {} : { productid: productId }) } }, { total_fee: data.total_fee, subject: data.subject, custom: asked })
  return {
    outTradeNo,
    totalFee: checkTotalFee(terms.total_fee, settings.maxTotalFee),
    subject: checkSubject(terms.subject),
    type,
    custom: checkCustom(terms),
    userId,
    provider,
    openid: optionalText(data, 'openid', 128),
    nickname,
    pid: optionalText(data, 'pid', 64),
    timeExpire: checkTimeExpire(data.time_expire, deps.env.now()),
    returnUrl: optionalText(data, 'return_url', 1024),
    productId,
    quantity: checkQuantity(data.quantity),
    other: optionalObject(data, 'other'),
    authCode: checkAuthCode(data.auth_code),
  }
}
