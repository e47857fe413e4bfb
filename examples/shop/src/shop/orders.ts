import type { PayOrder } from '@/uni_modules/vk-uni-pay/js_sdk/index'
import type { RechargePlan, VipPlan } from './catalog'
import { goods } from './catalog'
import { USER_ID } from './config'

/** An order and when it was placed, ms. Kept on the device, so that an unpaid one can be paid later. */
export interface PlacedOrder extends PayOrder {
  placed_at: number
}

const KEY = 'shop-orders'
const KEPT = 6

export const newOrderNo = () => `ORDER_${Date.now()}`

export function goodsOrder(quantity: number): PayOrder {
  return {
    out_trade_no: newOrderNo(),
    total_fee: goods.price * quantity,
    subject: `${goods.name} × ${quantity}`,
    type: 'goods',
    custom: { user_id: USER_ID, goods_id: goods.id, quantity },
  }
}

export function rechargeOrder({ price, credit }: RechargePlan): PayOrder {
  return {
    out_trade_no: newOrderNo(),
    total_fee: price,
    subject: '余额充值',
    type: 'recharge',
    custom: { user_id: USER_ID, recharge_balance: credit },
  }
}

export function vipOrder({ type, name, days, price }: VipPlan): PayOrder {
  return {
    out_trade_no: newOrderNo(),
    total_fee: price,
    subject: `会员${name}`,
    type: 'vip',
    custom: { user_id: USER_ID, vip_type: type, vip_days: days },
  }
}

export function placedOrders(): PlacedOrder[] {
  const stored: unknown = uni.getStorageSync(KEY)
  return Array.isArray(stored) ? stored : []
}

export const findOrder = (orderNo: string) => placedOrders().find(order => order.out_trade_no === orderNo)

/** Call when a payment is started; forgets the oldest. */
export function rememberOrder(order: PayOrder): void {
  const others = placedOrders().filter(({ out_trade_no }) => out_trade_no !== order.out_trade_no)
  uni.setStorageSync(KEY, [{ ...order, placed_at: Date.now() }, ...others].slice(0, KEPT))
}

export function forgetOrder(orderNo: string): void {
  uni.setStorageSync(KEY, placedOrders().filter(({ out_trade_no }) => out_trade_no !== orderNo))
}
