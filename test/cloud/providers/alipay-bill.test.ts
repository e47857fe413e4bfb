import { Buffer } from 'node:buffer'
import { zipSync } from 'fflate'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { downloadBill } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/alipay/bill'
import { billRows } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/alipay/bill-rows'
import { unzip } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/alipay/zip'
import { gbk } from '../support/gbk'
import { alipayStage, ending } from './alipay-provider-support'

const HEADER = '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注'

interface Row { trade?: string, order?: string, kind?: string, name?: string, amount?: string, refund?: string, note?: string }

/** As Alipay prints it: numbers with a tab behind, so that no spreadsheet rounds them. */
function line({ trade = '2026010122001400000000000001', order = 'ORDER_1001', kind = '交易', name = '测试商品', amount = '19.90', refund = '', note = '' }: Row): string {
  return [`${trade}\t`, `${order}\t`, kind, name, '2026-01-01 08:00:00', '2026-01-01 08:00:04', '', '', '', '', '*三(pay***@example.test)', amount, amount, '0.00', '0.00', '0.00', '0.00', '0.00', '', '0.00', '0.00', refund && `${refund}\t`, '-0.12', '0.00', note].join(',')
}

function details(rows: Row[], header = HEADER): string {
  return ['#支付宝业务明细查询', '#账号：[20880000000000010156]', '#起始日期：[2026年01月01日 00:00:00]   终止日期：[2026年01月02日 00:00:00]', '#-----------------------------------------业务明细列表----------------------------------------', header, ...rows.map(line), '#-----------------------------------------业务明细列表结束------------------------------------', '#交易合计：2笔，商家实收共39.80元，商家优惠共0.00元', '#退款合计：1笔，商家实收退款共-3.00元，商家优惠退款共0.00元', '#导出时间：[2026年01月02日 06:01:02]', ''].join('\r\n')
}

const summary = ['#支付宝业务汇总查询', '门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）', '总计,,2,1,36.80', ''].join('\r\n')

function bill(rows: Row[]): Uint8Array {
  return zipSync({ 'x_20260101_业务明细(汇总).csv': gbk(summary), 'x_20260101_业务明细.csv': gbk(details(rows)) })
}

const DAY = 86_400_000

async function fetched(file: Uint8Array | undefined, day = '2025-12-31', over: Record<string, unknown> = {}) {
  const stage = alipayStage('alipay.h5', 'key', over)
  stage.clock.now += DAY
  stage.alipay.bill = file
  return { ...stage, result: await ending(downloadBill(stage.context, day)) }
}

