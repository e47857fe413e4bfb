import type { Gateway } from '../context'
import type { Handler } from '../http/router'
import type { Order } from '../orders/order'
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { beijingTime } from '../clock'
import { randomText } from '../crypto/random'
import { json } from '../http/message'
import { ApiError, paramError } from './api-error'

const DAY_MS = 86_400_000

const HEADING = '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注'
const SUMMARY = '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额'

interface Line { atMs: number, paidFen: number, refundFen: number, text: string }

const yuan = (fen: number): string => (fen / 100).toFixed(2)
const cells = (values: readonly string[]): string => values.map(value => `\`${value}`).join(',')

function line(order: Order, atMs: number, state: 'SUCCESS' | 'REFUND' | 'REVOKED', money: { paid: number, refund: number }, refund?: { id: string, number: string }): Line {
  const { appid, mchid, shop, openid, transactionId = '', outTradeNo, description, attach = '' } = order
  const type = order.tradeType === 'H5' ? 'MWEB' : order.tradeType
  const text = cells([
    ...[beijingTime(atMs).slice(0, 19).replace('T', ' '), appid, mchid, shop?.mchid ?? '0', '', transactionId, outTradeNo, openid ?? `oLocal${mchid}PayerOpenid01`, type, state, 'OTHERS', 'CNY'],
    ...[yuan(money.paid), '0.00', refund?.id ?? '0', refund?.number ?? '0', yuan(money.refund), '0.00', refund ? 'ORIGINAL' : '', state === 'SUCCESS' ? '' : 'SUCCESS'],
    ...[description, attach, '0.00000', '0.60%', yuan(money.paid), yuan(money.refund), ''],
  ])
  return { atMs, paidFen: money.paid, refundFen: money.refund, text }
}

/** What one order has in the bill: its payment, its refunds, and its being taken back. */
function linesOf(order: Order): Line[] {
  if (order.paidAtMs === undefined || order.bill?.hidden)
    return []
  const lines = [line(order, order.paidAtMs, 'SUCCESS', { paid: order.bill?.fen ?? order.totalFen, refund: 0 })]
  for (const { successAtMs, fen, refundId, outRefundNo } of order.refunds) {
    if (successAtMs !== undefined)
      lines.push(line(order, successAtMs, 'REFUND', { paid: 0, refund: fen }, { id: refundId, number: outRefundNo }))
  }
  if (order.reversedAtMs !== undefined)
    lines.push(line(order, order.reversedAtMs, 'REVOKED', { paid: 0, refund: order.totalFen }))
  return lines
}

function print(lines: readonly Line[]): string {
  const sum = (of: (one: Line) => number): string => yuan(lines.reduce((total, one) => total + of(one), 0))
  const totals = cells([String(lines.length), sum(one => one.paidFen), sum(one => one.refundFen), '0.00', '0.00000', sum(one => one.paidFen), sum(one => one.refundFen)])
  // a spreadsheet takes it for UTF-8 by the mark at its beginning
  return `\uFEFF${[HEADING, ...lines.map(({ text }) => text), SUMMARY, totals, ''].join('\r\n')}`
}

/** Midnight in China, when the day begins. */
function dayStart(value: string | null): number {
  const ms = value !== null && /^\d{4}-\d\d-\d\d$/.test(value) ? Date.parse(`${value}T00:00:00+08:00`) : Number.NaN
  if (Number.isNaN(ms))
    throw paramError('bill_date', '格式应为yyyy-MM-dd', 'query')
  return ms
}

export interface BillDesk {
  /** GET /v3/bill/tradebill: where the bill of a day is, and its digest. */
  apply: Handler
  /** GET /v3/billdownload/file */
  download: Handler
}

export function billDesk(gateway: Gateway): BillDesk {
  const files = new Map<string, { text: string, packed: boolean }>()
  return {
    apply({ query }) {
      const start = dayStart(query.get('bill_date'))
      const shop = query.get('sub_mchid')
      if (start + DAY_MS > gateway.clock.now())
        throw new ApiError(400, 'STATEMENT_CREATING', '账单生成中')
      const lines = gateway.orders.list()
        .filter(order => !order.alipay && (shop === null || order.shop?.mchid === shop))
        .flatMap(linesOf)
        .filter(({ atMs }) => atMs >= start && atMs < start + DAY_MS)
        .sort((a, b) => b.atMs - a.atMs)
      if (lines.length === 0)
        throw new ApiError(400, 'NO_STATEMENT_EXIST', '请求的账单文件不存在')
      const token = randomText(40)
      const text = print(lines)
      files.set(token, { text, packed: query.get('tar_type') === 'GZIP' })
      return json(200, { download_url: `${gateway.url()}/v3/billdownload/file?token=${token}`, hash_type: 'SHA1', hash_value: createHash('sha1').update(text).digest('hex') })
    },
    download({ query }) {
      const file = files.get(query.get('token') ?? '')
      if (!file)
        throw new ApiError(404, 'RESOURCE_NOT_EXISTS', '下载地址无效')
      const bytes = Buffer.from(file.text)
      return { status: 200, headers: { 'content-type': 'application/octet-stream' }, file: file.packed ? gzipSync(bytes) : bytes }
    },
  }
}
