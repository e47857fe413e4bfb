'use strict'

/**
 * 充值订单：余额增加，并记录充值日志。
 * recharge_balance 来自 custom：若客户端可以随意填写，应在这里与 data.total_fee（实付金额，分）核对。
 */
module.exports = {
  main: async (event) => {
    const { data, util } = event
    const { vk } = util
    const { out_trade_no, user_id, recharge_balance } = data

    await vk.baseDao.updateById({
      dbName: 'uni-id-users',
      id: user_id,
      dataJson: {
        balance: vk.db.command.inc(recharge_balance),
      },
    })

    await vk.baseDao.add({
      dbName: 'recharge_logs',
      dataJson: {
        user_id,
        amount: recharge_balance,
        out_trade_no,
        create_date: new Date().getTime(),
      },
    })

    return { code: 0, msg: '充值成功' }
  },
}
