'use strict'

/** 收银台：支付配置中已开通的支付方式，只有名称，没有任何配置值。 */
module.exports = {
  main: async function (event) {
    return event.util.pay.listProviders({ vk_platform: event.data.vk_platform, pid: event.data.pid, context: event.context })
  },
}
