'use strict'

/** 关闭未支付的订单。 */
module.exports = {
  main: async function (event) {
    return event.util.pay.closePayment({ out_trade_no: event.data.out_trade_no, context: event.context })
  },
}
