import type { Hints } from './types'

/** Alipay. */
export const alipayHints: Hints = {
  '4': [
    '支付宝 4：小程序没有支付权限（个人小程序不支持），请在开放平台签约并上线 JSAPI 支付。',
    '支付寶 4：小程序沒有支付權限（個人小程序不支援），請在開放平台簽約並上線 JSAPI 支付。',
    'Alipay 4: this mini-program may not take payments (personal ones cannot); sign up for JSAPI payment.',
  ],
  'fail': [
    'my.tradePay 拒绝了调用：orderInfo 应为 alipay.trade.create 返回的 trade_no（tradeNO），且 product_code 为 JSAPI_PAY。',
    'my.tradePay 拒絕了調用：orderInfo 應為 alipay.trade.create 返回的 trade_no（tradeNO），且 product_code 為 JSAPI_PAY。',
    'my.tradePay refused: orderInfo must be the trade_no of alipay.trade.create (tradeNO), made with product_code JSAPI_PAY.',
  ],
  '[payment支付宝:62000]': [
    '未安装支付宝。',
    '未安裝支付寶。',
    'Alipay is not installed.',
  ],
  '[payment支付宝:62003]': [
    '支付宝 62003：orderInfo 格式错误，应为服务端签名、URL 编码后的整段订单字符串。',
    '支付寶 62003：orderInfo 格式錯誤，應為服務端簽名、URL 編碼後的整段訂單字串。',
    'Alipay 62003: orderInfo is malformed; it must be the whole url-encoded order string signed by the server.',
  ],
  '[payment支付宝:62005]': [
    '支付宝 62005：订单信息错误，请核对 app_id、biz_content 与签名。',
    '支付寶 62005：訂單資訊錯誤，請核對 app_id、biz_content 與簽名。',
    'Alipay 62005: the order is wrong; check app_id, biz_content and the signature.',
  ],
  '[payment支付宝:62010]': [
    '支付宝 62010：支付模块配置错误，请核对 manifest.json 的支付模块后重新打包。',
    '支付寶 62010：支付模組配置錯誤，請核對 manifest.json 的支付模組後重新打包。',
    'Alipay 62010: the payment module is misconfigured; check manifest.json and build again.',
  ],
}

/** DCloud's UTS payment module; for every channel. */
export const utsHints: Hints = {
  700604: ['700604：未安装微信。', '700604：未安裝微信。', '700604: WeChat is not installed.'],
  700605: [
    '700605：支付模块初始化失败，请核对 manifest.json 中该渠道的配置并重新打包。',
    '700605：支付模組初始化失敗，請核對 manifest.json 中該渠道的配置並重新打包。',
    '700605: the channel could not be initialised; check its settings in manifest.json and build again.',
  ],
  700608: [
    '700608：参数错误，请核对服务端返回的 orderInfo。',
    '700608：參數錯誤，請核對服務端返回的 orderInfo。',
    '700608: wrong parameters; check the orderInfo of the server.',
  ],
  700800: [
    '700800：iOS 未配置 URL Scheme，请在 manifest.json 的支付模块中填写。',
    '700800：iOS 未配置 URL Scheme，請在 manifest.json 的支付模組中填寫。',
    '700800: the iOS URL scheme is missing in manifest.json.',
  ],
  700801: [
    '700801：iOS 未配置 Universal Link，请在 manifest.json 与微信开放平台填写同一地址。',
    '700801：iOS 未配置 Universal Link，請在 manifest.json 與微信開放平台填寫同一地址。',
    '700801: the iOS universal link is missing; it must be the same in manifest.json and at open.weixin.qq.com.',
  ],
}

/** Douyin. */
export const douyinHints: Hints = {
  157406: [
    '抖音 157406：没有支付权限，请在开放平台开通担保支付并完成进件。',
    '抖音 157406：沒有支付權限，請在開放平台開通擔保支付並完成進件。',
    'Douyin 157406: permission denied; enable payment for this mini-program and finish onboarding.',
  ],
  157491: [
    '抖音 157491：取不到订单信息，请核对 order_id 与 order_token 来自同一次预下单且未过期。',
    '抖音 157491：取不到訂單資訊，請核對 order_id 與 order_token 來自同一次預下單且未過期。',
    'Douyin 157491: the order cannot be read; order_id and order_token must come from one pre-order and not be expired.',
  ],
  10401: [
    '抖音 10401：取不到订单信息，请核对 order_id 与 order_token 来自同一次预下单且未过期。',
    '抖音 10401：取不到訂單資訊，請核對 order_id 與 order_token 來自同一次預下單且未過期。',
    'Douyin 10401: the order cannot be read; order_id and order_token must come from one pre-order and not be expired.',
  ],
  21550: ['抖音 21550：用户未登录，请先登录再重试。', '抖音 21550：用戶未登入，請先登入再重試。', 'Douyin 21550: not signed in; sign in and retry.'],
}

/** Baidu. */
export const baiduHints: Hints = {
  '20014': ['未安装数字人民币 App。', '未安裝數字人民幣 App。', 'The digital-RMB app is not installed.'],
  'requestPayment:fail 参数 orderInfo 数据结构不正确': [
    '百度：字符串形式的 orderInfo 必须是合法 JSON。',
    '百度：字串形式的 orderInfo 必須是合法 JSON。',
    'Baidu: an orderInfo given as text must be valid JSON.',
  ],
  'fail': [
    '百度没有公开取消的错误码，此失败也可能是用户取消；以服务端查询为准。',
    '百度沒有公開取消的錯誤碼，此失敗也可能是用戶取消；以服務端查詢為準。',
    'Baidu publishes no code for cancelling: this may be the payer leaving. The server was asked.',
  ],
}

/** Huawei, its own codes. */
export const huaweiHints: Hints = {
  401: [
    '华为 401：参数错误，orderStr 必须是包含 merc_no、prepay_id、timestamp、noncestr、sign、auth_id 的 JSON 字符串。',
    '華為 401：參數錯誤，orderStr 必須是包含 merc_no、prepay_id、timestamp、noncestr、sign、auth_id 的 JSON 字串。',
    'Huawei 401: wrong parameters; orderStr is a JSON string with merc_no, prepay_id, timestamp, noncestr, sign and auth_id.',
  ],
  30001: ['华为 30001：参数错误，请核对签名与商户信息。', '華為 30001：參數錯誤，請核對簽名與商戶資訊。', 'Huawei 30001: wrong parameters; check signature and merchant.'],
}

/** Apple. */
export const appleiapHints: Hints = {
  2: [
    'Apple 2：用户取消，或尚未绑定付款方式（绑定后仍可能扣款成功）；应用再次启动时会自动补单。',
    'Apple 2：用戶取消，或尚未綁定付款方式（綁定後仍可能扣款成功）；應用再次啟動時會自動補單。',
    'Apple 2: cancelled, or no payment method yet (after adding one it may still be paid); the purchase is picked up when the app is next launched.',
  ],
}
