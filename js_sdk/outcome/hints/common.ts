import type { Hint, Hints } from './types'

/** For every channel, by what matched. */
export const commonHints: Hints = {
  'requestPayment:fail service not found': [
    '安装包里没有该支付模块：请在 manifest.json 勾选后重新打包，标准基座不含支付模块的配置。',
    '安裝包裡沒有該支付模組：請在 manifest.json 勾選後重新打包，標準基座不含支付模組的配置。',
    'This build has no such payment module: tick it in manifest.json and build again; the standard base does not carry your settings.',
  ],
  'none': [
    '收银台没有回调，结果以服务端查询为准。',
    '收銀台沒有回調，結果以服務端查詢為準。',
    'The cashier called back nothing; the server was asked.',
  ],
  'unlisted': [
    '未收录的支付结果，按“待确认”处理；请把 result.raw 反馈给插件。',
    '未收錄的支付結果，按「待確認」處理；請把 result.raw 回饋給插件。',
    'This result is in no table and counts as pending; please report result.raw.',
  ],
}

/** For every channel, by reason, when nothing more is known. */
export const reasonHints: Hints = {
  'config': [
    '参数或商户配置有误，result.raw 是渠道的原话。',
    '參數或商戶配置有誤，result.raw 是渠道的原話。',
    'Parameters or merchant settings are wrong; result.raw is what the channel said.',
  ],
  'not-installed': [
    '缺少完成支付所需的应用或环境。',
    '缺少完成支付所需的應用或環境。',
    'An app or environment that is needed to pay is missing.',
  ],
  'duplicate': [
    '渠道认为这是重复请求：请先查询原订单，再决定是否换新单号。',
    '渠道認為這是重複請求：請先查詢原訂單，再決定是否換新單號。',
    'The channel takes this for a repeated request: query the order before using a new number.',
  ],
  'network': [
    '渠道报告网络错误，可能已支付，以服务端查询为准。',
    '渠道報告網路錯誤，可能已支付，以服務端查詢為準。',
    'The channel reports a network error; it may be paid, the server was asked.',
  ],
}

