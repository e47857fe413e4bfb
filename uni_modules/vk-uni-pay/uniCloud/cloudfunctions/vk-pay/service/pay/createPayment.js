'use strict'

/**
 * 发起支付。
 * data.total_fee 来自客户端：正式使用时应在这里按业务订单从数据库查出金额，覆盖客户端的值。
 */
module.exports = {
  main: async function (event) {
    const data = event.data
    return event.util.pay.createPayment({
      context: event.context,
      provider: data.provider,
      data,
      isPC: data.isPC,
      needQRcode: data.needQRcode,
    })
  },
}
