'use strict'

/** 公众号网页授权：传 redirect_uri、state 返回授权地址 authorize_url；传回跳得到的 code 返回 openid。 */
module.exports = {
  main: async function (event) {
    const { code, redirect_uri, state, pid } = event.data
    return event.util.pay.code2SessionWeixinH5({ code, redirect_uri, state, pid })
  },
}
