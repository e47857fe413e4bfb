/**
 * Snippets for VS Code and HBuilderX, both of one list. Kinds say where they may be typed: `tag` in a
 * template, `page` in an empty `.vue`, `main` in main, `script` in a script, `handler` and `config` in
 * files of the cloud side.
 *
 * A placeholder holds no `/`, of which HBuilderX makes a choice, and the code no `$`, so that nothing
 * needs escaping.
 */

/** What is imported from where: the plugin is a folder of the app, the package a name. */
export const imports = {
  plugin: { client: '@/uni_modules/vk-uni-pay/js_sdk', usePayment: '@/uni_modules/vk-uni-pay/composables/usePayment' },
  npm: { client: 'vk-uni-pay', usePayment: 'vk-uni-pay' },
}

/** Tag → how it is written; also the example that HBuilderX shows beside it. */
export const usage = {
  'vk-pay-button': `<vk-pay-button :order="\${1:order}" @success="\${2:onSuccess}" @fail="\${3:onFail}" @cancel="\${4:onCancel}" @pending="\${5:onPending}">
  \${6:立即支付}
</vk-pay-button>`,
  'vk-pay-cashier': `<vk-pay-cashier ref="\${1:cashier}" :order="\${2:order}" @success="\${3:onSuccess}" @pending="\${4:onPending}" />`,
  'vk-pay-channels': `<vk-pay-channels :order="\${1:order}" @success="\${2:onSuccess}" @pending="\${3:onPending}" />`,
  'vk-pay-qrcode': `<vk-pay-qrcode :value="\${1:codeUrl}" :expires-at="\${2:expiresAt}" @refresh="\${3:onRefresh}" />`,
  'vk-pay-status': `<vk-pay-status :out-trade-no="\${1:orderNo}" @finish="\${2:onFinish}" @repay="\${3:onRepay}" />`,
  'vk-uni-pay': `<vk-uni-pay ref="\${1:vkPay}" v-model:status="\${2:status}" v-model:code-url="\${3:codeUrl}" />`,
}

const titles = {
  'vk-pay-button': ['支付按钮', 'button'],
  'vk-pay-cashier': ['收银台弹层', 'cashier in a sheet'],
  'vk-pay-channels': ['内嵌收银台', 'cashier in the page'],
  'vk-pay-qrcode': ['付款二维码', 'QR code'],
  'vk-pay-status': ['支付状态', 'status'],
  'vk-uni-pay': ['vk-uni-pay 1.x 的组件', 'component of vk-uni-pay 1.x'],
}

/** `vk-pay-button` → `vkpayButton`: a dash would end the word that is being typed. */
const prefixOf = tag => tag.replace('vk-uni-pay', 'vkpay-old').replace('vk-pay', 'vkpay').replace(/-(\w)/g, (_, letter) => letter.toUpperCase())

const order = `{
  out_trade_no: 'ORDER_' + Date.now(),
  total_fee: \${1:100}, // 分
  subject: '\${2:商品名称}',
  type: '\${3:goods}',
}`

