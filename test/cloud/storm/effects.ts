/** What the plugin's four handlers leave behind, and where it can be found. */
import type { IndexMap } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/indexes'

/** Order type → the collection its handler adds one document to. */
export const effectLogs = {
  recharge: 'recharge_logs',
  goods: 'goods_orders',
  vip: 'vip_purchase_logs',
  custom: 'custom_orders',
} as const

export type OrderType = keyof typeof effectLogs
export const orderTypes = Object.keys(effectLogs) as OrderType[]

export const effectIndexes: IndexMap = Object.fromEntries(Object.values(effectLogs).map(collection => [
  collection,
  { fields: { out_trade_no: 'string' as const }, indexes: [{ on: ['out_trade_no'] }] },
]))
