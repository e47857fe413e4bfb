import type { PayOrder } from '@/uni_modules/vk-uni-pay/js_sdk/index'
import { say } from './words'

let last = 0

/** A new order; its number is the time, and never the same twice. */
export function newOrder(): PayOrder {
  last = Math.max(Date.now(), last + 1)
  return { out_trade_no: `DEMO_${last}`, total_fee: 3990, subject: say('高山乌龙茶', 'Oolong tea'), type: 'goods' }
}
