import { getDemo } from './request'

/** What the payments changed, straight from the server's database. Money in fen, time in ms. */
export interface ShopState {
  goods: { _id: string, name: string, price: number, stock: number, sales: number }[]
  user: { _id: string, balance: number, is_vip?: boolean, vip_type?: string, vip_expire_date?: number }
  orders: { out_trade_no: string, goods_id: string, quantity: number, status: string, create_date: number }[]
  vip_purchase_logs: { out_trade_no: string, vip_type: string, vip_days: number, create_date: number }[]
  recharge_logs: { out_trade_no: string, amount: number, create_date: number }[]
}

export const fetchState = () => getDemo<ShopState>('/state')
