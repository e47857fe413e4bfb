import type { Hints } from './types'

/** WeChat's payment for virtual goods. */
export const wxpayVirtualHints: Hints = {
  '-15001': [
    '虚拟支付 -15001：参数错误，或商户尚未开通 iOS 支付（检查商户简称与 signData 各字段）。',
    '虛擬支付 -15001：參數錯誤，或商戶尚未開通 iOS 支付（檢查商戶簡稱與 signData 各欄位）。',
    'Virtual payment -15001: a wrong parameter, or the merchant may not take iOS payments yet (short name, fields of signData).',
  ],
  '-15002': [
    '虚拟支付 -15002：outTradeNo 重复。请先查询原订单是否已支付，确认未支付后再换新单号。',
    '虛擬支付 -15002：outTradeNo 重複。請先查詢原訂單是否已支付，確認未支付後再換新單號。',
    'Virtual payment -15002: outTradeNo was used before. Query the old order first; only then take a new number.',
  ],
  '-15005': [
    '虚拟支付 -15005：用户态签名 signature 无效。须以 HMAC-SHA256 用该用户当前的 session_key 对 signData 原文计算；signData 一个字节都不能变，session_key 过期要重新 login。',
    '虛擬支付 -15005：用戶態簽名 signature 無效。須以 HMAC-SHA256 用該用戶目前的 session_key 對 signData 原文計算；signData 一個位元組都不能變，session_key 過期要重新 login。',
    'Virtual payment -15005: `signature` is invalid. It is HMAC-SHA256 over the very bytes of signData with the user\'s present session_key; log in again when that has expired.',
  ],
  '-15006': [
    '虚拟支付 -15006：支付签名 paySig 无效。须以 HMAC-SHA256 用 appKey 对 "requestVirtualPayment&" + signData 计算；沙箱（env 1）用沙箱 appKey。',
    '虛擬支付 -15006：支付簽名 paySig 無效。須以 HMAC-SHA256 用 appKey 對 "requestVirtualPayment&" + signData 計算；沙箱（env 1）用沙箱 appKey。',
    'Virtual payment -15006: `paySig` is invalid. It is HMAC-SHA256 over "requestVirtualPayment&" + signData with the appKey; env 1 needs the sandbox appKey.',
  ],
  '-15007': [
    '虚拟支付 -15007：登录态已过期，请重新 uni.login 换取 session_key 后再试。',
    '虛擬支付 -15007：登入態已過期，請重新 uni.login 換取 session_key 後再試。',
    'Virtual payment -15007: the session has expired; log in again and retry.',
  ],
  '-15008': [
    '虚拟支付 -15008：二级商户尚未进件。',
    '虛擬支付 -15008：二級商戶尚未進件。',
    'Virtual payment -15008: the sub-merchant has not been onboarded.',
  ],
  '-15009': [
    '虚拟支付 -15009：代币尚未发布，请在小程序后台发布。',
    '虛擬支付 -15009：代幣尚未發佈，請在小程序後台發佈。',
    'Virtual payment -15009: the coin is not published yet.',
  ],
  '-15010': [
    '虚拟支付 -15010：道具 productId 尚未发布。',
    '虛擬支付 -15010：道具 productId 尚未發佈。',
    'Virtual payment -15010: the productId is not published yet.',
  ],
  '-15012': [
    '虚拟支付 -15012：上游下单失败，该订单已关闭，请换新单号重试。',
    '虛擬支付 -15012：上游下單失敗，該訂單已關閉，請換新單號重試。',
    'Virtual payment -15012: the order was closed upstream; retry with a new number.',
  ],
  '-15013': [
    '虚拟支付 -15013：goodsPrice 与道具配置的价格不一致（单位为分）。',
    '虛擬支付 -15013：goodsPrice 與道具配置的價格不一致（單位為分）。',
    'Virtual payment -15013: goodsPrice (fen) differs from the price configured for the product.',
  ],
  '-15014': [
    '虚拟支付 -15014：道具或代币刚发布，约 10 分钟后生效。',
    '虛擬支付 -15014：道具或代幣剛發佈，約 10 分鐘後生效。',
    'Virtual payment -15014: published, but not live yet; wait about 10 minutes.',
  ],
  '-15016': [
    '虚拟支付 -15016：signData 必须是 JSON 字符串，不能是对象。',
    '虛擬支付 -15016：signData 必須是 JSON 字串，不能是物件。',
    'Virtual payment -15016: signData must be a JSON string, not an object.',
  ],
  '-15017': [
    '虚拟支付 -15017：商户号被限制收款，请在商户平台处理。',
    '虛擬支付 -15017：商戶號被限制收款，請在商戶平台處理。',
    'Virtual payment -15017: the merchant is restricted; see the merchant platform.',
  ],
  '-15018': [
    '虚拟支付 -15018：代币或道具审核未通过。',
    '虛擬支付 -15018：代幣或道具審核未通過。',
    'Virtual payment -15018: the coin or product failed its review.',
  ],
  '-15019': [
    '虚拟支付 -15019：商户号被限制，请在商户平台处理。',
    '虛擬支付 -15019：商戶號被限制，請在商戶平台處理。',
    'Virtual payment -15019: the merchant is restricted; see the merchant platform.',
  ],
  '-15020': [
    '虚拟支付 -15020：操作过快，请稍候重试。',
    '虛擬支付 -15020：操作過快，請稍候重試。',
    'Virtual payment -15020: too fast; retry in a moment.',
  ],
  '-15021': [
    '虚拟支付 -15021：被限流，请稍后重试。',
    '虛擬支付 -15021：被限流，請稍後重試。',
    'Virtual payment -15021: rate limited; retry later.',
  ],
  'requestVirtualPayment:fail INVALID_PLATFORM': [
    'iOS 或微信版本过低，不支持虚拟支付。',
    'iOS 或微信版本過低，不支援虛擬支付。',
    'This iOS or WeChat is too old for virtual payment.',
  ],
  'requestVirtualPayment:fail no permission': [
    '基础库低于 2.19.2，或小程序未开通虚拟支付。',
    '基礎庫低於 2.19.2，或小程序未開通虛擬支付。',
    'The base library is older than 2.19.2, or virtual payment is not enabled for this mini-program.',
  ],
  'parameter.signature should be String': [
    'signature 缺失：服务端须返回用 session_key 计算的用户态签名。',
    'signature 缺失：服務端須返回用 session_key 計算的用戶態簽名。',
    '`signature` is missing: the server must answer the one made with the session_key.',
  ],
  '暂不支持非中国大陆地区苹果账号支付。': [
    '付款者使用非中国大陆的 Apple 账号，无法使用虚拟支付。',
    '付款者使用非中國大陸的 Apple 帳號，無法使用虛擬支付。',
    'The payer\'s Apple account is from outside mainland China; virtual payment does not take it.',
  ],
}