function longer(from) {
  return [
    {
      prefix: 'vkpayPage',
      kind: 'page',
      description: '一个带支付按钮的页面',
      en: 'a page with the button',
      body: `<script setup lang="ts">
import { ref } from 'vue'
import type { PayResult } from '${from.client}'

const order = ref(${order})

function onSuccess(res: PayResult) {
  uni.redirectTo({ url: '/pages/order/status?order_no=' + res.out_trade_no })
}
// 结果未知：可能已经付了，去状态页，不要让用户重新付款
function onPending(res: PayResult) {
  uni.redirectTo({ url: '/pages/order/status?order_no=' + res.out_trade_no })
}
function onFail(res: PayResult) {
  uni.showToast({ title: res.msg, icon: 'none' })
}
</script>

<template>
  <vk-pay-button :order="order" @success="onSuccess" @pending="onPending" @fail="onFail">
    $0
  </vk-pay-button>
</template>`,
    },
    {
      prefix: 'vkpayUse',
      kind: 'page',
      description: '自己画界面：usePayment()',
      en: 'a page of your own, with `usePayment()`',
      body: `<script setup lang="ts">
import { usePayment } from '${from.usePayment}'

const { pay, busy, onSuccess, onFail, onPending } = usePayment()

onSuccess(res => uni.redirectTo({ url: '/pages/order/status?order_no=' + res.out_trade_no }))
onPending(res => uni.redirectTo({ url: '/pages/order/status?order_no=' + res.out_trade_no }))
onFail(res => uni.showToast({ title: res.msg, icon: 'none' }))

const buy = () => pay(${order})
</script>

<template>
  <button :loading="busy" @click="buy">
    \${4:立即支付}
  </button>
</template>`,
    },
    {
      prefix: 'vkpayStatusPage',
      kind: 'page',
      description: '支付状态页，以 ?order_no= 打开',
      en: 'a status page, opened with `?order_no=`',
      body: `<script setup lang="ts">
import { onLoad } from '@dcloudio/uni-app'
import { ref } from 'vue'

const orderNo = ref('')
onLoad((query) => {
  orderNo.value = query?.order_no ?? ''
})
const finish = () => uni.navigateBack()
const repay = () => uni.redirectTo({ url: '/pages/order/payment?order_no=' + orderNo.value })
</script>

<template>
  <vk-pay-status :out-trade-no="orderNo" @finish="finish" @repay="repay" />
</template>`,
    },
    {
      prefix: 'vkpayMain',
      kind: 'main',
      description: 'main 里安装支付客户端',
      en: '`createVkPay()` in main',
      body: `import { createSSRApp } from 'vue'
import { createVkPay } from '${from.client}'
import App from './App.vue'

export function createApp() {
  const app = createSSRApp(App)
  app.use(createVkPay({
    // 关联了服务空间时不用写 backend
    backend: 'https://\${1:pay.example.com}/vk-pay',
    onPaid: res => uni.showToast({ title: res.msg }),
  }))
  return { app }
}`,
    },
    { prefix: 'vkpayOrder', kind: 'script', description: '一笔订单', en: 'an order', body: `const \${4:order} = ${order}` },
    {
      prefix: 'vkpayHandler',
      kind: 'handler',
      description: '处理文件 service/pay-notify，带服务端定价 quote',
      en: 'a handler with `quote`, for `service/pay-notify`',
      body: `const prices = { \${1:month}: \${2:1500} } // 分

module.exports = {
  // 服务端说了算：客户端传来的 total_fee 被忽略
  quote: async ({ data }) => {
    const total_fee = prices[data.\${3:vip_type}]
    return total_fee ? { total_fee } : { code: 40001, msg: '\${4:没有这种商品}' }
  },
  // 在事务里运行，重复的通知不会再跑一遍
  main: async ({ data, util }) => {
    const { vk } = util
    await vk.baseDao.updateById({
      dbName: 'uni-id-users',
      id: data.user_id,
      dataJson: { \${5:is_vip}: true },
    })$0
    return { code: 0, msg: 'ok' }
  },
}`,
    },
    {
      prefix: 'vkpayConfig',
      kind: 'config',
      description: '支付配置 uni-config-center 的 uni-pay 目录下 config.js',
      en: '`config.js` of uni-pay, for WeChat Pay',
      body: `module.exports = {
  notifyUrl: {
    '\${1:mp-你的空间ID}': 'https://fc-\${1:mp-你的空间ID}.next.bspapp.com/http/vk-pay',
  },
  notifyKey: '\${2:64 个以上字符的随机字符串}',
  wxpay: {
    'mp-weixin': {
      appId: '\${3:小程序的 appId}',
      secret: '\${4:小程序的 secret}',
      mchId: '\${5:商户号}',
      v3Key: '\${6:APIv3 密钥，32 字节}',
      appCertPath: '\${7:apiclient_cert.pem}',
      appPrivateKeyPath: '\${8:apiclient_key.pem}',
      wxpayPublicKeyPath: '\${9:pub_key.pem}',
      wxpayPublicKeyId: '\${10:PUB_KEY_ID_}',
    },
  },
}`,
    },
  ]
}

/** HBuilderX indents with nothing else. */
const withTabs = body => body.replace(/^(?: {2})+/gm, spaces => '\t'.repeat(spaces.length / 2))

/** @param {'plugin' | 'npm'} installed @returns prefix, kind, description (and `en`, for the documentation) and body of each */
export function snippets(installed) {
  return [
    ...Object.entries(usage).map(([tag, body]) => ({ prefix: prefixOf(tag), kind: 'tag', description: `${titles[tag][0]} <${tag}>`, en: `${titles[tag][1]}, \`<${tag}>\``, body })),
    ...longer(imports[installed]),
  ].map(snippet => ({ ...snippet, body: withTabs(snippet.body) }))
}

/** What stays when every placeholder is left as it is. */
export const filledIn = body => body.replace(/\$\{\d+:([^}]*)\}/g, '$1').replace(/\$\d/g, '')

/** Languages of VS Code. HBuilderX has one file for all, where a missing scope means everywhere. */
const scopes = { tag: 'vue,vue-html,html', page: 'vue', main: 'javascript,typescript', script: 'javascript,typescript,vue', handler: 'javascript', config: 'javascript' }

const entry = ({ prefix, description, body }) => ({ prefix, description, body: body.split('\n') })

export const vscodeSnippets = list => Object.fromEntries(list.map(one => [one.description, { scope: scopes[one.kind], ...entry(one) }]))
export const hbuilderxSnippets = list => Object.fromEntries(list.map(one => [one.description, { project: 'uni-app', ...entry(one) }]))
