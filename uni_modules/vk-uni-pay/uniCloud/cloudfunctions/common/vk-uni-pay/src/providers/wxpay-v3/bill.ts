/**
 * "申请交易账单" and "下载账单": the first answer is signed and says where the file is and what its
 * digest is; the file itself carries no signature, so the digest is what vouches for it.
 */
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import type { BillEntry, ChannelContext } from '../../core/provider'
import { ChannelError, PayCode } from '../../core/errors'
import { callApi, send } from './client'
import { merchantKeys } from './keys'
import { platformKey } from './platform-keys'

/** A bill of a million lines; more is no bill, but an attempt to fill the memory. */
const LARGEST_BILL = 512 * 1_048_576

const broken = (message: string, cause?: unknown): ChannelError => new ChannelError(PayCode.other, `微信支付账单${message}`, 'unknown', { cause })

/** @throws ChannelError */
export async function downloadBill(context: ChannelContext, day: string): Promise<BillEntry[]> {
  const { sub } = merchantKeys(context.config)
  const target = `/v3/bill/tradebill?bill_date=${day}${sub ? `&sub_mchid=${encodeURIComponent(sub.mchid)}` : ''}&bill_type=ALL&tar_type=GZIP`
  let answer: Record<string, unknown>
  try {
    answer = await callApi(context, { method: 'GET', target }, serial => platformKey(context, serial))
  }
  catch (error) {
    // no trade on that day, and a signature says so
    if (error instanceof ChannelError && error.verdict === 'no-such-order')
      return []
    throw error
  }
  return parseBill(await fetchFile(context, answer))
}

async function fetchFile(context: ChannelContext, { download_url: address, hash_type: type, hash_value: digest }: Record<string, unknown>): Promise<string> {
  if (typeof address !== 'string' || typeof digest !== 'string' || (type !== undefined && type !== 'SHA1'))
    throw broken('的应答不完整')
  let url: URL
  try {
    url = new URL(address)
  }
  catch (error) {
    throw broken('的下载地址无法识别', error)
  }
  // always at our own base address: the signature of the request is shown to nobody else
  const { status, body } = await send(context, { method: 'GET', target: url.pathname + url.search, file: true })
  if (status !== 200)
    throw broken(`下载失败（HTTP ${status}），请稍后重试`)
  const text = unpack(Buffer.from(body))
  if (createHash('sha1').update(text).digest('hex') !== digest.toLowerCase())
    throw broken('文件与摘要不符，可能不完整，请重新下载')
  return text.toString('utf8')
}

function unpack(bytes: Buffer): Buffer {
  if (bytes[0] !== 0x1F || bytes[1] !== 0x8B)
    return bytes
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST_BILL })
  }
  catch (error) {
    throw broken('文件无法解压', error)
  }
}

/** Every value has a backtick before it, so that a comma inside one is told from one between two. */
const cells = (line: string): string[] => line.replace(/^`/, '').split(',`')

/** Yuan with two decimals as fen, without floating point. @throws ChannelError */
function fen(yuan: string | undefined): number {
  const match = /^-?(\d{1,12})(?:\.(\d{1,2}))?$/.exec((yuan ?? '').trim())
  if (!match)
    throw broken('中的金额无法识别')
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
}

const columns = ['微信订单号', '商户订单号', '交易状态', '应结订单金额', '商户退款单号', '退款金额'] as const
type Column = typeof columns[number] | '订单金额' | '申请退款金额'

/** The lines between the heading and the summary; columns by name, because new ones are added. @throws ChannelError */
export function parseBill(text: string): BillEntry[] {
  const [heading = '', ...lines] = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const names = heading.split(',').map(name => name.trim())
  const missing = columns.find(name => !names.includes(name))
  if (missing)
    throw broken(`中没有“${missing}”一列`)
  const end = lines.findIndex(line => line.startsWith('总交易单数'))
  if (end < 0)
    throw broken('没有汇总行，可能不完整')
  return lines.slice(0, end).filter(line => line !== '').map((line) => {
    const values = cells(line)
    return entryOf(name => values[placeOf(names, name, values.length)]?.trim())
  })
}

/** A subject may look like several cells; what comes after it is counted from the end. */
function placeOf(names: readonly string[], name: string, length: number): number {
  const place = names.indexOf(name)
  return place > names.indexOf('商品名称') && place >= 0 && names.includes('商品名称') ? length - names.length + place : place
}

function entryOf(cell: (name: Column) => string | undefined): BillEntry {
  const outTradeNo = cell('商户订单号')
  const transactionId = cell('微信订单号')
  const state = cell('交易状态')
  if (!outTradeNo || !transactionId || !state)
    throw broken('中有一行不完整')
  // the payer's coupons are part of what the order cost, and of what is refunded
  const totalFee = fen(cell('订单金额') || cell('应结订单金额'))
  if (state === 'SUCCESS')
    return { kind: 'payment', outTradeNo, transactionId, totalFee }
  const outRefundNo = cell('商户退款单号')
  const refundFee = fen(cell('申请退款金额') || cell('退款金额'))
  // a charge that was taken back has no refund number
  return { kind: 'refund', outTradeNo, transactionId, totalFee, refundFee, ...(outRefundNo && outRefundNo !== '0' ? { outRefundNo } : {}) }
}
