/** What stands behind each picture of the documentation: the order, and what the server says of it. */
import type { PayOrder } from '@/uni_modules/vk-uni-pay/js_sdk/index'

/** Who never answers. */
export const NEVER = 'never'

export interface Scene {
  order?: Partial<PayOrder>
  /** How long after the picture's time the order, or its code, ends, ms. */
  endsInMs?: number
  /** The answer to `pay/listProviders`. */
  offered?: readonly string[] | typeof NEVER
  /** The answer to `pay/queryPayment`. */
  known?: object | typeof NEVER
  /** Which of our small buttons is pressed, once it is there. */
  press?: number
  /** Which channel is picked. */
  pick?: number
}

const MINUTE_MS = 60_000
const total_fee = 3990
const answer = (trade_state: string, more: object = {}) => ({ code: 0, msg: '', data: { trade_state, total_fee }, ...more })
const unpaid = answer('NOTPAY')

export const scenes: Record<string, Scene> = {
  'button': {},
  'cashier-loading': { offered: NEVER },
  'cashier-list': {},
  'cashier-chosen': { pick: 1, endsInMs: 15 * MINUTE_MS },
  'cashier-empty': { offered: [] },
  'cashier-over': { endsInMs: -1 },
  'cashier-large': { endsInMs: 15 * MINUTE_MS },
  'scan': { known: unpaid, endsInMs: 120 * MINUTE_MS },
  'scan-checking': { known: unpaid, endsInMs: 120 * MINUTE_MS, press: 0 },
  'scan-ending': { known: unpaid, endsInMs: 20_000 },
  'scan-large': { known: unpaid, endsInMs: 120 * MINUTE_MS },
  'qrcode-expired': { endsInMs: -1 },
  'qrcode-empty': {},
  'status-loading': { known: NEVER },
  'status-paid': { known: answer('SUCCESS', { user_order_success: true }) },
  'status-processing': { known: answer('SUCCESS', { user_order_success: false }) },
  'status-unpaid': { known: unpaid },
  'status-claimed': { known: unpaid, press: 1 },
  'status-confirming': { known: { code: 50000, msg: '' } },
  'status-closed': { known: answer('CLOSED') },
  'status-refunded': { known: answer('REFUND') },
  'status-partly': { known: answer('SUCCESS', { status: 2 }) },
  'status-missing': { known: { code: 40005, msg: '' } },
  'status-large': { known: unpaid },
  'return-asking': { known: NEVER },
  'return-unpaid': { known: unpaid },
  'return-claimed': { known: unpaid, press: 0 },
}

/** The one of the address, before the hash. */
export const sceneName = new URLSearchParams(location.search).get('scene') ?? ''
export const scene: Scene | undefined = scenes[sceneName]

export const sceneOrder: PayOrder = {
  out_trade_no: 'ORDER_20260308_0001',
  total_fee,
  subject: '高山乌龙茶',
  type: 'goods',
  time_expire: scene?.endsInMs && Date.now() + scene.endsInMs,
}

export const offered = (): readonly string[] | typeof NEVER => scene?.offered ?? ['wxpay', 'alipay']
