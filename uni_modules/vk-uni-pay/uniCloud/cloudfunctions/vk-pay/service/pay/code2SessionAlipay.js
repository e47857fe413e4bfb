'use strict'

/** 用 my.getAuthCode（uni.login）的 code 换取支付宝小程序的 openid。 */
module.exports = {
  main: async function (event) {
    return event.util.pay.code2SessionAlipay({ code: event.data.code, pid: event.data.pid })
  },
}
