/** The apps that are built to be compared: an empty one, and one for each part of the plugin. */

const script = `const order = { out_trade_no: 'ORDER_000001', total_fee: 100, subject: 'goods', type: 'goods' }`

function page(tags, more = '') {
  return `<script setup>
${more}${script}
</script>

<template>
  <view>${tags}</view>
</template>
`
}

const modules = '../../uni_modules/vk-uni-pay'
const using = {
  payment: `import { usePayment } from '${modules}/composables/usePayment'\nconst { pay, busy } = usePayment()\n`,
  store: `import { usePaymentStore } from '${modules}/composables/usePaymentStore'\nconst payments = usePaymentStore()\n`,
}

/** What an app with a service space does anyway: the uniCloud client is DCloud's, and there before us. */
const calling = `uniCloud.callFunction({ name: 'shop' })\n`

/** A space of nobody, as HBuilderX hands it to the build. */
export const SPACE = JSON.stringify([{ provider: 'aliyun', spaceName: 'size', spaceId: 'mp-00000000-0000-4000-8000-000000000000', clientSecret: 'secret', endpoint: 'https://api.next.bspapp.com' }])

const tags = {
  button: '<vk-pay-button :order="order">pay</vk-pay-button>',
  cashier: '<vk-pay-cashier />',
  qrcode: '<vk-pay-qrcode value="weixin://wxpay/bizpayurl?pr=1" />',
  status: '<vk-pay-status :out-trade-no="order.out_trade_no" />',
}

/** Name → source of its page; `pinia` in main; `base`, the app it is compared with. */
const parts = {
  'empty': { tags: '<text>{{ order.subject }}</text>' },
  'empty with pinia': { tags: '<text>{{ order.subject }}</text>', pinia: true },
  'button': { tags: tags.button, base: 'empty' },
  'cashier': { tags: tags.cashier, base: 'empty' },
  'QR code': { tags: tags.qrcode, base: 'empty' },
  'status': { tags: tags.status, base: 'empty' },
  'usePayment': { tags: '<text @click="pay(order)">{{ busy }}</text>', code: using.payment, base: 'empty' },
  'usePaymentStore': { tags: '<text>{{ payments.hasUnfinished }}</text>', code: using.store, base: 'empty with pinia', pinia: true },
  'button, cashier and status': { tags: `<vk-pay-button :order="order" :providers="['wxpay', 'alipay']">pay</vk-pay-button>${tags.cashier}${tags.status}`, base: 'empty' },
}

/** What is compared with an empty app. */
export const PARTS = Object.keys(parts).filter(name => parts[name].base)

export const baseOf = name => parts[name].base

/** For `writeScratchApp`. */
export function appOf(name, linked) {
  const { tags: drawn, code = '', base, pinia } = parts[name]
  return {
    page: page(drawn, (linked ? calling : '') + code),
    setup: base && (linked ? '{}' : `{ backend: 'https://example.com/vk-pay' }`),
    plugin: !!base,
    pinia,
  }
}
