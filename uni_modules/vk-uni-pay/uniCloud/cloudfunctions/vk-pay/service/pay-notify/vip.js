'use strict'

/** 会员订单：更新到期时间，并记录购买日志。 */
module.exports = {
  main: async (event) => {
    const { data, util } = event
    const { vk } = util
    const { out_trade_no, user_id, vip_type, vip_days } = data

    const expireDate = new Date()
    expireDate.setDate(expireDate.getDate() + vip_days)

    await vk.baseDao.updateById({
      dbName: 'uni-id-users',
      id: user_id,
      dataJson: {
        vip_type,
        vip_expire_date: expireDate.getTime(),
        is_vip: true,
      },
    })

    await vk.baseDao.add({
      dbName: 'vip_purchase_logs',
      dataJson: {
        user_id,
        vip_type,
        vip_days,
        out_trade_no,
        create_date: new Date().getTime(),
      },
    })

    return { code: 0, msg: '会员订单处理成功' }
  },
}
