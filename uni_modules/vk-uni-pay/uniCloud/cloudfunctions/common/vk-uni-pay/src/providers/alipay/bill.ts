/** The trade bill of a day: an address to fetch it from, and there a ZIP of GBK tables. */
import { Buffer } from 'node:buffer'
import type { BillEntry, ChannelContext } from '../../core/provider'
import { ChannelError, parameterError, PayCode } from '../../core/errors'
import { billRows } from './bill-rows'
import { alipayTime } from './china-time'
import { callBusiness } from './client'
import { alipayKeys } from './keys'
import { unzip } from './zip'

const TIMEOUT_MS = 30_000
const LARGEST_CONTENT = 128 * 1_048_576
/** Bills are there at nine in the morning; until ten "no bill" may mean "not yet". */
const READY_AT_MS = 10 * 3_600_000
const DAY_MS = 86_400_000
/** What it is called when nobody paid that day. */
const noBill = new Set(['isp.bill_not_exist', 'BILL_NOT_EXIST', 'NO_BILL_DATA'])

const unreadable = (message: string, cause?: unknown): ChannelError => new ChannelError(PayCode.other, message, 'unknown', { cause })

/** Start of the day in China. @throws PayError */
function startOf(day: string, now: number): number {
  const start = Date.parse(`${day}T00:00:00+08:00`)
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(start) || alipayTime(start).slice(0, 10) !== day)
    throw parameterError('bill_date', 'bill_date 必须是 yyyy-MM-dd 格式的日期')
  if (start + DAY_MS > now)
    throw parameterError('bill_date', 'bill_date 最晚是前一天，支付宝在次日生成账单')
  return start
}

/** Where the file is; nothing when there was no trade. */
async function addressOf(context: ChannelContext, day: string, start: number): Promise<string | undefined> {
  try {
    const { bill_download_url: url } = await callBusiness(context, 'alipay.data.dataservice.bill.downloadurl.query', { bill_type: 'trade', bill_date: day })
    if (typeof url !== 'string' || !/^https?:\/\//.test(url))
      throw unreadable('支付宝应答中没有账单下载地址')
    return url
  }
  catch (error) {
    if (!(error instanceof ChannelError) || !noBill.has(String(error.extra?.channel_code)))
      throw error
    if (context.env.now() < start + DAY_MS + READY_AT_MS)
      throw new ChannelError(PayCode.busy, '支付宝账单可能尚未生成，请在次日 10 点后下载', 'unknown', { cause: error })
    return undefined
  }
}

async function download(context: ChannelContext, address: string): Promise<Buffer> {
  // nothing is signed there: what comes must come from Alipay itself
  const url = alipayKeys(context.config).endpoint.startsWith('https:') ? address.replace(/^http:/, 'https:') : address
  // the address is as good as the bill: it stays out of errors
  const response = await context.env.http({ method: 'GET', url, headers: { 'user-agent': 'vk-uni-pay' }, timeoutMs: TIMEOUT_MS, file: true }).catch(() => undefined)
  if (response?.status !== 200)
    throw new ChannelError(PayCode.network, '下载支付宝账单失败，请稍后重试', 'unknown')
  return Buffer.from(response.body)
}

/** `alipay.data.dataservice.bill.downloadurl.query`, `bill_type` trade. @throws PayError, ChannelError */
export async function downloadBill(context: ChannelContext, day: string): Promise<BillEntry[]> {
  const address = await addressOf(context, day, startOf(day, context.env.now()))
  if (address === undefined)
    return []
  const file = await download(context, address)
  try {
    const tables = unzip(file, LARGEST_CONTENT).map(billRows).filter((rows): rows is BillEntry[] => rows !== undefined)
    if (tables.length === 0)
      throw new RangeError('no table of trades')
    return ([] as BillEntry[]).concat(...tables)
  }
  catch (error) {
    throw unreadable('支付宝账单无法读取，格式可能已改变', error)
  }
}
