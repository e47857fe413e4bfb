'use strict'

/** 查询支付：是否已支付（orderPaid）与业务是否处理完成（user_order_success）是两个事实。 */
module.exports = {
  main: async function (event) {
    return event.util.pay.queryPayment(Object.assign({}, event.data, { context: event.context }))
  },
}
