import type { Hints } from './types'

/** WeChat Pay. */
export const wxpayHints: Hints = {
  '-1': [
    '下单时的 trade_type 与小程序支付不符：服务端应以 JSAPI 方式下单（vk_platform 为 mp-weixin）。',
    '下單時的 trade_type 與小程序支付不符：服務端應以 JSAPI 方式下單（vk_platform 為 mp-weixin）。',
    'The order was created with another trade_type: create it as JSAPI (vk_platform "mp-weixin").',
  ],
  'requestPayment:fail banne': [
    '该小程序或商户号的支付能力被限制：请在微信支付商户平台查看处罚与类目限制，虚拟商品须用 wxpay-virtual。',
    '該小程序或商戶號的支付能力被限制：請在微信支付商戶平台查看處罰與類目限制，虛擬商品須用 wxpay-virtual。',
    'Payment is banned for this mini-program or merchant: look for penalties and category limits in the merchant platform; virtual goods need wxpay-virtual.',
  ],
  '[touristappid]': [
    '开发者工具正以游客 appid 运行：请在 manifest.json 填写自己的小程序 appid 后重新编译。',
    '開發者工具正以遊客 appid 運行：請在 manifest.json 填寫自己的小程序 appid 後重新編譯。',
    'The developer tools run with a tourist appid: put your own appid into manifest.json and build again.',
  ],
  'requestPayment:fail': [
    '微信未说明原因的失败：请核对 appid 与商户号已绑定、timeStamp 等参数为字符串、paySign 以同一 appid 计算。',
    '微信未說明原因的失敗：請核對 appid 與商戶號已綁定、timeStamp 等參數為字串、paySign 以同一 appid 計算。',
    'WeChat gave no cause: check that appid and mchid are bound, that timeStamp and the others are strings, and that paySign was made for this appid.',
  ],
  '[payment微信:-1]': [
    'App 微信支付 -1：签名、appid、应用包名或应用签名（iOS 为 Bundle ID）与微信开放平台登记的不一致；须用自定义基座或正式包测试。',
    'App 微信支付 -1：簽名、appid、應用包名或應用簽名（iOS 為 Bundle ID）與微信開放平台登記的不一致；須用自訂基座或正式包測試。',
    'WeChat in the app, -1: signature, appid, package name or app signature (Bundle ID on iOS) differ from what is registered at open.weixin.qq.com; test with a custom base or a release build.',
  ],
  '[payment微信:-4]': [
    'App 微信支付 -4：授权被拒绝，请核对开放平台应用已开通支付并与商户号绑定。',
    'App 微信支付 -4：授權被拒絕，請核對開放平台應用已開通支付並與商戶號綁定。',
    'WeChat in the app, -4: authorisation denied; check that the app may pay and is bound to the merchant.',
  ],
  '[payment微信:-6]': [
    'App 微信支付 -6：应用被封禁或签名校验不通过，请核对开放平台登记的应用签名。',
    'App 微信支付 -6：應用被封禁或簽名校驗不通過，請核對開放平台登記的應用簽名。',
    'WeChat in the app, -6: the app is banned; check its registered signature in the open platform.',
  ],
  '[payment微信:-5]': [
    '已安装的微信版本不支持支付，请升级微信。',
    '已安裝的微信版本不支援支付，請升級微信。',
    'The installed WeChat cannot pay: update it.',
  ],
  '[payment微信:-8]': [
    '未安装微信；iOS 还须在 manifest.json 配置 URL Scheme 与 Universal Link，否则检测不到微信。',
    '未安裝微信；iOS 還須在 manifest.json 配置 URL Scheme 與 Universal Link，否則檢測不到微信。',
    'WeChat is not installed; on iOS it is not found either without URL scheme and universal link in manifest.json.',
  ],
  '调用支付JSAPI缺少参数': [
    'prepay_id 已过期（2 小时），或下单的 appid 与当前公众号不一致：请重新下单。',
    'prepay_id 已過期（2 小時），或下單的 appid 與目前公眾號不一致：請重新下單。',
    'The prepay_id has expired (2 hours) or belongs to another appid: create the order again.',
  ],
  'get_brand_wcpay_request:fail': [
    '请在商户平台登记 JSAPI 支付授权目录；iOS 微信以进入应用时的首个 URL 判断（当前页面的URL未注册），hash 路由请登记根目录，或在支付前整页跳转一次。openid 也必须属于下单的 appid。',
    '請在商戶平台登記 JSAPI 支付授權目錄；iOS 微信以進入應用時的首個 URL 判斷（當前頁面的URL未註冊），hash 路由請登記根目錄，或在支付前整頁跳轉一次。openid 也必須屬於下單的 appid。',
    'Register the payment directory of this page. WeChat on iOS judges the URL the app was entered by (当前页面的URL未注册): register the root, or reload the page before paying. The openid must belong to the appid of the order, too.',
  ],
  'WeixinJSBridge is undefined': [
    '当前浏览器里没有 WeixinJSBridge：公众号支付只能在微信内打开，其它浏览器请用 H5 支付或扫码。',
    '目前瀏覽器裡沒有 WeixinJSBridge：公眾號支付只能在微信內打開，其它瀏覽器請用 H5 支付或掃碼。',
    'There is no WeixinJSBridge here: JSAPI works inside WeChat only; elsewhere pay by H5 or QR code.',
  ],
  'none': [
    '收银台没有回调。App 端请确认 orderInfo 的键全为小写（appid partnerid prepayid package noncestr timestamp sign），iOS 遇到驼峰键时成功与失败都不回调；结果以服务端查询为准。',
    '收銀台沒有回調。App 端請確認 orderInfo 的鍵全為小寫（appid partnerid prepayid package noncestr timestamp sign），iOS 遇到駝峰鍵時成功與失敗都不回調；結果以服務端查詢為準。',
    'The cashier called back nothing. In an app, check that the keys of orderInfo are lower case (appid partnerid prepayid package noncestr timestamp sign): with camel-case keys iOS calls back neither success nor fail. The server was asked.',
  ],
}
