import { describe, expect, it } from 'vitest'
import type { TransferRequest } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/provider'
import { queryTransfer, transfer } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/alipay/transfers'
import { alipayStage, ending } from './alipay-provider-support'

const request = (over: Partial<TransferRequest> = {}): TransferRequest => ({ outBillNo: 'T_1001', totalFee: 1990, payeeAccount: 'payee@example.test', payeeRealName: '张三', desc: '佣金', ...over })
const stage = (over: Record<string, unknown> = {}) => alipayStage('alipay.transfer', 'certificate', over)
const no = (sub_code: string, code = '40004') => ({ code, msg: 'Business Failed', sub_code, sub_msg: '…' })

describe('alipay transfers', () => {
  it('to a login id, in yuan, done with the answer', async () => {
    const { alipay, context } = stage()
    const fact = await transfer(context, request())
    expect(fact).toEqual({ outBillNo: 'T_1001', transferId: alipay.transfers.get('T_1001')?.order_id, state: 'SUCCESS' })
    expect(alipay.calls[0]?.params).toMatchObject({ method: 'alipay.fund.trans.uni.transfer', app_cert_sn: expect.any(String), alipay_root_cert_sn: expect.any(String) })
    expect(alipay.calls[0]?.content).toEqual({
      product_code: 'TRANS_ACCOUNT_NO_PWD',
      biz_scene: 'DIRECT_TRANSFER',
      out_biz_no: 'T_1001',
      trans_amount: '19.90',
      order_title: '佣金',
      remark: '佣金',
      payee_info: { identity: 'payee@example.test', identity_type: 'ALIPAY_LOGON_ID', name: '张三' },
    })
    expect(await queryTransfer(context, 'T_1001')).toEqual({ ...fact, totalFee: 1990 })
    expect(alipay.calls[1]?.content).toEqual({ product_code: 'TRANS_ACCOUNT_NO_PWD', biz_scene: 'DIRECT_TRANSFER', out_biz_no: 'T_1001' })
  })

  it.each<[string, Partial<TransferRequest>, object]>([
    ['a user id', { payeeAccount: '2088102177846875' }, { identity: '2088102177846875', identity_type: 'ALIPAY_USER_ID', name: '张三' }],
    ['a user id without a name', { payeeAccount: '2088102177846875', payeeRealName: undefined }, { identity: '2088102177846875', identity_type: 'ALIPAY_USER_ID' }],
    ['an openid', { payeeAccount: undefined, openid: '074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5', payeeRealName: undefined }, { identity: '074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5', identity_type: 'ALIPAY_OPEN_ID' }],
    ['a phone number', { payeeAccount: '13800138000' }, { identity: '13800138000', identity_type: 'ALIPAY_LOGON_ID', name: '张三' }],
  ])('to %s', async (_, over, payee) => {
    const { alipay, context } = stage()
    await transfer(context, request(over))
    expect(alipay.calls[0]?.content).toMatchObject({ payee_info: payee })
    expect(alipay.calls[0]?.content.payee_info).toEqual(payee)
  })

  it('the same call again is the same transfer, also after a lost answer; a changed one is refused', async () => {
    const { alipay, context } = stage()
    alipay.loseAnswers = true
    expect(await ending(transfer(context, request()))).toEqual({ code: 40004, verdict: 'unknown' })
    alipay.loseAnswers = false
    const fact = await transfer(context, request())
    expect(await transfer(context, request())).toEqual(fact)
    expect([...alipay.transfers.values()]).toMatchObject([{ calls: 3 }])
    expect(await ending(transfer(context, request({ totalFee: 1991 })))).toEqual({ code: 40001, verdict: 'number-taken' })
  })

  it.each<[string, string]>([['SUCCESS', 'SUCCESS'], ['DEALING', 'PROCESSING'], ['WAIT_PAY', 'PROCESSING'], ['FAIL', 'FAIL'], ['CLOSED', 'FAIL'], ['REFUND', 'FAIL']])('%s is %s', async (status, state) => {
    const { alipay, context } = stage()
    await transfer(context, request())
    alipay.transfers.get('T_1001')!.status = status
    expect(await queryTransfer(context, 'T_1001')).toEqual({
      outBillNo: 'T_1001',
      transferId: alipay.transfers.get('T_1001')!.order_id,
      totalFee: 1990,
      state,
      ...(state === 'FAIL' ? { reason: status === 'FAIL' ? 'PAYEE_CARD_INFO_ERROR' : status } : {}),
    })
  })

  it.each<[string, object]>([
    ['SYSTEM_ERROR', { code: 40010, verdict: 'unknown' }],
    ['SOMETHING_NEW', { code: 40010, verdict: 'unknown' }],
    ['PAYER_BALANCE_NOT_ENOUGH', { code: 40007, verdict: 'refused' }],
    ['PAYEE_NOT_EXIST', { code: 40001, verdict: 'refused' }],
    ['PAYMENT_INFO_INCONSISTENCY', { code: 40001, verdict: 'number-taken' }],
    ['PERMISSION_DENIED', { code: 40009, verdict: 'refused' }],
  ])('%s', async (sub_code, expected) => {
    const { alipay, context } = stage()
    alipay.onCall = () => no(sub_code)
    expect(await ending(transfer(context, request()))).toEqual(expected)
  })

  it('one that never came is no such order; an answer about another, or half of one, is none', async () => {
    const { alipay, context } = stage()
    expect(await ending(queryTransfer(context, 'T_1001'))).toEqual({ code: 40005, verdict: 'no-such-order' })
    for (const reply of [{ out_biz_no: 'T_2002', order_id: '1', status: 'SUCCESS' }, { out_biz_no: 'T_1001', status: 'SUCCESS' }, { out_biz_no: 'T_1001', order_id: '1' }, { out_biz_no: 'T_1001', order_id: '1', status: 'DONE' }, { out_biz_no: 'T_1001', order_id: '1', status: 'toString' }]) {
      alipay.onCall = () => ({ code: '10000', ...reply })
      expect(await ending(queryTransfer(context, 'T_1001'))).toEqual({ code: 50000, verdict: 'unknown' })
      expect(await ending(transfer(context, request()))).toEqual({ code: 50000, verdict: 'unknown' })
    }
  })

  it.each<[string, Partial<TransferRequest>, string]>([
    ['less than ten fen', { totalFee: 9 }, 'total_fee'],
    ['half a fen', { totalFee: 100.5 }, 'total_fee'],
    ['no payee', { payeeAccount: undefined }, 'payee_account'],
    ['a login id without a name', { payeeRealName: undefined }, 'payee_real_name'],
    ['a number with a dash', { outBillNo: 'T-1' }, 'out_bill_no'],
    ['no words', { desc: '' }, 'desc'],
    ['an amount under other', { other: { trans_amount: '0.10' } }, 'other.trans_amount'],
  ])('%s is refused before anything is sent', async (_, over, field) => {
    const { alipay, context } = stage()
    expect(await ending(transfer(context, request(over)))).toEqual({ code: 40001, field })
    expect(alipay.calls).toEqual([])
  })

  it('other goes upstream', async () => {
    const { alipay, context } = stage()
    await transfer(context, request({ other: { transfer_scene_name: '佣金报酬' } }))
    expect(alipay.calls[0]?.content).toMatchObject({ transfer_scene_name: '佣金报酬' })
  })

  it('in key mode: 40003, with the three fields to fill, and nothing is sent', async () => {
    const { alipay, context } = alipayStage('alipay.transfer', 'key')
    for (const call of [transfer(context, request()), queryTransfer(context, 'T_1001')]) {
      const error = await call.catch(one => one as Error & { code: number, field: string })
      expect(error).toMatchObject({ code: 40003, field: 'alipay.transfer.appCertPath' })
      expect((error as Error).message).toMatch(/证书模式.*appCertPath.*alipayPublicCertPath.*alipayRootCertPath/)
    }
    expect(alipay.calls).toEqual([])
  })

  it('a payee never reaches a log', async () => {
    const { alipay, context, logs } = stage()
    alipay.tamper = text => text.replace('SUCCESS', 'FAIL')
    await ending(transfer(context, request()))
    alipay.onCall = () => no('PAYEE_NOT_EXIST')
    await ending(transfer(context, request()))
    expect(JSON.stringify(logs)).not.toMatch(/payee@|张三/)
  })
})
