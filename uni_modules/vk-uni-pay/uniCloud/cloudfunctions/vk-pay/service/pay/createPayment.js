'use strict'

/**
 * 发起支付。
 * data.total_fee 来自客户端。正式使用时由服务端定价：在 pay-notify 中该类型的文件里导出 quote，例如
 *   quote: async ({ data, util }) => {
 *     const goods = await util.vk.baseDao.findById({ dbName: 'goods', id: data.goods_id })
 *     return goods ? goods.price * data.quantity : { code: 40001, msg: '商品不存在' }
 *   }
 * 返回金额（分），或 { total_fee, subject, custom }；客户端传来的金额即被忽略。
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
