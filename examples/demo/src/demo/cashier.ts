/** What stands in for the channels' cashiers: a sheet whose buttons are what payers, and networks, really do. */
import { shallowRef } from 'vue'
import type { Launch, LaunchContext, PayProvider } from '@/uni_modules/vk-uni-pay/js_sdk/index'
import { change } from './server'
import { say } from './words'

export interface DemoAction {
  label: string
  detail: string
  /** What the cashier reports. */
  report: 'ok' | 'cancel'
  /** What happens at the server meanwhile. */
  happens: (no: string) => void
}

export interface OpenCashier {
  channel: string
  no: string
  settle: (report: DemoAction['report']) => void
}

const SLOW_MS = 4000
const OUTAGE_MS = 20_000

export const actions: readonly DemoAction[] = [
  {
    label: say('付款', 'Pay'),
    detail: say('收银台说成功，服务端也收到了', 'the cashier says ok, the server has the money'),
    report: 'ok',
    happens: no => change(no, { state: 'SUCCESS' }),
  },
  {
    label: say('付款，然后按返回', 'Pay, then press back'),
    detail: say('收银台说取消，其实付了', 'the cashier says cancel, and it is paid'),
    report: 'cancel',
    happens: no => change(no, { state: 'SUCCESS' }),
  },
  {
    label: say('付款，通知晚到', 'Pay, with a late notification'),
    detail: say('收银台说成功，服务端 4 秒后才知道', 'the cashier says ok, the server knows 4 s later'),
    report: 'ok',
    happens: no => change(no, { pays_at: Date.now() + SLOW_MS }),
  },
  {
    label: say('付款，服务端断线', 'Pay, and the server is gone'),
    detail: say('谁也不知道结果，20 秒后恢复', 'nobody can know; it is back after 20 s'),
    report: 'ok',
    happens: no => change(no, { state: 'SUCCESS', unreachable_until: Date.now() + OUTAGE_MS }),
  },
  {
    label: say('取消', 'Cancel'),
    detail: say('没有付款', 'nothing is paid'),
    report: 'cancel',
    happens: () => {},
  },
]

/** The cashier that is open, if one is. */
export const opened = shallowRef<OpenCashier>()

const raw = { ok: 'get_brand_wcpay_request:ok', cancel: 'get_brand_wcpay_request:cancel' }

function open(channel: string, { out_trade_no: no }: LaunchContext): Promise<Launch> {
  return new Promise((resolve) => {
    opened.value = {
      channel,
      no,
      settle(report) {
        opened.value = undefined
        resolve({ kind: 'reported', via: 'single', raw: { err_msg: raw[report] } })
      },
    }
  })
}

function channel(id: string, name: string): PayProvider {
  return {
    id,
    platforms: ['h5', 'h5-weixin', 'mweb'],
    outcomes: [
      ['single', 'err_msg', '==', raw.ok, 'success', 'verify'],
      ['single', 'err_msg', '==', raw.cancel, 'cancel', 'user'],
    ],
    launch: context => open(name, context),
  }
}

export const demoChannels: readonly PayProvider[] = [
  channel('wxpay', say('微信支付', 'WeChat Pay')),
  channel('alipay', say('支付宝', 'Alipay')),
]
