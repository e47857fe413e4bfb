/** Day bills as WeChat Pay prints them. */
import { account } from './wechat'

const HEADING = '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注'
const yuan = (fen: number): string => (fen / 100).toFixed(2)

export interface BillLine { number: string, transaction: string, fee: number, state?: 'SUCCESS' | 'REFUND' | 'REVOKED', refund?: string, refundFee?: number, subject?: string }

/** One line, as the channel prints it. */
export function billLine({ number, transaction, fee, state = 'SUCCESS', refund = '0', refundFee = 0, subject = '测试商品' }: BillLine): string {
  const paid = state === 'SUCCESS' ? yuan(fee) : '0.00'
  return ['2026-01-01 08:00:00', account.appid, account.mchid, '0', '', transaction, number, 'oPayer', 'JSAPI', state, 'OTHERS', 'CNY', paid, '0.00', refund === '0' ? '0' : '5030', refund, yuan(refundFee), '0.00', '', '', subject, '', '0.00000', '0.60%', paid, yuan(refundFee), ''].map(cell => `\`${cell}`).join(',')
}

/** A whole bill: heading, lines, summary. */
export const billOf = (lines: readonly string[]): string => [HEADING, ...lines, '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额', `\`${lines.length},\`0.00,\`0.00,\`0.00,\`0.00000,\`0.00,\`0.00`, ''].join('\r\n')
