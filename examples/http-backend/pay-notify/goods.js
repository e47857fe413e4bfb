module.exports = {
  /** The price is the server's, in fen; what the client says is ignored. */
  quote: async ({ data, util }) => {
    const goods = await util.vk.baseDao.findById({ dbName: 'goods', id: data.goods_id })
    if (!goods || !Number.isInteger(data.quantity) || data.quantity < 1)
      return { code: 40001, msg: '没有这个商品，或数量不是正整数' }
    return { total_fee: goods.price * data.quantity, subject: goods.name }
  },
  /** Once for each paid order. What it writes is committed together with the note that it ran. */
  main: async ({ data, util }) => {
    const { vk } = util
    await vk.baseDao.updateById({ dbName: 'goods', id: data.goods_id, dataJson: { stock: vk.db.command.inc(-data.quantity) } })
    return { code: 0, msg: 'ok' }
  },
}
