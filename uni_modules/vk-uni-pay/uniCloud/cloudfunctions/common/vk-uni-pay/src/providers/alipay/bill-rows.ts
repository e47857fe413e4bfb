/**
 * Rows of a trade bill ("业务明细"). The file is GBK, which the small ICU of older Node cannot
 * decode, and need not be decoded: commas, quotes, digits and line ends are never part of a GBK
 * character of two bytes, all we read is ASCII, and Chinese words are compared by their bytes.
 * Everything here is therefore text of one character per byte.
 */
import { Buffer } from 'node:buffer'
import type { BillEntry } from '../../core/provider'
import { fenOf } from './amount'

const gbk = (hex: string): string => Buffer.from(hex, 'hex').toString('latin1')

/** Beginnings of the names of columns. Some files write （元） behind, some (元). */
const COLUMNS = {
  /** 支付宝交易号 */
  transactionId: gbk('d6a7b8b6b1a6bdbbd2d7bac5'),
  /** 商户订单号 */
  outTradeNo: gbk('c9ccbba7b6a9b5a5bac5'),
  /** 业务类型 */
  kind: gbk('d2b5cef1c0e0d0cd'),
  /** 创建时间 */
  createdAt: gbk('b4b4bda8cab1bce4'),
  /** 订单金额 */
  amount: gbk('b6a9b5a5bdf0b6ee'),
  /** 退款批次号 */
  outRefundNo: gbk('cdcbbfeec5fab4cebac5'),
} as const

const KINDS: readonly [word: string, kind: BillEntry['kind']][] = [
  /** 交易 */
  [gbk('bdbbd2d7'), 'payment'],
  /** 退款 */
  [gbk('cdcbbfee'), 'refund'],
]

type Columns = Record<keyof typeof COLUMNS, number>

/** Not `trim`: it would take 0xA0 away, which is half of a character. */
const bare = (cell: string): string => cell.replace(/^[ \t"]+|[ \t\r"]+$/g, '')

/** The cells of a line; a comma between quotes is none. */
function cellsOf(line: string): string[] {
  return (`,${line}`.match(/,(?:[ \t]*"(?:[^"]|"")*"[^,]*|[^,]*)/g) ?? []).map(cell => bare(cell.slice(1)))
}

function columnsOf(cells: readonly string[]): Columns | undefined {
  const find = (name: string): number => cells.findIndex(cell => cell.startsWith(name))
  const columns = Object.fromEntries(Object.entries(COLUMNS).map(([key, name]) => [key, find(name)])) as Columns
  return Object.values(columns).includes(-1) ? undefined : columns
}

const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/

/** The name of goods may have commas in it: then all that follows stands further right. The time behind it shows how far. */
function shiftOf(cells: readonly string[], width: number, { createdAt }: Columns): number {
  for (let shift = 0; shift <= cells.length - width; shift += 1) {
    if (TIME.test(cells[createdAt + shift] ?? ''))
      return shift
  }
  return -1
}

function entryOf(cells: readonly string[], width: number, columns: Columns): BillEntry | undefined {
  const kind = KINDS.find(([word]) => word === cells[columns.kind])?.[1]
  // other lines are fees and the like
  if (!kind)
    return undefined
  const shift = shiftOf(cells, width, columns)
  const fee = fenOf((cells[columns.amount + shift] ?? '').replace(/^-/, ''))
  const transactionId = cells[columns.transactionId] ?? ''
  const outTradeNo = cells[columns.outTradeNo] ?? ''
  if (shift < 0 || fee === undefined || !/^\d+$/.test(transactionId) || outTradeNo === '')
    throw new RangeError('a line of the bill cannot be read')
  if (kind === 'payment')
    return { kind, outTradeNo, transactionId, totalFee: fee }
  // a full refund that was asked for without a number goes by the number of its order
  return { kind, outTradeNo, transactionId, outRefundNo: cells[columns.outRefundNo + shift] || outTradeNo, refundFee: fee }
}

/** Payments and refunds of one file; nothing when it is no list of them, as the summary is none. @throws RangeError */
export function billRows(file: Buffer): BillEntry[] | undefined {
  const lines = file.toString('latin1').split('\n').filter(line => bare(line) !== '' && !line.startsWith('#')).map(cellsOf)
  const columns = columnsOf(lines[0] ?? [])
  const width = lines[0]?.length ?? 0
  return columns && lines.slice(1).map(cells => entryOf(cells, width, columns)).filter((entry): entry is BillEntry => entry !== undefined)
}
