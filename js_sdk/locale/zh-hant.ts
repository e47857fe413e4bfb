import type { Messages } from './index'

export const zhHant: Messages = {
  pay: '支付 ¥{amount}',
  payNow: '立即支付',
  creating: '正在下單',
  invoking: '等待支付',
  confirming: '正在確認',
  paid: '支付成功',
  cancelled: '支付已取消',
  failed: '支付失敗',
  pending: '正在確認，請稍後在訂單中查看',
  closed: '訂單已關閉',
  network: '網路異常，請稍後再試',
  noBackend: '請在 main 中寫 app.use(createVkPay({ backend }))，或關聯服務空間',
  badOrder: '訂單資訊有誤',
  notSupported: '目前環境不支援此支付方式',
  notInstalled: '請先安裝支付應用',
}
