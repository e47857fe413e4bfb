'use strict'

/** 用 uni.login 的 code 换取微信小程序的 openid。 */
module.exports = {
  main: async function (event) {
    return event.util.pay.code2SessionWeixin({ code: event.data.code, pid: event.data.pid })
  },
}