describe('alipay day bills', () => {
  it('payments and refunds, exact, out of a zip of GBK tables', async () => {
    const { alipay, result } = await fetched(bill([
      {},
      { order: 'ORDER_1002', trade: '2026010122001400000000000002', amount: '0.29' },
      { kind: '退款', amount: '-3.00', refund: 'R-1' },
      { kind: '退款', amount: '-16.90' },
    ]))
    expect(result).toEqual([
      { kind: 'payment', outTradeNo: 'ORDER_1001', transactionId: '2026010122001400000000000001', totalFee: 1990 },
      { kind: 'payment', outTradeNo: 'ORDER_1002', transactionId: '2026010122001400000000000002', totalFee: 29 },
      { kind: 'refund', outTradeNo: 'ORDER_1001', transactionId: '2026010122001400000000000001', outRefundNo: 'R-1', refundFee: 300 },
      { kind: 'refund', outTradeNo: 'ORDER_1001', transactionId: '2026010122001400000000000001', outRefundNo: 'ORDER_1001', refundFee: 1690 },
    ])
    expect(alipay.calls[0]).toMatchObject({ params: { method: 'alipay.data.dataservice.bill.downloadurl.query' }, content: { bill_type: 'trade', bill_date: '2025-12-31' } })
    // never in the clear, whatever the address says
    expect(alipay.downloads).toMatchObject([{ url: 'https://dwbillcenter.example.test/downloadBillFile.resource?fileId=1', file: true }])
  })

  it('at a local gateway the address is taken as it is', async () => {
    const { alipay } = await fetched(bill([]), '2025-12-31', { gateway: 'http://127.0.0.1:8790/alipay/gateway.do' })
    expect(alipay.downloads[0]?.url).toMatch(/^http:\/\/dwbillcenter/)
  })

  it('a table without rows is a day without trades; no bill is one, too, when it would be there by now', async () => {
    expect((await fetched(bill([]))).result).toEqual([])
    expect((await fetched(undefined)).result).toEqual([])
    // START is eight in the morning in China
    const early = alipayStage()
    expect(await ending(downloadBill(early.context, '2025-12-31'))).toEqual({ code: 40010, verdict: 'unknown' })
    early.clock.now += 2 * 3_600_000
    expect(await ending(downloadBill(early.context, '2025-12-31'))).toEqual([])
  })

  it.each([['2026-01-01'], ['2026-01-02'], ['2026-02-30'], ['2026-1-1'], ['20260101'], ['']])('day %j is refused', async (day) => {
    const { alipay, context } = alipayStage()
    expect(await ending(downloadBill(context, day))).toEqual({ code: 40001, field: 'bill_date' })
    expect(alipay.calls).toEqual([])
  })

  it('a file that is gone, no zip, or another table: an error, never an empty day', async () => {
    const gone = alipayStage()
    gone.clock.now += DAY
    gone.alipay.onCall = () => ({ code: '10000', bill_download_url: 'https://dwbillcenter.example.test/x' })
    expect(await ending(downloadBill(gone.context, '2025-12-31'))).toEqual({ code: 40004, verdict: 'unknown' })
    gone.alipay.onCall = () => ({ code: '10000' })
    expect(await ending(downloadBill(gone.context, '2025-12-31'))).toEqual({ code: 50000, verdict: 'unknown' })
    const unreadable = { code: 50000, verdict: 'unknown' }
    for (const file of [Buffer.from('<html>'), Buffer.alloc(0), zipSync({}), zipSync({ 'a.csv': gbk(summary) }), zipSync({ 'a.csv': Buffer.from(details([{}])) }), zipSync({ 'a.csv': gbk(details([{}], HEADER.replace('订单金额（元）', '金额'))) })])
      expect((await fetched(file)).result).toEqual(unreadable)
    for (const row of [{ amount: '1.005' }, { amount: 'x' }, { trade: 'abc' }, { order: '' }])
      expect((await fetched(bill([row]))).result).toEqual(unreadable)
  })

  it('an unsigned address is not gone to', async () => {
    const stage = alipayStage()
    stage.clock.now += DAY
    stage.alipay.bill = bill([])
    stage.alipay.tamper = text => text.replace('fileId=1', 'fileId=2')
    expect(await ending(downloadBill(stage.context, '2025-12-31'))).toMatchObject({ verdict: 'unknown' })
    expect(stage.alipay.downloads).toEqual([])
  })
})

