import { describe, expect, it } from 'vitest'
import type * as Outcome from '../../../js_sdk/outcome'
import type { CashierReport } from '../../../js_sdk/types'
import type { UniTarget } from '../../support/compile-for'
import { bundleFor, compileFor } from '../../support/compile-for'
import type { RowCase } from './outcome-rows'
import { alsoSeen, rowCases } from './outcome-rows'

const targets: readonly UniTarget[] = ['h5', 'mp-weixin', 'mp-alipay', 'mp-toutiao', 'app', 'app-harmony', 'mp-baidu', 'mp-kuaishou', 'mp-qq', 'mp-jd', 'mp-xhs', 'mp-harmony', 'quickapp-webview-huawei']
/** Every row of the reference is a case here, and none is left out. */
const ROWS = 151
let executed = 0

/** The same report with codes as text instead of numbers and the reverse, and with the other spelling of `fail`. */
function spellings(raw: Record<string, unknown> | undefined) {
  if (!raw)
    return [raw]
  const codes = Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, typeof value === 'number' ? String(value) : /^-?\d+$/.test(String(value)) ? Number(value) : value]))
  const text = Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, typeof value === 'string' ? value.replace(/^(\w+:fail)(:\s?| )/, (_, head, gap) => head + (gap === ' ' ? ':' : ' ')) : value]))
  return [raw, codes, text]
}

function named(one: RowCase): [title: string, RowCase] {
  const [, provider, via, raw, outcome, reason, note] = one
  return [`${provider} · ${via} · ${JSON.stringify(raw)}${note ? ` (${note})` : ''} → ${outcome} · ${reason}`, one]
}

/** Words that only the rows of some builds contain. */
const marks: Record<string, readonly UniTarget[]> = {
  'requestVirtualPayment': ['mp-weixin'],
  'touristappid': ['mp-weixin'],
  'resultCode': ['mp-alipay'],
  '[payment微信': ['app'],
  '[payment支付宝': ['app'],
  'transactionState': ['app'],
  'get_brand_wcpay_request': ['h5'],
  'ACQ.TRADE_NOT_EXIST': ['h5'],
  'requires_payment_method': ['h5'],
  '700601': ['app-harmony'],
  '1001930000': ['app-harmony'],
  '30011': ['quickapp-webview-huawei', 'app-harmony'],
  '157406': ['mp-toutiao'],
  'subErrCode': ['mp-baidu'],
  'requestGuaranteeOrderPayment': ['mp-xhs'],
  'service not found': ['app'],
}

describe.each(targets)('the table of a build for %s', (target) => {
  const cases = rowCases.filter(([on]) => on === target || on === 'every')
  const loaded = compileFor<typeof Outcome>(target, 'outcome/index.ts')

  it.each(cases.map(named))('%s', async (_, [on, provider, via, raw, outcome, reason]) => {
    const { judge, outcomeRows } = await loaded
    const ids = provider === '*' ? on === 'every' ? ['unheard-of'] : [...Object.keys(outcomeRows), 'unheard-of'].filter(id => id !== 'paypal') : [provider]
    for (const id of ids) {
      for (const spelling of spellings(raw))
        expect(judge(id, { via, raw: spelling }), `${id} ${JSON.stringify(spelling)}`).toEqual({ outcome, reason })
    }
    // the rows for every platform are executed on every one, and counted once
    executed += on === 'every' && target !== 'h5' ? 0 : 1
  })

  const more = alsoSeen.filter(([on]) => on === target)
  it.runIf(more.length > 0).each(more.map(named))('%s, as well', async (_, [, provider, via, raw, outcome, reason]) => {
    expect((await loaded).judge(provider, { via, raw })).toEqual({ outcome, reason })
  })

  it('takes what it does not know for pending', async () => {
    const { judge, outcomeRows } = await loaded
    const raws = [undefined, null, '', 'text', 0, {}, { errMsg: '' }, { errMsg: 'paid' }, { errCode: 'x', resultCode: 12345, code: 777, err_msg: 'x' }]
    for (const provider of ['wxpay-virtual', 'wxpay', 'huawei', 'xhs', 'douyin'].filter(id => outcomeRows[id])) {
      for (const raw of raws) {
        const report: CashierReport = { via: 'fail', raw }
        expect(judge(provider, report), JSON.stringify(raw)).toEqual({ outcome: 'pending', reason: 'unknown' })
      }
    }
  })

  it('has no row of another platform', async () => {
    const { outcomeRows, defaultRows, findRow } = await loaded
    const own = new Set(cases.map(([, provider]) => provider))
    // every channel of the table is one whose results are met here
    expect(Object.keys(outcomeRows).filter(id => !own.has(id))).toEqual([])
    // and every row of it is met by a case
    const reached = new Set<unknown>()
    for (const [, provider, via, raw] of [...cases, ...alsoSeen.filter(([on]) => on === target)]) {
      for (const id of provider === '*' ? ['unheard-of', ...Object.keys(outcomeRows)] : [provider])
        reached.add(findRow(id, { via, raw })[0])
    }
    const rows = [...Object.values(outcomeRows).flatMap(own => own ?? []), ...defaultRows]
    expect(rows.filter(row => !reached.has(row))).toEqual([])
    const code = await bundleFor(target, 'outcome/index.ts')
    const foreign = Object.entries(marks).filter(([mark, where]) => !where.includes(target) && code.includes(mark))
    expect(foreign).toEqual([])
  })
})

it('executes every row that is known', () => {
  expect(rowCases).toHaveLength(ROWS)
  expect(executed).toBe(ROWS)
  console.log(`${executed} of ${ROWS} rows of raw results executed`)
})
