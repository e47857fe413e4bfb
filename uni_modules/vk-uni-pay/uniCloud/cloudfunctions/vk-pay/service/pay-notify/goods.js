'use strict'

/** 商品订单：扣减库存、增加销量，并创建订单记录。 */
module.exports = {
  main: async (event) => {
    const { data, util } = event
    const { vk } = util
    const { out_trade_no, user_id, goods_id, quantity } = data

    await vk.baseDao.updateById({
      dbName: 'goods',
      id: goods_id,
      dataJson: {
        stock: vk.db.command.inc(-quantity),
        sales: vk.db.command.inc(quantity),
      },
    })

    await vk.baseDao.add({
      dbName: 'goods_orders',
      dataJson: {
        user_id,
        goods_id,
        quantity,
        out_trade_no,
        status: 'paid',
        create_date: new Date().getTime(),
      },
    })

    return { code: 0, msg: '商品订单处理成功' }
  },
}
