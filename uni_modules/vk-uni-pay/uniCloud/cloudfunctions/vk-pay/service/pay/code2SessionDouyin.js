'use strict'

/** 用 uni.login 的 code 换取抖音小程序的 openid。 */
module.exports = {
  main: async function (event) {
    return event.util.pay.code2SessionDouyin({ code: event.data.code, pid: event.data.pid })
  },
}