describe('rows of a bill', () => {
  it('words in the file are those in the code', () => {
    const entry = { kind: 'payment', outTradeNo: 'ORDER_1001', transactionId: '2026010122001400000000000001', totalFee: 1990 }
    expect(billRows(gbk(details([{}])))).toEqual([entry])
    // the older spelling of a few files
    expect(billRows(gbk(details([{}], HEADER.replaceAll('（元）', '(元)').replace('退款批次号/请求号', '退款批次号'))))).toEqual([entry])
  })

  it('names with commas, quotes and halves of characters do not move the amounts', () => {
    for (const name of ['茶, 250g', 'a,b,c,d', '"茶, 250g"', '5" 屏', '，。', '價錢 100%', '{"a":1,"b":2}', `${'长'.repeat(40)}`])
      expect(billRows(gbk(details([{ name, kind: '退款', amount: '-3.00', refund: 'R-1', note: '备注, 有逗号' }]))), name).toMatchObject([{ kind: 'refund', refundFee: 300, outRefundNo: 'R-1' }])
    // a name cut in the middle of a character
    const text = Buffer.from(details([{}]).split('测试商品')[0]!)
    const [before = '', after = ''] = details([{}]).split('测试商品')
    expect(text.length).toBeGreaterThan(0)
    expect(billRows(Buffer.concat([gbk(before), Buffer.from([0xB2]), gbk(after)]))).toMatchObject([{ totalFee: 1990 }])
  })

  it('lines of other kinds are left out', () => {
    expect(billRows(gbk(details([{ kind: '服务费' }, {}])))).toHaveLength(1)
  })

  it('any name', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('茶', '，', ',', ' ', '1', '.', '-', '"', '\'', 'a', '〇', '镕', '畞') }), fc.integer({ min: 1, max: 100_000_000 }), (name, fen) => {
      const amount = `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`
      let rows
      try {
        rows = billRows(gbk(details([{ name, amount }])))
      }
      catch {
        // a quote that never ends eats the rest of its line: refused as a whole, and never read as something else
        expect(name).toMatch(/"/)
        return
      }
      expect(rows).toEqual([{ kind: 'payment', outTradeNo: 'ORDER_1001', transactionId: '2026010122001400000000000001', totalFee: fen }])
    }))
  })
})

describe('zip files', () => {
  const MB = 1_048_576

  it('deflated, stored, several, empty, with a comment behind', () => {
    const files = { 'a.csv': Buffer.from('a'.repeat(10_000)), '目录/b.csv': Buffer.from('b'), 'c': Buffer.alloc(0) }
    for (const level of [0, 9] as const) {
      const file = Buffer.from(zipSync(files, { level }))
      expect(unzip(file, MB).map(String)).toEqual(Object.values(files).map(String))
      const commented = Buffer.concat([file, Buffer.from('bill')])
      commented.writeUInt16LE(4, file.length - 2)
      expect(unzip(commented, MB)).toHaveLength(3)
    }
  })

  it('cut off anywhere, or longer than allowed: refused', () => {
    const file = Buffer.from(zipSync({ a: Buffer.from('hello '.repeat(100)) }))
    for (let length = 0; length < file.length; length += 1)
      expect(() => unzip(file.slice(0, length), MB)).toThrow(RangeError)
    expect(() => unzip(file, 599)).toThrow('too large')
    expect(unzip(file, 600)).toHaveLength(1)
  })

  it('a size that lies, another method, encryption: refused', () => {
    const directory = (file: Buffer): number => file.readUInt32LE(file.length - 6)
    const changed = (change: (file: Buffer, at: number) => void): Buffer => {
      const file = Buffer.from(zipSync({ a: Buffer.from('hello '.repeat(100)) }))
      change(file, directory(file))
      return file
    }
    const bad: ((file: Buffer, at: number) => void)[] = [
      (file, at) => file.writeUInt32LE(10, at + 24),
      (file, at) => file.writeUInt32LE(601, at + 24),
      (file, at) => file.writeUInt32LE(0xFFFFFFFF, at + 24),
      (file, at) => file.writeUInt16LE(12, at + 10),
      (file, at) => file.writeUInt16LE(1, at + 8),
      (file, at) => file.writeUInt32LE(0xFFFFFFF0, at + 42),
      file => file.writeUInt16LE(9, file.length - 12),
      file => file.writeUInt32LE(0xFFFFFFF0, file.length - 6),
    ]
    expect(unzip(changed(() => {}), MB)).toHaveLength(1)
    for (const change of bad)
      expect(() => unzip(changed(change), MB)).toThrow(RangeError)
  })

  it('any bytes: content or a RangeError', () => {
    const good = Buffer.from(zipSync({ a: Buffer.from('hello '.repeat(100)), b: Buffer.from('x') }))
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 }), (changes) => {
      const file = Buffer.from(good)
      for (const [at, byte] of changes)
        file[at] = byte
      try {
        expect(unzip(file, MB).length).toBeLessThanOrEqual(0xFFFF)
      }
      catch (error) {
        expect(error).toBeInstanceOf(RangeError)
      }
    }), { numRuns: 2_000 })
  })
})
