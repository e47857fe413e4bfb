import type { Server } from './phone'

const orderInfo = { timeStamp: '1', nonceStr: 'n', package: 'prepay_id=1', signType: 'RSA', paySign: 's' }

/** Answers without thinking: what is left between a tap and the cashier is the client's own. */
export const instant: Server = async ({ body }) => body?.action === 'pay/createPayment'
  ? { code: 0, msg: '', out_trade_no: 'ORDER_000001', provider: 'wxpay', total_fee: 100, orderInfo }
  : { code: 0, msg: '', out_trade_no: 'ORDER_000001', orderPaid: true, status: 1, user_order_success: true, data: { trade_state: 'SUCCESS', total_fee: 100 } }