/** What stands in the text of a refusal → advice; the first that matches. */
export const errorHints: readonly (readonly [pattern: RegExp, hint: Hint])[] = [
  [/createVkPay\(\{ backend/, [
    '没有后端：请在 main 中写 app.use(createVkPay({ backend }))，或关联服务空间。',
    '沒有後端：請在 main 中寫 app.use(createVkPay({ backend }))，或關聯服務空間。',
    'No backend: write app.use(createVkPay({ backend })) in main, or link a service space.',
  ]],
  [/no answer (?:with a code|within)/, [
    '支付后端没有应答，或应答的不是它：核对 createVkPay 的 backend 地址、服务是否启动、浏览器的跨域（cors）、小程序后台的 request 合法域名；关联服务空间时核对云函数 vk-pay 已上传。原因在 error.cause。',
    '支付後端沒有應答，或應答的不是它：核對 createVkPay 的 backend 地址、服務是否啟動、瀏覽器的跨域（cors）、小程序後台的 request 合法域名；關聯服務空間時核對雲函數 vk-pay 已上傳。原因在 error.cause。',
    'The pay function does not answer, or something else does: check the address given to createVkPay as backend, that the server runs, cors in browsers, the request domains of a mini-program; with a service space, that the function vk-pay is uploaded. error.cause says more.',
  ]],
  [/商户订单号重复|OUT_TRADE_NO_USED|DUP_OUT_ORDER/, [
    '201 商户订单号重复：同一单号换了渠道、金额或标题再次下单。服务端应先关闭旧单，再以派生单号下单（本插件的云端会这样做）。',
    '201 商戶訂單號重複：同一單號換了渠道、金額或標題再次下單。服務端應先關閉舊單，再以派生單號下單（本插件的雲端會這樣做）。',
    '201 商户订单号重复: the number was used before with another channel, amount or subject. The server must close that order and derive a new number, as the cloud side of this plugin does.',
  ]],
  [/mch_?id\s*(?:不匹配|not match)|商户号[与和]appid不匹配|appid\s*(?:不存在|无效|错误|invalid)|(?:无效|错误)的\s*appid|APPID_(?:MCHID_NOT_MATCH|NOT_EXIST)/i, [
    'appid 不存在，或与商户号不匹配：请在商户平台“产品中心 → AppID 账号管理”绑定，并核对配置中的 appId、mchId。',
    'appid 不存在，或與商戶號不匹配：請在商戶平台「產品中心 → AppID 帳號管理」綁定，並核對配置中的 appId、mchId。',
    'The appid does not exist, or appid and mchid do not match: bind them in the merchant platform and check appId and mchId of the configuration.',
  ]],
  [/URL未注册/i, [
    '当前页面的URL未注册：请在商户平台登记 JSAPI 支付授权目录；iOS 微信以进入应用时的首个 URL 判断，hash 路由请登记根目录，或在支付前整页跳转一次。',
    '目前頁面的URL未註冊：請在商戶平台登記 JSAPI 支付授權目錄；iOS 微信以進入應用時的首個 URL 判斷，hash 路由請登記根目錄，或在支付前整頁跳轉一次。',
    'The URL of this page is not registered: register its JSAPI payment directory. WeChat on iOS judges the URL the app was entered by: register the root, or reload the page before paying.',
  ]],
  [/openid.*(?:不匹配|无效|not match|invalid)|invalid code|40029/i, [
    'openid 与下单的 appid 不属于同一个应用，或登录 code 已用过：请核对服务端配置的 appId、secret 与当前小程序一致。',
    'openid 與下單的 appid 不屬於同一個應用，或登入 code 已用過：請核對服務端配置的 appId、secret 與目前小程序一致。',
    'The openid belongs to another appid, or the login code was used before: check that appId and secret of the server are those of this mini-program.',
  ]],
  [/authorisation came back without a code/, [
    '微信网页授权没有带回 code，或 state 与本页发起的不一致：用户拒绝了授权，或回跳地址被改写。请重新点击支付；若一直如此，核对公众号后台的“网页授权域名”，以及页面或服务器没有丢掉地址中的 code 与 state。',
    '微信網頁授權沒有帶回 code，或 state 與本頁發起的不一致：使用者拒絕了授權，或回跳地址被改寫。請重新點擊支付；若一直如此，核對公眾號後台的「網頁授權域名」，以及頁面或伺服器沒有丟掉地址中的 code 與 state。',
    'WeChat\'s web authorisation brought no code back, or another state than this page had sent: the payer refused, or the address was rewritten. Tap again; if it stays so, check the web authorisation domain (网页授权域名) of the official account, and that neither page nor server drops code and state from the address.',
  ]],
  [/was not left for WeChat's authorisation/, [
    '没有到达微信网页授权页，或从它返回了（redirect_uri 错误 10003）：请在公众号后台登记“网页授权域名”，公众号须为已认证的服务号，appid 为 wxpay.h5-weixin 的 appId。',
    '沒有到達微信網頁授權頁，或從它返回了（redirect_uri 錯誤 10003）：請在公眾號後台登記「網頁授權域名」，公眾號須為已認證的服務號，appid 為 wxpay.h5-weixin 的 appId。',
    'The page did not get to WeChat\'s web authorisation, or came back from its error page (redirect_uri, 10003): register the web authorisation domain (网页授权域名) of the official account; it must be a verified service account, and the appid that of wxpay.h5-weixin.',
  ]],
  [/code2SessionWeixinH5/, [
    '换取公众号 openid 失败：请核对服务端 wxpay.h5-weixin 的 appId、secret，云函数须有 service/pay/code2SessionWeixinH5.js；也可在订单中传 openid。详见 error.message。',
    '換取公眾號 openid 失敗：請核對服務端 wxpay.h5-weixin 的 appId、secret，雲函數須有 service/pay/code2SessionWeixinH5.js；也可在訂單中傳 openid。詳見 error.message。',
    'The openid of the official account could not be had: check appId and secret of wxpay.h5-weixin on the server, and that the function has service/pay/code2SessionWeixinH5.js; or give order.openid. error.message says more.',
  ]],
  [/is not a function/, [
    '当前环境没有该支付接口：请升级宿主应用（微信虚拟支付需要基础库 2.19.2 以上）。',
    '目前環境沒有該支付介面：請升級宿主應用（微信虛擬支付需要基礎庫 2.19.2 以上）。',
    'This environment lacks the payment call: update the host app (WeChat\'s virtual payment needs base library 2.19.2).',
  ]],
  [/SIGN_ERROR|签名错误/, [
    '签名错误：请核对商户证书序列号、私钥与 APIv3 密钥属于同一商户号。',
    '簽名錯誤：請核對商戶證書序號、私鑰與 APIv3 密鑰屬於同一商戶號。',
    'Wrong signature: certificate serial, private key and APIv3 key must belong to the same merchant.',
  ]],
  [/it is spelled "/, [
    'orderInfo 的键大小写不对：小程序与公众号用驼峰（timeStamp、nonceStr），App 微信支付全部小写（partnerid、noncestr、timestamp）。',
    'orderInfo 的鍵大小寫不對：小程序與公眾號用駝峰（timeStamp、nonceStr），App 微信支付全部小寫（partnerid、noncestr、timestamp）。',
    'Wrong case of a key in orderInfo: mini-programs and official accounts take camel case (timeStamp, nonceStr), WeChat in an app takes lower case (partnerid, noncestr, timestamp).',
  ]],
]
