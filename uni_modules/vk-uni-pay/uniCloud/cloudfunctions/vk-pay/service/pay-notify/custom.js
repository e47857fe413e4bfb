'use strict'

/** 自定义订单：只记录这笔订单，业务逻辑写在这里。 */
module.exports = {
  main: async (event) => {
    const { data, util } = event
    const { vk } = util
    const { out_trade_no, user_id, total_fee, subject } = data

    await vk.baseDao.add({
      dbName: 'custom_orders',
      dataJson: {
        user_id,
        total_fee,
        subject,
        out_trade_no,
        status: 'paid',
        create_date: new Date().getTime(),
      },
    })

    return { code: 0, msg: '自定义订单处理成功' }
  },
}
