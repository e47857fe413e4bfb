'use strict'

/** 苹果内购：验证客户端上传的收据，并完成它所支付的订单。code 为 0 之后客户端才能结束这笔交易。 */
module.exports = {
  main: async function (event) {
    return event.util.pay.verifyAppleIapReceipt(Object.assign({}, event.data, { context: event.context }))
  },
}
