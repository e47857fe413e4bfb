import { Buffer } from 'node:buffer'
import type { Gateway } from '../context'
import type { Reply } from '../http/message'
import type { SignedRequest } from './request'
import type { AlipayOrder, Methods } from './trades'
import { createHmac } from 'node:crypto'
import { zipSync } from 'fflate'
import { json } from '../http/message'
import { AlipayError, badField } from './alipay-error'
import { encodeGbk } from './gbk'
import { alipayTime, isAlipay, yuanText } from './trades'

type Content = Record<string, unknown>

/** How long an address can be used. */
const VALID_MS = 30_000
const COLUMNS = '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注'

const dayOf = (ms: number | undefined): string => ms === undefined ? '' : alipayTime(ms).slice(0, 10)

interface Line { order: AlipayOrder, kind: '交易' | '退款', at: number, fen: number, outRefundNo?: string }

/** What moved on that day, in China. */
function linesOf(gateway: Gateway, day: string): Line[] {
  const orders = gateway.orders.list().filter(isAlipay)
  const payments = orders.filter(order => dayOf(order.paidAtMs) === day).map((order): Line => ({ order, kind: '交易', at: order.paidAtMs ?? 0, fen: order.totalFen }))
  const refunds = orders.flatMap(order => order.refunds.filter(({ successAtMs }) => dayOf(successAtMs) === day).map(({ successAtMs, fen, outRefundNo }): Line => ({ order, kind: '退款', at: successAtMs ?? 0, fen, outRefundNo })))
  return [...payments, ...refunds].sort((a, b) => a.at - b.at)
}

const signed = ({ kind, fen }: Line): string => `${kind === '退款' ? '-' : ''}${yuanText(fen)}`

/** Numbers have a tab behind them, so that no spreadsheet rounds them. */
function row(line: Line): string {
  const { order, kind, at, outRefundNo } = line
  return [`${order.alipay.tradeNo}\t`, `${order.outTradeNo}\t`, kind, order.description, alipayTime(order.createdAtMs), alipayTime(at), '', '', '', '', '*(pay***@local.test)', signed(line), signed(line), '0.00', '0.00', '0.00', '0.00', '0.00', '', '0.00', '0.00', outRefundNo === undefined ? '' : `${outRefundNo}\t`, '0.00', '0.00', ''].join(',')
}

function tables(lines: readonly Line[], day: string): { details: string, summary: string } {
  const head = ['#账号：[local]', `#起始日期：[${day} 00:00:00]   终止日期：[${day} 24:00:00]`]
  const count = (kind: Line['kind']): number => lines.filter(line => line.kind === kind).length
  const sum = (kind: Line['kind']): string => yuanText(lines.filter(line => line.kind === kind).reduce((total, { fen }) => total + fen, 0))
  const totals = [`#交易合计：${count('交易')}笔，商家实收共${sum('交易')}元`, `#退款合计：${count('退款')}笔，商家实收退款共-${sum('退款')}元`, '']
  return {
    details: ['#支付宝业务明细查询', ...head, '#----业务明细列表----', COLUMNS, ...lines.map(row), '#----业务明细列表结束----', ...totals].join('\r\n'),
    summary: ['#支付宝业务汇总查询', ...head, '门店编号,门店名称,交易订单总笔数,退款订单总笔数', `总计,,${count('交易')},${count('退款')}`, ''].join('\r\n'),
  }
}

const sealOf = (gateway: Gateway, day: string, until: number): string => createHmac('sha256', gateway.account.gatewayKeys.certificateModePem).update(`${day}\n${until}`).digest('hex').slice(0, 32)

function downloadUrl(gateway: Gateway, { content }: SignedRequest): Content {
  const { bill_type: type, bill_date: day } = content
  if (type !== 'trade')
    throw badField('bill_type', '此网关只有 trade 账单')
  const now = gateway.clock.now()
  if (typeof day !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(day) || day >= dayOf(now))
    throw badField('bill_date', '应为今天之前的日期 yyyy-MM-dd')
  if (linesOf(gateway, day).length === 0)
    throw new AlipayError('40004', 'isp.bill_not_exist', '账单不存在')
  const until = now + VALID_MS
  const query = new URLSearchParams({ bizType: 'trade', bizDates: day, until: String(until), fileId: sealOf(gateway, day, until) })
  return { bill_download_url: `${gateway.url()}/alipay/bill?${query}` }
}

/** GET /alipay/bill: the file behind the address; nobody signs it. */
export function billFile(gateway: Gateway, query: URLSearchParams): Reply {
  const day = query.get('bizDates') ?? ''
  const until = Number(query.get('until'))
  if (query.get('fileId') !== sealOf(gateway, day, until) || gateway.clock.now() >= until)
    return json(403, { code: 'FORBIDDEN', message: 'the address is not valid, or no longer' })
  const { details, summary } = tables(linesOf(gateway, day), day)
  const name = `local_${day.replaceAll('-', '')}`
  const file = Buffer.from(zipSync({ [`${name}_业务明细.csv`]: encodeGbk(details), [`${name}_业务明细(汇总).csv`]: encodeGbk(summary) }))
  return { status: 200, headers: { 'content-type': 'application/octet-stream', 'content-disposition': `attachment; filename="${name}.csv.zip"` }, file }
}

/** Of bills. */
export const BILL_METHODS: Methods = { 'alipay.data.dataservice.bill.downloadurl.query': downloadUrl }
