import type { Account } from '../../examples/gateway/src/index'
import { createAccount } from '../../examples/gateway/src/index'
import type { TestMerchant } from './node-types'

const accounts = new WeakMap<TestMerchant, Account>()
const WXPAY = ['mp-weixin', 'app-plus', 'h5', 'h5-weixin', 'mweb'] as const
const ALIPAY = ['mp-alipay', 'app-plus', 'h5'] as const

export async function newMerchant(): Promise<TestMerchant> {
  const account = await createAccount()
  const merchant: TestMerchant = { config: options => configOf(account, options) }
  accounts.set(merchant, account)
  return merchant
}

/** @throws TypeError when it is none that was made here: nobody else has the channel's keys */
export function accountOf(merchant: TestMerchant): Account {
  const account = accounts.get(merchant)
  if (!account)
    throw new TypeError('merchant must come from createTestMerchant()')
  return account
}

function configOf(account: Account, { notifyUrl, gateway = 'http://127.0.0.1:9', version = 3 }: Parameters<TestMerchant['config']>[0]): Record<string, unknown> {
  const { appids, secret, mchid, apiV3Key, apiKey, merchantCertPem, merchantPrivateKeyPem, platformPublicKeyPem, platformPublicKeyId, alipay } = account
  const ofVersion = version === 2
    ? { key: apiKey }
    : { v3Key: apiV3Key, appCertContent: merchantCertPem, appPrivateKeyContent: merchantPrivateKeyPem, wxpayPublicKeyContent: platformPublicKeyPem, wxpayPublicKeyId: platformPublicKeyId }
  const wxpay = { secret, mchId: mchid, version, gateway, sceneInfo: { h5_info: { type: 'Wap', wap_url: 'http://127.0.0.1', wap_name: 'test' } }, ...ofVersion }
  const ofAlipay = { sellerId: alipay.sellerId, privateKey: alipay.merchantPrivateKeyPem, appCertContent: alipay.appCertPem, alipayPublicCertContent: alipay.alipayCertPem, alipayRootCertContent: alipay.alipayRootCertPem, gateway: `${gateway}/alipay/gateway.do` }
  return {
    notifyUrl: { default: notifyUrl },
    wxpay: Object.fromEntries(WXPAY.map(platform => [platform, { ...wxpay, appId: appids[platform] }])),
    alipay: Object.fromEntries(ALIPAY.map(platform => [platform, { ...ofAlipay, appId: alipay.appids[platform] }])),
  }
}
