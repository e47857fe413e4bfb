import type { ChannelConfig } from '../../core/provider'
import { PayCode, PayError, keyError } from '../../core/errors'

/** Says for certain that nothing was paid by this receipt. */
export function invalidReceipt(code: number, message: string, field: string): PayError {
  return new PayError(code, message, { field, extra: { valid: false } })
}

export const storeBusy = (why: string): PayError => new PayError(PayCode.busy, `App Store 暂时无法验证收据（${why}），请稍后再试`)

/** Why Apple did not verify a receipt, in our terms (App Store Receipts, `status`). What is not listed is no statement. */
export function statusError({ name }: ChannelConfig, status: number): PayError {
  switch (status) {
    // also said when the service has trouble of its own: not for certain
    case 21002:
      return new PayError(PayCode.parameter, 'receipt_data 不完整或格式错误（21002），请原样上传 transactionReceipt', { field: 'receipt_data' })
    case 21003:
      return invalidReceipt(PayCode.signature, '收据不是 App Store 签发的（21003）', 'receipt_data')
    case 21004:
      return keyError(`${name}.password`, `支付配置 ${name}.password 与 App 专用共享密钥不符（21004）`)
    case 21010:
      return invalidReceipt(PayCode.notAllowed, 'App Store 账户不存在或已删除，视为没有购买（21010）', 'receipt_data')
    default:
      // 21005, 21009, 21100–21199: trouble at Apple; 21008: the two environments contradict each other
      return storeBusy(String(status))
  }
}
